import t from 'tap';
import type { SegmentEntry } from '../../recorder/timeline/entry.js';
import { annexB, parameterSets } from './annex-b.js';
import { TrackCursor } from './track-cursor.js';

const track = (time: number, sizes: number[], durations: [number, number][]) => ({
  ...{ time, sizes, durations, offset: 100 },
  duration: durations.reduce((sum, [count, ticks]) => sum + count * ticks, 0),
});
/** The second has no sound. */
const segments = [
  {
    video: track(
      0,
      [5, 6, 7],
      [
        [1, 3000],
        [2, 1500],
      ],
    ),
    audio: track(0, [9], [[1, 1024]]),
  },
  { video: track(90_000, [8], [[1, 3000]]), audio: track(48_000, [], []) },
  { video: track(180_000, [4], [[1, 3000]]), audio: track(96_000, [3], [[1, 1024]]) },
] as unknown as SegmentEntry[];

function walk(kind: 'video' | 'audio', from = 0): number[][] {
  const cursor = new TrackCursor(kind, segments);
  cursor.moveTo(from);
  const seen: number[][] = [];
  for (; !cursor.atEnd; cursor.advance())
    seen.push([cursor.segment, cursor.time, cursor.offset, cursor.bytes, Number(cursor.isFirst)]);
  return seen;
}

void t.test('every sample of a track, with its time and place', async t => {
  t.same(walk('video'), [
    [0, 0, 100, 5, 1],
    [0, 3000, 105, 6, 0],
    [0, 4500, 111, 7, 0],
    [1, 90_000, 100, 8, 1],
    [2, 180_000, 100, 4, 1],
  ]);
  t.same(walk('audio', 1), [[2, 96_000, 100, 3, 1]], 'a segment without any is passed over');
  t.same(walk('video', 3), [], 'behind the last there is nothing');
});

void t.test('samples of MP4 become Annex B, with the parameter sets of avcC', async t => {
  const avcC = Buffer.from('0164001fffe10003674d00010002685b', 'hex');
  t.equal(parameterSets(avcC).toString('hex'), '00000001674d0000000001685b');
  const sample = Buffer.from('00000002650100000003410203', 'hex');
  t.equal(annexB(sample, undefined).toString('hex'), '00000001650100000001410203');
  t.equal(annexB(sample, Buffer.from('aa', 'hex')).toString('hex'), 'aa00000001650100000001410203');
  t.doesNotThrow(() => parameterSets(Buffer.alloc(3)));
});
