import t from 'tap';
import { Segmenter, type ClosedSegment } from './segmenter.js';
import type { VideoConfig } from './track-config.js';

const config: VideoConfig = { width: 16, height: 16, avcC: Buffer.from([1]), codec: 'avc1.42001e' };
const frame = 3000;
const second = 90_000;

interface Shown {
  time: number;
  duration: number;
  names: string;
  audioFrames: number;
}

function setUp(start?: ConstructorParameters<typeof Segmenter>[1]) {
  const segments: ClosedSegment[] = [];
  const segmenter = new Segmenter(segment => segments.push(segment), start);
  const shown = (): Shown[] =>
    segments.map(({ video, audio }) => ({
      time: video.time,
      duration: video.samples.reduce((sum, sample) => sum + sample.duration, 0),
      names: video.samples.map(sample => sample.data.toString()).join(''),
      audioFrames: audio.samples.length,
    }));
  let sound = start?.audioTime ?? 0;
  /** Sound up to this time, 90 kHz. */
  const audio = (until: number): void => {
    for (; sound < (until / 90) * 48; sound += 1024) segmenter.audio(Buffer.from('a'));
  };
  const picture = (time: number, name: string): boolean =>
    segmenter.video(time, name === name.toUpperCase(), Buffer.from(name), config);
  return { segments, segmenter, shown, audio, picture };
}

/** A keyframe K each second, pictures p between. */
function feed(picture: (time: number, name: string) => unknown, from: number, until: number): void {
  for (let time = from; time < until; time += frame) picture(time, time % second === 0 ? 'K' : 'p');
}

void t.test('a segment begins at each keyframe and waits for its sound', async t => {
  const { picture, audio, shown, segmenter } = setUp();
  feed(picture, 0, 2 * second + frame);
  t.same(shown(), [], 'no sound yet');
  audio(second);
  t.equal(shown().length, 1);
  audio(2 * second);
  segmenter.finish();
  t.match(shown(), [
    { time: 0, duration: second, names: `K${'p'.repeat(29)}`, audioFrames: 47 },
    { time: second, duration: second, names: `K${'p'.repeat(29)}`, audioFrames: 47 },
    { time: 2 * second, duration: frame, names: 'K' },
  ]);
});

void t.test('nothing is taken before the first keyframe, nor after a loss until the next', async t => {
  const { picture, audio, shown, segmenter } = setUp();
  t.equal(segmenter.keyframeWanted, true);
  t.equal(picture(0, 'p'), false);
  t.equal(picture(frame, 'K'), true);
  t.equal(segmenter.keyframeWanted, false);
  picture(2 * frame, 'p');
  segmenter.interrupt();
  t.equal(segmenter.keyframeWanted, true);
  t.equal(picture(3 * frame, 'q'), false);
  picture(4 * frame, 'L');
  audio(second);
  segmenter.finish();
  t.match(shown(), [
    { time: frame, duration: 3 * frame, names: 'Kp' },
    { time: 4 * frame, names: 'L' },
  ]);
  t.equal(segmenter.counts.undecodable, 2);
});

void t.test('keyframes that come faster than a tenth of a second stay in one segment', async t => {
  const { picture, audio, shown, segmenter } = setUp();
  picture(0, 'K');
  picture(frame, 'L');
  picture(2 * frame, 'M');
  picture(3 * frame, 'N');
  audio(second);
  segmenter.finish();
  t.match(shown(), [
    { time: 0, names: 'KLM' },
    { time: 3 * frame, names: 'N' },
  ]);
});

void t.test(
  'when pictures stop the last is held, then the last keyframe, second by second, until one comes',
  async t => {
    const { picture, audio, shown, segmenter } = setUp();
    feed(picture, 0, second / 2);
    audio(5 * second);
    segmenter.tick(second / 2 + 1.1 * second);
    t.equal(segmenter.keyframeWanted, false, 'not yet');
    for (let now = second; now <= 4.4 * second; now += second / 4) segmenter.tick(now);
    t.equal(segmenter.keyframeWanted, true);
    t.equal(picture(3.7 * second, 'p'), false);
    picture(3.8 * second, 'L');
    segmenter.finish();
    t.match(shown(), [
      { time: 0, duration: second, names: `K${'p'.repeat(14)}` },
      { time: second, duration: second, names: 'K' },
      { time: 2 * second, duration: second, names: 'K' },
      { time: 3 * second, duration: 0.8 * second, names: 'K' },
      { time: 3.8 * second, names: 'L' },
    ]);
    t.equal(shown()[0]!.audioFrames, 47, 'sound goes on meanwhile');
  },
);

void t.test(
  'when a keyframe ends a pause that nobody had noticed, segments are of a second all the same',
  async t => {
    const { picture, audio, shown, segmenter } = setUp();
    picture(0, 'K');
    picture(frame, 'p');
    picture(198_000, 'L');
    audio(5 * second);
    segmenter.finish();
    t.match(shown(), [
      { time: 0, duration: second, names: 'Kp' },
      { time: second, duration: 108_000, names: 'K' },
      { time: 198_000, names: 'L' },
    ]);
  },
);

void t.test('a recording that goes on shows the last keyframe from where it stopped', async t => {
  const { picture, audio, shown, segmenter } = setUp({
    videoTime: 10 * second,
    audioTime: 480_256,
    held: { config, keyframe: Buffer.from('H') },
  });
  picture(12.5 * second, 'K');
  audio(13 * second);
  segmenter.finish();
  t.match(shown(), [
    { time: 10 * second, duration: second, names: 'H' },
    { time: 11 * second, duration: 1.5 * second, names: 'H' },
    { time: 12.5 * second, names: 'K' },
  ]);
});

void t.test(
  'times never go back: small steps are taken for jitter, large ones wait for the clock',
  async t => {
    const { picture, audio, shown, segmenter } = setUp();
    picture(0, 'K');
    picture(frame, 'p');
    picture(frame - 10, 'q');
    t.equal(picture(-second, 'r'), false);
    picture(4 * frame, 'L');
    audio(second);
    segmenter.finish();
    t.match(shown(), [
      { time: 0, duration: 4 * frame, names: 'Kpq' },
      { time: 4 * frame, names: 'L' },
    ]);
  },
);

void t.test('another configuration begins a segment at once', async t => {
  const { picture, audio, segments, segmenter } = setUp();
  picture(0, 'K');
  const other = { ...config, avcC: Buffer.from([2]) };
  segmenter.video(frame, true, Buffer.from('L'), other);
  audio(second);
  segmenter.finish();
  t.equal(segments.length, 2);
  t.equal(segments[1]!.config, other);
});

void t.test('a sender without keyframes, or without sound, does not fill the memory', async t => {
  const { picture, shown, segmenter } = setUp();
  picture(0, 'K');
  for (let time = frame; time < 40 * second; time += frame) {
    picture(time, segmenter.keyframeWanted && time > 35 * second ? 'K' : 'p');
  }
  t.ok(segmenter.counts.oversized >= 1);
  t.ok(segmenter.keyframeWanted || segmenter.videoTime > 35 * second);
  // No sound at all: more than some segments do not wait for it.
  for (let time = 40 * second; time < 60 * second; time += second) picture(time, 'K');
  t.ok(shown().length >= 10, `${shown().length} segments without sound`);
});
