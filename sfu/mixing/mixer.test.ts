import dgram from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { hueOf, meanColour, readPicture } from '../../testing/judge/picture.js';
import type { ConferenceStatistics } from './plan.js';
import { SyntheticViewer } from '../../testing/synthetic/synthetic-viewer.js';
import {
  TestConference,
  blue,
  empty,
  four,
  fourSites,
  isLike,
  red,
  sees,
  sessionPair,
  sleep,
  yellow,
} from '../../testing/synthetic/test-conference.js';

void t.test('four sites stand in their tiles; one leaves, one comes, and none is ever black', async t => {
  const { conference, viewer } = await fourSites();
  t.teardown(() => conference.close());
  const tookMs = await viewer.until('four colours', () => sees(viewer, four));
  t.comment(`first whole picture after ${Math.round(tookMs)} ms, the start of the process included`);
  t.ok(viewer.pictures[0]!.keyframe, 'it begins with a keyframe');

  await sleep(400);
  const keyframes = () => viewer.pictures.filter(picture => picture.keyframe).length;
  const keyframesBefore = keyframes();
  const dark: number[] = [];
  const watch = setInterval(() => {
    // Site a is in every view below, and always first: its tile must never be empty.
    const { width, height } = viewer.surface;
    const [luma] = viewer.colourAt(width * 0.3, height * 0.3);
    if (luma < 30) dark.push(luma);
  }, 15);
  conference.view('v', ['a', 'c', 'd']);
  conference.plan.sources = conference.plan.sources.filter(({ siteId }) => siteId !== 'b');
  conference.apply();
  await viewer.until('three colours', () => sees(viewer, [red, blue, yellow]));
  // With its name: one full picture without would be passed on, not encoded.
  conference.view('v', ['a'], true);
  conference.apply();
  await viewer.until('one colour', () => sees(viewer, [red]));
  conference.view('v', ['a', 'd']);
  conference.apply();
  await viewer.until('two colours', () => sees(viewer, [red, yellow]));
  clearInterval(watch);
  t.same(dark, [], 'no black frame');
  t.equal(keyframes(), keyframesBefore, 'the encoder went on');
  t.equal(viewer.lost, 0);

  const conferenceId = conference.plan.conferenceId;
  const [jpeg, again] = await Promise.all([1, 2].map(() => conference.mixer.thumbnail(conferenceId)));
  t.equal(again, jpeg, 'one picture for all who look');
  const file = path.join(t.testdir(), 'thumbnail.jpg');
  fs.writeFileSync(file, jpeg!);
  const thumbnail = await readPicture(file);
  t.same([thumbnail.width, thumbnail.height], [320, 180]);
  const left = { x: 0.1, y: 0.4, width: 0.3, height: 0.2 };
  t.equal(hueOf(meanColour(thumbnail, left)), 'red');
  const [, green] = meanColour(thumbnail, { ...left, x: 0.6 });
  t.ok(green > 120, `the other is yellow: green ${green}`);
  t.ok(jpeg!.length < 10_000, `${jpeg!.length} bytes`);
  t.equal(await conference.mixer.thumbnail('nobody'), null, 'and none of a conference without picture');
});

