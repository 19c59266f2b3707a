import t from 'tap';
import { shapeOf, tilesOf, type LayoutName } from '../layouts/layout.js';
import type { SyntheticViewer } from '../../testing/synthetic/synthetic-viewer.js';
import {
  TestConference,
  blue,
  empty,
  fourSites,
  green,
  isLike,
  red,
  sleep,
  yellow,
} from '../../testing/synthetic/test-conference.js';
import type { Colour } from '../../testing/synthetic/synthetic-viewer.js';
import type { ConferenceStatistics, View } from './plan.js';

const colourOf: Record<string, Colour> = { a: red, b: green, c: blue, d: yellow };

/** In the middle of each tile is the colour of who sits there; later tiles lie above. */
function shows(viewer: SyntheticViewer, { layout, siteIds }: View): boolean {
  const { width, height } = viewer.surface;
  return tilesOf(layout, siteIds.length, { width, height }).every((tile, n) => {
    const siteId = siteIds[n];
    if (!siteId) return true;
    return isLike(viewer.colourAt(tile.x + tile.width / 2, tile.y + tile.height / 2), colourOf[siteId]!);
  });
}

function setView(conference: TestConference, id: string, view: View): void {
  conference.plan.outputs.find(output => output.id === id)!.video!.view = view;
}

void t.test('M3: layouts change within 200 ms, without a black frame, without a new encoder', async t => {
  const { conference, viewer } = await fourSites();
  t.teardown(() => conference.close());
  const first: View = { layout: '4', siteIds: ['a', 'b', 'c', 'd'], labels: true };
  setView(conference, 'v', first);
  conference.apply();
  await viewer.until('four tiles', () => shows(viewer, first));
  await sleep(400);
  const keyframes = () => viewer.pictures.filter(({ keyframe }) => keyframe).length;
  const before = { keyframes: keyframes(), asked: conference.cameras.get('c')!.keyframeRequests };
  const changes: [LayoutName, (string | null)[]][] = [
    ['5+1', ['b', 'a', 'c', 'd', null, null]],
    ['pip-top-right', ['a', 'c']],
    ['2+8', ['c', 'd', 'a', 'b', null, null, null, null, null, null]],
    ['13', ['d', 'a', 'b', 'c', ...new Array<null>(9).fill(null)]],
    ['side-by-side', ['b', 'd']],
    ['content-strip', ['a', 'b', 'c', 'd', null, null]],
    ['24', ['a', 'b', 'c', 'd', ...new Array<null>(20).fill(null)]],
  ];
  const took: number[] = [];
  let darkFrames = 0;
  let frames = 0;
  for (const [layout, siteIds] of changes) {
    t.equal(siteIds.length, shapeOf(layout).tiles);
    const view: View = { layout, siteIds, labels: true, background: 'grey', fit: 'crop' };
    setView(conference, 'v', view);
    conference.apply();
    const ms = await viewer.until(layout, () => {
      frames++;
      // None of the four colours, nor the grey between, is as dark as black (16) or the backdrop (27).
      const [x, y] = [viewer.surface.width / 4, viewer.surface.height / 4];
      if (viewer.colourAt(x, y)[0] < 35) darkFrames++;
      return shows(viewer, view);
    });
    took.push(Math.round(ms));
    await sleep(150);
  }
  t.comment(`changes took ${took.join(', ')} ms`);
  const sorted = [...took].sort((a, b) => a - b);
  t.ok(sorted[Math.floor(sorted.length / 2)]! <= 200, `median ${sorted[Math.floor(sorted.length / 2)]} ms`);
  t.equal(darkFrames, 0, `of ${frames} frames`);
  t.equal(keyframes(), before.keyframes, 'the encoder went on');
  // Once it was out of sight, so its decoder had begun anew; the other six changes ask for nothing.
  const asked = conference.cameras.get('c')!.keyframeRequests - before.asked;
  t.ok(asked >= 1 && asked <= 3, `${asked} keyframes asked for`);
  t.equal(viewer.lost, 0);
});

