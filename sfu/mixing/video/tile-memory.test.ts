import t from 'tap';
import { Worker } from 'node:worker_threads';
import { TileMemory } from './tile-memory.js';

void t.test('the newest picture is read, none before the first', async t => {
  const tile = TileMemory.allocate(32, 16);
  const reader = new TileMemory(tile.memory, 32, 16);
  t.equal(
    reader.read(() => t.fail('nothing to read')),
    0,
  );
  t.equal(reader.live, false);
  for (const luma of [50, 60, 70, 80]) {
    tile.next.fill(luma, 128, 128);
    tile.publish();
  }
  tile.live = true;
  t.equal(reader.live, true);
  let seen = 0;
  t.equal(
    reader.read(picture => (seen = picture.planes[0][5]!)),
    4,
  );
  t.equal(seen, 80);
});

void t.test('no torn picture while another thread writes as fast as it can', async t => {
  const tile = TileMemory.allocate(320, 180);
  const code = `
    import { workerData } from 'node:worker_threads';
    const { TileMemory } = await import(workerData.module);
    const tile = new TileMemory(workerData.memory, 320, 180);
    for (let n = 0; n < 20000; n++) { tile.next.fill(n % 200, 128, 128); tile.publish(); }
  `;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
    workerData: { module: new URL('./tile-memory.js', import.meta.url).href, memory: tile.memory },
  });
  const done = new Promise(resolve => worker.once('exit', resolve));
  let running = true;
  void done.then(() => (running = false));
  const copy = Buffer.alloc(320 * 180);
  let reads = 0;
  let torn = 0;
  while (running) {
    for (let n = 0; n < 200; n++) {
      if (tile.read(picture => picture.planes[0].copy(copy)) === 0) continue;
      reads++;
      if (copy[0] !== copy[copy.length - 1]) torn++;
    }
    await new Promise(setImmediate);
  }
  t.ok(reads > 100, `${reads} reads`);
  // A writer is thousands of times faster here than a camera; three attempts hold up nearly always.
  t.ok(torn / reads < 0.02, `${torn} torn of ${reads}`);
});
