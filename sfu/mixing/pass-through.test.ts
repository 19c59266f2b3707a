import t, { type Test } from 'tap';
import type { GraphNode } from './plan.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import type { CameraOptions } from '../../testing/synthetic/synthetic-camera.js';
import {
  blue,
  green,
  isLike,
  red,
  sees,
  sleep,
  TestConference,
} from '../../testing/synthetic/test-conference.js';

async function graphOf(conference: TestConference): Promise<GraphNode[]> {
  return new Promise(resolve => {
    const off = conference.mixer.events.on('statistics', (_id, { graph }) => {
      off();
      resolve(graph);
    });
  });
}

/** Resolves with whether the graph comes to hold a node of this kind, and no more of `without`. */
async function becomes(conference: TestConference, kind: GraphNode['kind'], without: GraphNode['kind']) {
  for (let look = 0; look < 8; look++) {
    const kinds = (await graphOf(conference)).map(node => node.kind);
    if (kinds.includes(kind) && !kinds.includes(without)) return true;
  }
  return false;
}

function watchSteadiness(t: Test, conference: TestConference) {
  const viewer = conference.viewers.get('v')!;
  let colourless = 0;
  const timer = setInterval(() => {
    const [, cb, cr] = viewer.colourAt(viewer.surface.width / 4, viewer.surface.height / 2);
    if (Math.abs(cb - 128) < 20 && Math.abs(cr - 128) < 20) colourless++;
  }, 5);
  t.teardown(() => clearInterval(timer));
  return () => {
    t.equal(colourless, 0, 'no picture was black or empty');
    t.equal(viewer.lost, 0, 'nothing was lost');
    t.equal(viewer.restarts, 0, 'the sequence went on');
    const steps = viewer.pictures
      .slice(1)
      .map(({ timestamp }, n) => timestamp - viewer.pictures[n]!.timestamp);
    t.ok(
      steps.every(step => step > 0 || step < -0x80000000),
      'timestamps rise',
    );
  };
}

void t.test('M3: one full picture is passed on: nothing is decoded; other views come and go', async t => {
  const conference = new TestConference();
  t.teardown(() => conference.close());
  const camera = await conference.addCamera('a', { colour: red });
  await conference.addCamera('b', { colour: green });
  const viewer = await conference.addViewer('v', ['a']);
  conference.apply();
  await viewer.until('red', () => sees(viewer, [red]));
  t.ok(await becomes(conference, 'forward', 'encode'), 'forwarded');
  const graph = await graphOf(conference);
  t.match(graph, [{ kind: 'forward', users: ['v'], costMsPerS: 0 }]);
  t.equal(graph.length, 1, 'nothing is decoded, scaled, composed or encoded');
  t.ok(isLike(viewer.colourAt(320, 40), red));
  const shown = viewer.pictures.length;
  await sleep(1_000);
  t.ok(viewer.pictures.length - shown > 8, `${viewer.pictures.length - shown} pictures in a second`);

  const { keyframeRequests } = camera;
  viewer.requestKeyframe();
  await viewer.until('a keyframe', () => viewer.pictures.at(-1)!.keyframe);
  t.ok(camera.keyframeRequests > keyframeRequests, 'who cannot decode asks the sender');

  const isSteady = watchSteadiness(t, conference);
  conference.view('v', ['a', 'b']);
  conference.apply();
  await viewer.until('both', () => sees(viewer, [red, green]));
  t.ok(await becomes(conference, 'encode', 'forward'), 'composed');
  conference.view('v', ['b']);
  conference.apply();
  await viewer.until('green', () => sees(viewer, [green]));
  t.ok(await becomes(conference, 'forward', 'encode'), 'forwarded again');
  conference.view('v', ['a']);
  conference.apply();
  await viewer.until('from one that is passed on to another', () => sees(viewer, [red]));
  t.ok(await becomes(conference, 'forward', 'encode'), 'forwarded again');
  isSteady();
});

void t.test(
  'what the receiver cannot take is composed; a sender that falls silent shows its name',
  async t => {
    const conference = new TestConference();
    t.teardown(() => conference.close());
    await conference.addCamera('large', { colour: blue, width: 1280, height: 720 });
    const camera = await conference.addCamera('a', { colour: red });
    const viewer = await conference.addViewer('v', ['large']);
    const labelled = await conference.addViewer('w', ['a']);
    const random = new SeededRandom(1);
    const noise: CameraOptions['paint'] = ({ planes: [luma] }) => {
      for (let n = 0; n < 4_000; n++) luma[random.below(luma.length)] = random.below(220) + 16;
    };
    await conference.addCamera('noisy', { colour: green, paint: noise });
    const slow = await conference.addViewer('s', ['noisy'], { bitrate: 64_000 });
    conference.view('w', ['a'], true);
    conference.apply();
    await viewer.until('blue', () => sees(viewer, [blue]));
    await labelled.until('red', () => isLike(labelled.colourAt(320, 40), red));
    await sleep(3_000);
    t.ok(slow.pictures.length > 30, 'a little is for everybody');
    const graph = await graphOf(conference);
    t.same(
      graph.filter(({ kind }) => kind === 'forward').flatMap(({ users }) => users),
      [],
      'too large, with a label, too much',
    );

    conference.view('v', ['a']);
    conference.apply();
    t.ok(await becomes(conference, 'forward', 'relay' as never));
    camera.pause();
    await viewer.until('no red', () => !sees(viewer, [red]), 12_000);
    camera.resume();
    await viewer.until('red again', () => sees(viewer, [red]));
  },
);
