import t from 'tap';
import type { ConferencePlan, OutputPlan, VideoEncoding } from '../plan.js';
import { canvasGraph, type CanvasNode } from './graph.js';

const hd: VideoEncoding = {
  codec: 'H264',
  profile: 'high',
  width: 1920,
  height: 1080,
  frameRate: 30,
  bitrate: 4_000_000,
  keyframeIntervalS: 0,
  packetizationMode: 1,
};

function output(id: string, siteIds: string[], encoder: Partial<VideoEncoding> = {}): OutputPlan {
  return {
    id,
    video: {
      session: `s:${id}`,
      view: { layout: 'auto', siteIds, labels: true },
      encoder: { ...hd, ...encoder },
    },
  };
}

function planOf(...outputs: OutputPlan[]): ConferencePlan {
  return { conferenceId: 'c', sessions: [], sources: [], relays: [], transcodes: [], outputs };
}

let count = 0;
const newId = () => `n${count++}`;
const graph = (previous: CanvasNode[], ...outputs: OutputPlan[]) =>
  canvasGraph(planOf(...outputs), previous, newId);
const encoderOf = (nodes: CanvasNode[], outputId: string) =>
  nodes
    .flatMap(node => node.encoders)
    .find(encoder => encoder.outputs.some(output => output.id === outputId))!;

void t.test('equal views and encodings share all; another bit rate shares all but the encoder', async t => {
  const nodes = graph(
    [],
    output('1', ['a', 'b']),
    output('2', ['a', 'b']),
    output('3', ['a', 'b'], { bitrate: 1e6 }),
  );
  t.equal(nodes.length, 1);
  t.equal(nodes[0]!.encoders.length, 2);
  t.equal(encoderOf(nodes, '1'), encoderOf(nodes, '2'));
  const other = graph(
    [],
    output('1', ['a', 'b']),
    output('2', ['b', 'a']),
    output('3', ['a', 'b'], { width: 1280, height: 720 }),
  );
  t.equal(other.length, 3, 'another order or size is another canvas');
  t.same(graph([], { id: 'sound', audio: { session: 'x' } }), []);
});

void t.test('a view or bit rate that changes keeps canvas and encoder', async t => {
  const before = graph([], output('1', ['a']), output('2', ['b']));
  const after = graph(before, output('2', ['b', 'c'], { bitrate: 2e6 }), output('1', ['a', 'c']));
  for (const id of ['1', '2']) t.equal(encoderOf(after, id).id, encoderOf(before, id).id);
  t.same(new Set(after.map(node => node.id)), new Set(before.map(node => node.id)));
  const resized = graph(
    before,
    output('1', ['a'], { width: 640, height: 360 }),
    output('2', ['b'], { packetizationMode: 0 }),
  );
  for (const id of ['1', '2']) t.not(encoderOf(resized, id).id, encoderOf(before, id).id);
});

void t.test('of outputs that part, the larger group keeps the nodes; those that meet share one', async t => {
  const together = graph([], output('1', ['a']), output('2', ['a']), output('3', ['a']));
  const parted = graph(together, output('1', ['b']), output('2', ['a']), output('3', ['a']));
  t.equal(encoderOf(parted, '2').id, encoderOf(together, '2').id);
  t.not(encoderOf(parted, '1').id, encoderOf(together, '1').id);
  const again = graph(parted, output('1', ['a']), output('2', ['a']), output('3', ['a']));
  t.equal(again.length, 1);
  t.equal(encoderOf(again, '1').id, encoderOf(together, '2').id);
  t.equal(new Set(again.flatMap(node => [node.id, ...node.encoders.map(encoder => encoder.id)])).size, 2);
});