void t.test('the frame rate is exact, timestamps follow a fixed clock, statistics tell', async t => {
  const { conference, viewer } = await fourSites();
  t.teardown(() => conference.close());
  let statistics: ConferenceStatistics | undefined;
  conference.mixer.events.on('statistics', (_, known) => (statistics = known));
  await viewer.until('four colours', () => sees(viewer, four));
  const first = viewer.pictures.length;
  await sleep(4_000);
  const pictures = viewer.pictures.slice(first);
  const last = pictures.at(-1)!;
  const seconds = (last.atMs - pictures[0]!.atMs) / 1000;
  const rate = (last.timestamp - pictures[0]!.timestamp) / 3000 / seconds;
  t.ok(Math.abs(rate - 30) < 1, `${rate.toFixed(2)} frames per second`);
  const steps = pictures.slice(1).map((picture, n) => picture.timestamp - pictures[n]!.timestamp);
  t.ok(
    steps.every(step => step > 0 && step % 3000 === 0),
    'each picture is on the 1/30 s grid',
  );
  // A machine that is busy with other tests may make the clock leave out some, in one piece.
  t.ok(steps.filter(step => step !== 3000).length <= 2, 'and none is left out');

  t.same(Object.keys(statistics!.sources).sort(), ['a', 'b', 'c', 'd']);
  t.match(statistics!.sources.c, { width: 1280, height: 720 });
  const { framesPerSecond } = statistics!.sources.a!;
  t.ok(framesPerSecond > 0 && framesPerSecond < 36, `${framesPerSecond} pictures a second of a`);
  t.ok(Math.abs(statistics!.outputs.v!.framesPerSecond - 30) < 2);
  t.ok(statistics!.outputs.v!.encodeMs > 0 && statistics!.outputs.v!.encodeMs < 100);
  t.ok(statistics!.sessions['in:a']!.packetsReceived > 10);
  t.ok(statistics!.sessions['out:v']!.packetsSent > 50);
});

void t.test('names are seen when labels are on, in the picture and in place of it', async t => {
  const conference = new TestConference();
  t.teardown(() => conference.close());
  await conference.addCamera('a', { colour: red });
  conference.plan.sources.push({ siteId: 'n', name: '第二手术室' });
  const viewer = await conference.addViewer('v', ['a', 'n']);
  conference.apply();
  await viewer.until('both', () => sees(viewer, [red, empty]));
  const bright = (from: number, to: number) => {
    const { width, height, planes } = viewer.surface;
    return planes[0].filter((luma, at) => {
      const [x, y] = [at % width, Math.floor(at / width)];
      return luma > 190 && x >= width * from && x < width * to && y < height * 0.95;
    }).length;
  };
  t.equal(bright(0, 0.5), 0);
  t.equal(bright(0.5, 1), 0);
  conference.view('v', ['a', 'n'], true);
  conference.apply();
  await viewer.until('both names', () => bright(0, 0.5) > 15 && bright(0.5, 1) > 60);
  t.pass('letters are there');
});

void t.test('nobody there: a calm picture that says so', async t => {
  const conference = new TestConference();
  t.teardown(() => conference.close());
  const viewer = await conference.addViewer('v', []);
  conference.apply();
  await viewer.until('text', () => viewer.surface.planes[0].some(luma => luma > 190));
  t.ok(isLike(viewer.colourAt(10, 10), [27, 133, 125]));
});

void t.test('two conferences do not know each other; one that is removed frees its ports', async t => {
  const conference = new TestConference('one');
  t.teardown(() => conference.close());
  await conference.addCamera('a', { colour: red });
  const viewer = await conference.addViewer('v', ['a']);
  conference.apply();
  await viewer.until('red', () => sees(viewer, [red]));
  const { ours, theirs } = await sessionPair('other', 'out');
  const other = new SyntheticViewer(theirs, 640, 360);
  t.teardown(() => other.close());
  await other.start();
  const plan = structuredClone(conference.plan);
  plan.conferenceId = 'two';
  plan.sources = [];
  plan.sessions = [ours];
  plan.outputs[0]!.video!.session = 'other';
  plan.outputs.push({
    id: 'bad',
    video: { ...plan.outputs[0]!.video!, encoder: { ...plan.outputs[0]!.video!.encoder, width: 0 } },
  });
  conference.mixer.setPlan(plan);
  await other.until('an empty tile', () => sees(other, [empty]));
  const count = viewer.pictures.length;
  conference.mixer.removePlan('two');
  await sleep(500);
  t.ok(viewer.pictures.length > count + 10, 'the first goes on');
  const socket = dgram.createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(ours.local.port, '127.0.0.1', resolve);
  });
  socket.close();
});
