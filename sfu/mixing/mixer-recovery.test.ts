import t from 'tap';
import { TestConference, empty, four, fourSites, green, red, sees, sleep } from './test-conference.js';

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
});

void t.test('a process that hangs is replaced', async t => {
  const { conference, viewer } = await fourSites();
  t.teardown(() => conference.close());
  await viewer.until('four colours', () => sees(viewer, four));
  const pid = conference.mixer.pid!;
  process.kill(pid, 'SIGSTOP');
  await sleep(200);
  viewer.surface.fill(16, 128, 128);
  const tookMs = await viewer.until('four colours again', () => sees(viewer, four), 8_000);
  t.not(conference.mixer.pid, pid);
  t.comment(`back after ${Math.round(tookMs)} ms`);
});

void t.test('a sender that is silent keeps its last picture, then shows its name, then is back', async t => {
  const conference = new TestConference();
  t.teardown(() => conference.close());
  const camera = await conference.addCamera('a', { colour: red });
  await conference.addCamera('b', { colour: green });
  const viewer = await conference.addViewer('v', ['a', 'b']);
  conference.apply();
  await viewer.until('both', () => sees(viewer, [red, green]));
  camera.pause();
  await sleep(2_000);
  t.ok(sees(viewer, [red, green]), 'the last picture stays');
  const tookMs = await viewer.until('no picture', () => sees(viewer, [empty, green]), 5_000);
  t.ok(tookMs > 2_000 && tookMs < 4_500, `its tile is empty after ${Math.round(2_000 + tookMs)} ms`);
  camera.resume();
  await viewer.until('both again', () => sees(viewer, [red, green]), 2_000);
});