void t.test(
  'crop fills the tile, letter-box shows all of a portrait phone; content is never cropped',
  async t => {
    const conference = new TestConference();
    t.teardown(() => conference.close());
    await conference.addCamera('a', { colour: red, width: 360, height: 640 });
    const viewer = await conference.addViewer('v', ['a']);
    const [edge, middle] = [() => viewer.colourAt(40, 180), () => viewer.colourAt(320, 180)];
    setView(conference, 'v', { layout: '1', siteIds: ['a'], labels: false });
    conference.apply();
    await viewer.until('bars', () => isLike(middle(), red) && edge()[0] < 35);
    setView(conference, 'v', { layout: '1', siteIds: ['a'], labels: false, fit: 'crop' });
    conference.apply();
    await viewer.until('the whole tile red', () => isLike(middle(), red) && isLike(edge(), red));
    conference.plan.sources[0]!.content = true;
    conference.apply();
    await viewer.until('bars again', () => isLike(middle(), red) && edge()[0] < 35);
    t.ok(isLike(middle(), red));
  },
);

void t.test('who speaks has a border; the graph tells what is shared and what it costs', async t => {
  const { conference, viewer } = await fourSites();
  t.teardown(() => conference.close());
  const other = await conference.addViewer('w', ['a', 'b', 'c', 'd']);
  const view: View = { layout: '4', siteIds: ['a', 'b', 'c', 'd'], labels: true, border: true };
  for (const id of ['v', 'w']) setView(conference, id, view);
  conference.plan.speaker = 'b';
  let statistics: ConferenceStatistics | undefined;
  conference.mixer.events.on('statistics', (_, known) => (statistics = known));
  conference.apply();
  const [, second] = tilesOf('4', 4, viewer.surface);
  const corner = () => viewer.colourAt(second!.x + 1, second!.y + 1);
  await viewer.until('four and a border', () => shows(viewer, view) && isLike(corner(), [160, 100, 84]));
  await other.until('the same', () => shows(other, view));
  conference.plan.speaker = 'c';
  conference.apply();
  await viewer.until('no border any more', () => isLike(corner(), green));

  await sleep(2_200);
  const { graph } = statistics!;
  const of = (kind: string) => graph.filter(node => node.kind === kind);
  t.equal(of('decode').length, 4);
  t.equal(of('scale').length, 4);
  t.match(of('canvas'), [{ users: ['v', 'w'], what: '4 640×360 30 fps' }]);
  t.match(of('encode'), [{ users: ['v', 'w'], inputs: [of('canvas')[0]!.id] }]);
  t.same(
    of('canvas')[0]!.inputs,
    of('scale').map(({ id }) => id),
  );
  t.same(new Set(of('scale').flatMap(({ inputs }) => inputs)), new Set(of('decode').map(({ id }) => id)));
  t.ok(
    graph.every(({ costMsPerS }) => costMsPerS !== null && costMsPerS > 0 && costMsPerS < 1_000),
    JSON.stringify(graph),
  );

  setView(conference, 'v', {
    layout: '9',
    siteIds: [...'abcd', ...new Array<null>(5).fill(null)],
    labels: true,
  });
  setView(conference, 'w', { layout: '1', siteIds: ['gone'], labels: true });
  conference.plan.sources = conference.plan.sources.filter(({ siteId }) => siteId !== 'a');
  conference.apply();
  const nine = tilesOf('9', 9, viewer.surface);
  await viewer.until('a is gone, the tile stays', () =>
    isLike(viewer.colourAt(nine[0]!.x + 20, nine[0]!.y + 10), empty),
  );
  await sleep(1_200);
  t.equal(of('decode').length, 4, 'the old value');
  t.equal(statistics!.graph.filter(({ kind }) => kind === 'decode').length, 3, 'idle nodes vanish');
});
