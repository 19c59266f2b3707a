import dgram from 'node:dgram';
import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { SyntheticViewer } from '../../testing/synthetic/synthetic-viewer.js';
import {
  TestConference,
  blue,
  empty,
  four,
  fourSites,
  green,
  h264,
  red,
  sees,
  sessionPair,
  sleep,
} from '../../testing/synthetic/test-conference.js';

void t.test('keyframes: asked of senders at the start, given to who asks, one for all who join', async t => {
  const conference = new TestConference();
  t.teardown(() => conference.close());
  const camera = await conference.addCamera('a', { colour: red });
  // The camera's first keyframe goes to nobody: the process is not up yet.
  await sleep(100);
  const viewer = await conference.addViewer('v', ['a']);
  conference.apply();
  await viewer.until('the colour', () => sees(viewer, [red]));
  t.ok(camera.keyframeRequests > 0);

  const keyframes = () => viewer.pictures.filter(picture => picture.keyframe).length;
  let before = keyframes();
  viewer.requestKeyframe();
  await viewer.until('a keyframe by PLI', () => keyframes() > before, 1_000);
  await sleep(400);
  before = keyframes();
  conference.mixer.requestKeyframe('test', 'out:v');
  await viewer.until('a keyframe by the API', () => keyframes() > before, 1_000);
  await sleep(400);
  before = keyframes();
  const others = [await conference.addViewer('w', ['a']), await conference.addViewer('x', ['a'])];
  conference.apply();
  await Promise.all(others.map(other => other.until('the colour', () => sees(other, [red]))));
  for (const other of others) t.ok(other.pictures[0]!.keyframe);
  t.equal(keyframes() - before, 1, 'one encoder serves all, one keyframe served both');
});

void t.test('garbage on every port: nobody notices', async t => {
  const { conference, viewer } = await fourSites();
  t.teardown(() => conference.close());
  await viewer.until('four colours', () => sees(viewer, four));
  const random = new SeededRandom(11);
  const socket = dgram.createSocket('udp4');
  const ports = conference.plan.sessions.map(session => session.local.port);
  const first = viewer.pictures.length;
  const pid = conference.mixer.pid;
  for (let burst = 0; burst < 100; burst++) {
    for (const port of ports) {
      for (let n = 0; n < 10; n++) {
        const bytes = random.bytes(1 + random.below(1200));
        // Half of it looks like RTP or RTCP of this kind of session.
        if (n % 2) bytes[0] = 0x80 | (bytes[0]! & 0x3f);
        if (n % 4 === 1 && bytes.length > 1) bytes[1] = (bytes[1]! & 0x80) | 96;
        socket.send(bytes, port, '127.0.0.1');
      }
    }
    await sleep(20);
  }
  socket.close();
  t.equal(conference.mixer.pid, pid, 'the same process');
  const rate =
    (viewer.pictures.length - first) / ((viewer.pictures.at(-1)!.atMs - viewer.pictures[first]!.atMs) / 1000);
  t.ok(rate > 28, `${rate.toFixed(1)} frames per second meanwhile`);
  // A stranger who guessed the payload type may damage a picture, not keep it so.
  await viewer.until('four colours', () => sees(viewer, four));
});

void t.test('a room’s packets go into the SFU untouched; PLIs find their way back to it', async t => {
  const conference = new TestConference();
  t.teardown(() => conference.close());
  await conference.addCamera('a', { colour: red });
  const room = await conference.addCamera('room', { colour: blue });
  const relayed = await sessionPair('relayed', 'out', { ...h264, payloadType: 109 });
  const browser = new SyntheticViewer(relayed.theirs, 640, 360);
  t.teardown(() => browser.close());
  await browser.start();
  conference.plan.sessions.push(relayed.ours);
  conference.plan.relays.push({ id: 'r', from: 'in:room', to: 'relayed' });
  const viewer = await conference.addViewer('v', ['a', 'room'], { packetizationMode: 0 });
  conference.apply();
  await Promise.all([
    viewer.until('both', () => sees(viewer, [red, blue])),
    browser.until('the room', () => sees(browser, [blue])),
  ]);
  await sleep(1_200);
  const before = room.keyframeRequests;
  browser.requestKeyframe();
  await sleep(300);
  t.equal(room.keyframeRequests, before + 1, 'the PLI reached the room');
  // Decoded by nobody, it is still relayed.
  conference.view('v', ['a']);
  conference.apply();
  await viewer.until('one', () => sees(viewer, [red]));
  const count = browser.pictures.length;
  await sleep(500);
  t.ok(browser.pictures.length > count + 8);
});

void t.test('a room without RTCP feedback is asked by signalling; a taken port is told', async t => {
  const conference = new TestConference();
  t.teardown(() => conference.close());
  const needed: string[] = [];
  const failed: string[] = [];
  conference.mixer.events.on('keyframeNeeded', (_, session) => needed.push(session));
  conference.mixer.events.on('sessionFailed', (_, session) => failed.push(session));
  await conference.addCamera('a', { colour: red });
  conference.plan.sessions[0]!.feedback = { nack: false, pli: false, fir: false };
  const taken = dgram.createSocket('udp4');
  await new Promise<void>(resolve => taken.bind(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>(resolve => taken.close(() => resolve())));
  const { ours } = await sessionPair('taken', 'out');
  ours.local.port = ours.local.rtcpPort = taken.address().port;
  conference.plan.sessions.push(ours);
  const viewer = await conference.addViewer('v', ['a']);
  conference.apply();
  // The camera cannot be asked, so there is its name only.
  await viewer.until('an empty tile', () => sees(viewer, [empty]));
  for (let n = 0; n < 40 && failed.length === 0; n++) await sleep(100);
  t.same([...new Set(needed)], ['in:a']);
  t.same([...new Set(failed)], ['taken']);
});

void t.test('a receiver on hold gets nothing, and begins with a keyframe afterwards', async t => {
  const conference = new TestConference();
  t.teardown(() => conference.close());
  await conference.addCamera('a', { colour: red });
  const viewer = await conference.addViewer('v', ['a']);
  const other = await conference.addViewer('w', ['a']);
  conference.apply();
  await Promise.all([
    viewer.until('red', () => sees(viewer, [red])),
    other.until('red', () => sees(other, [red])),
  ]);
  const session = conference.plan.sessions.find(({ id }) => id === 'out:v')!;
  const { send } = session;
  delete session.send;
  conference.apply();
  await sleep(300);
  const [held, going] = [viewer.pictures.length, other.pictures.length];
  await sleep(500);
  t.equal(viewer.pictures.length, held);
  t.ok(other.pictures.length > going + 8, 'the other one is not disturbed');
  session.send = send!;
  conference.apply();
  await viewer.until('a picture', () => viewer.pictures.length > held);
  t.ok(viewer.pictures[held]!.keyframe);
  t.equal(other.lost, 0);
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
