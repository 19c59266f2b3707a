import t from 'tap';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { TileMemory } from './tile-memory.js';
import { TilePool } from './tile-pool.js';

void t.test('memory is used again by a tile that fits, without its picture, once it has rested', async t => {
  const pool = new TilePool();
  const first = pool.take(64, 36, 0);
  const tile = new TileMemory(first, 64, 36);
  tile.publish();
  tile.live = true;
  pool.give(first, 1_000);
  t.not(pool.take(64, 36, 1_500), first, 'threads may still write it');
  t.not(pool.take(80, 48, 5_000), first, 'too small');
  t.not(pool.take(16, 16, 5_000), first, 'far too large');
  const again = pool.take(48, 36, 5_000);
  t.equal(again, first);
  t.equal(tile.sequence, 0);
  t.equal(tile.live, false);
  t.not(pool.take(64, 36, 5_000), first, 'only once');
});

void t.test('the tightest fit is taken', async t => {
  const pool = new TilePool();
  const [large, small] = [pool.take(128, 72, 0), pool.take(96, 54, 0)];
  pool.give(large, 0);
  pool.give(small, 0);
  t.equal(pool.take(80, 46, 5_000), small);
});

void t.test('however the layout changes, the memory stays about what is shown at once', async t => {
  const pool = new TilePool();
  const random = new SeededRandom(7);
  const known = new Set<SharedArrayBuffer>();
  const sizes = Array.from({ length: 25 }, (_, n) => [16 * (4 + n), 2 * (20 + 5 * n)] as const);
  let shown: SharedArrayBuffer[] = [];
  for (let second = 0; second < 1000; second++) {
    const [width, height] = sizes[Math.floor(random.next() * sizes.length)]!;
    const next = Array.from({ length: 4 }, () => pool.take(width, height, second * 1000));
    for (const memory of shown) pool.give(memory, second * 1000);
    for (const memory of (shown = next)) known.add(memory);
  }
  t.ok(known.size < 60, `${known.size} pieces for 4 000 tiles`);
});

void t.test('more than is ever needed at once is let go', async t => {
  const pool = new TilePool();
  for (let n = 0; n < 40; n++) pool.give(TileMemory.allocate(1920, 1080).memory, n);
  t.ok(pool.bytes <= 256 * 1024 * 1024);
});
