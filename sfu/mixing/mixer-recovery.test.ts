import { spawn } from 'node:child_process';
import t from 'tap';
import { four, fourSites, sees, sleep } from '../../testing/synthetic/test-conference.js';

void t.test('kill -9: the picture is back within two seconds, on the same ports', async t => {
  const { conference, viewer } = await fourSites();
  t.teardown(() => conference.close());
  const kill = async () => {
    await viewer.until('four colours', () => sees(viewer, four));
    const killedMs = performance.now();
    process.kill(conference.mixer.pid!, 'SIGKILL');
    // What is still on its way arrives.
    await sleep(50);
    viewer.surface.fill(16, 128, 128);
    await viewer.until('four colours again', () => sees(viewer, four), 10_000);
    return Math.round(performance.now() - killedMs);
  };
  t.comment(`with no spare process yet: ${await kill()} ms`);
  for (let n = 2; n <= 3; n++) {
    while (conference.mixer.sparePid === undefined) await sleep(50);
    const spare = conference.mixer.sparePid;
    const tookMs = await kill();
    t.ok(tookMs < 2_000, `back after ${tookMs} ms`);
    t.equal(conference.mixer.pid, spare);
    t.equal(conference.mixer.restarts, n);
  }
  t.equal(viewer.restarts, 0, 'sequence numbers go on');
});

void t.test('a process that hangs is replaced', async t => {
  const { conference, viewer } = await fourSites();
  t.teardown(() => conference.close());
  await viewer.until('four colours', () => sees(viewer, four));
  const pid = conference.mixer.pid!;
  process.kill(pid, 'SIGSTOP');
  await sleep(200);
  viewer.surface.fill(16, 128, 128);
  const tookMs = await viewer.until('four colours again', () => sees(viewer, four), 20_000);
  t.not(conference.mixer.pid, pid);
  t.comment(`back after ${Math.round(tookMs)} ms`);
});

void t.test('the media processes end with the server, however that ends', async t => {
  const code = `
    const { Mixer } = await import('${new URL('./mixer.js', import.meta.url).href}');
    const { silentLog } = await import('${new URL('../../base/log.js', import.meta.url).href}');
    const mixer = new Mixer({ decodeThreads: 0, preset: 'ultrafast', font: null, log: silentLog });
    setInterval(() => mixer.sparePid && console.log(mixer.pid + ' ' + mixer.sparePid), 100);
  `;
  const server = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = await new Promise<number[]>(resolve =>
    server.stdout.once('data', data => resolve(String(data).trim().split(/\s+/).map(Number))),
  );
  t.equal(pids.length, 2);
  server.kill('SIGKILL');
  const gone = (pid: number) => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  };
  for (let n = 0; n < 50 && !pids.every(gone); n++) await sleep(100);
  t.ok(pids.every(gone));
});
