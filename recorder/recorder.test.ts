import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { silentLog } from '../base/log.js';
import { SeededRandom } from '../testing/synthetic/seeded-random.js';
import { BeepFlashFeed, type FeedOptions } from '../testing/synthetic/beep-flash-feed.js';
import { judgeBeepFlash } from '../testing/judge/beep-flash.js';
import type { RecordingPlan } from './plan.js';
import { Recorder } from './recorder.js';
import type { InitEntry, SegmentEntry } from './timeline/entry.js';
import { TimelineParser } from './timeline/timeline-parser.js';
import { verify } from './timeline/verify.js';

t.jobs = 3;
t.setTimeout(60_000);

interface Run {
  feed: BeepFlashFeed;
  recorder: Recorder;
  plan: RecordingPlan;
  directory: string;
}

async function begin(t: Test, options: FeedOptions): Promise<Run> {
  const directory = t.testdir();
  const feed = await BeepFlashFeed.start(options);
  const recorder = new Recorder({ directory, s3: null, log: silentLog });
  t.teardown(async () => {
    feed.close();
    await recorder.close();
  });
  await recorder.ready();
  const plan = await feed.plan('run');
  recorder.record(plan);
  return { feed, recorder, plan, directory };
}

function entriesOf(directory: string) {
  const lines = new TimelineParser().push(fs.readFileSync(path.join(directory, 'run', 'timeline.jsonl')));
  return lines.map(line => line.entry);
}

/** Stops, checks what holds for every recording, and looks at what is in it. */
async function finish({ recorder, directory }: Run, t: Test, longestSegment = 1.11) {
  const stoppedMs = Date.now();
  await recorder.stop('run');
  t.notOk(recorder.isRecording('run'));
  const folder = path.join(directory, 'run');
  const proof = await verify(folder);
  t.same(proof.problems, [], 'the chain of hashes holds');
  t.ok(proof.ended);
  const entries = entriesOf(directory);
  const segments = entries.filter((entry): entry is SegmentEntry => entry.type === 'segment');
  const inits = entries.filter((entry): entry is InitEntry => entry.type === 'init');
  t.equal(inits.length, 1, 'one init segment');
  for (const [index, { video, audio }] of segments.entries()) {
    t.ok(
      video.duration <= 90_000 * longestSegment,
      `segment ${index + 1} lasts ${video.duration / 90_000} s`,
    );
    const next = segments[index + 1];
    if (next) {
      t.equal(next.video.time, video.time + video.duration, 'pictures without a gap');
      t.equal(next.audio.time, audio.time + audio.duration, 'sound without a gap');
    }
  }
  t.equal(segments[0]?.video.time, 0);
  t.equal(segments[0]?.audio.time, 0);
  const leftovers = fs.readdirSync(folder).filter(name => /journal|tmp/.test(name));
  t.same(leftovers, [], 'nothing temporary is left');
  // What a player does: the init segment and all segments, one after the other.
  const whole = path.join(directory, 'whole.mp4');
  const files = [inits[0]!, ...segments].map(({ file }) => fs.readFileSync(path.join(folder, file)));
  fs.writeFileSync(whole, Buffer.concat(files));
  const judged = await judgeBeepFlash(whole);
  t.equal(judged.errors, '', 'ffmpeg decodes all of it without a complaint');
  t.equal(judged.videoCodec, 'h264');
  t.equal(judged.audioCodec, 'aac');
  const last = segments.at(-1)!;
  const videoMs = (last.video.time + last.video.duration) / 90;
  const audioMs = (last.audio.time + last.audio.duration) / 48;
  t.ok(
    Math.abs(videoMs - audioMs) < 50,
    `sound ends with the pictures: ${(audioMs - videoMs).toFixed(1)} ms`,
  );
  const lengthMs = stoppedMs - Date.parse(segments[0]!.at);
  t.ok(Math.abs(videoMs - lengthMs) < 1000, `${videoMs.toFixed()} ms recorded of ${lengthMs}`);
  return { ...judged, entries, segments };
}

function inStep(t: Test, offsetsMs: number[], atLeast: number): void {
  t.ok(offsetsMs.length >= atLeast, `${offsetsMs.length} flashes with their beeps`);
  // The median: a flash or beep at the edge of a pause has lost its partner.
  const magnitudes = offsetsMs.map(Math.abs).sort((a, b) => a - b);
  const typical = magnitudes[Math.floor(magnitudes.length / 2)] ?? Infinity;
  t.ok(
    typical <= 45,
    `sound against picture: typically ${typical.toFixed(1)} ms of ${offsetsMs.map(Math.round).join(' ')}`,
  );
}

void t.test(
  '1080p30, pictures 200 ms later on the wire than sound: in step, 30 fps, the right length',
  async t => {
    const run = await begin(t, { width: 1920, height: 1080, videoDelayMs: 200, retransmit: true });
    await sleep(6000);
    const markedMs = Date.now();
    run.recorder.note('run', { kind: 'mark', label: 'incision' });
    await sleep(1000);
    const result = await finish(run, t);
    t.equal(result.width, 1920);
    t.equal(result.height, 1080);
    t.ok(Math.abs(result.framesPerSecond - 30) < 0.3, `${result.framesPerSecond} fps`);
    inStep(t, result.offsetsMs, 5);
    t.ok(run.feed.pictureLosses >= 1, 'the first keyframe was asked for');
    const note = result.entries.find(entry => entry.type === 'note');
    const expectedMs = markedMs - Date.parse(result.segments[0]!.at);
    t.ok(note?.type === 'note' && Math.abs(note.timeMs - expectedMs) < 300, 'the mark stands at its time');
    const poster = fs.readFileSync(path.join(run.directory, 'run', 'poster.jpg'));
    t.equal(poster.readUInt16BE(0), 0xffd8, 'there is a poster');
  },
);

void t.test('with 2 % of all packets lost, what remains decodes cleanly and stays in step', async t => {
  const random = new SeededRandom(7);
  const run = await begin(t, { lose: () => random.next() < 0.02 });
  await sleep(7000);
  const result = await finish(run, t, 1.5);
  inStep(t, result.offsetsMs, 3);
  t.ok(result.framesPerSecond > 20, `${result.framesPerSecond} fps are left`);
  t.ok(run.feed.pictureLosses >= 2, 'keyframes were asked for after losses');
});

void t.test('packets that the SFU sends again when asked are as if never lost', async t => {
  const random = new SeededRandom(8);
  const run = await begin(t, { lose: kind => kind === 'video' && random.next() < 0.02, retransmit: true });
  await sleep(6000);
  const result = await finish(run, t);
  t.ok(run.feed.retransmissions >= 2, `${run.feed.retransmissions} packets were asked for`);
  t.ok(result.framesPerSecond > 29, `${result.framesPerSecond} fps`);
  inStep(t, result.offsetsMs, 4);
});

void t.test(
  'no pictures for 2.6 s, then no sound for 2.6 s: the other goes on, both stay in step',
  async t => {
    const run = await begin(t, {});
    await sleep(2300);
    run.feed.pausedVideo = true;
    await sleep(2600);
    run.feed.pausedVideo = false;
    await sleep(1500);
    run.feed.pausedAudio = true;
    await sleep(2600);
    run.feed.pausedAudio = false;
    await sleep(2000);
    const result = await finish(run, t, 1.51);
    inStep(t, result.offsetsMs, 4);
    t.ok(result.longestGapMs <= 1500, 'a held picture is repeated each second');
    t.ok(result.beeps.length >= 7, `${result.beeps.length} beeps: sound went on while pictures were held`);
  },
);

void t.test('the SFU is restarted: other SSRCs, ports and timestamps, one recording in step', async t => {
  const run = await begin(t, {});
  await sleep(3300);
  run.recorder.update(await run.feed.restartStreams(run.plan));
  await sleep(3700);
  const result = await finish(run, t);
  inStep(t, result.offsetsMs, 5);
  t.ok(result.longestGapMs < 1000, `longest gap ${result.longestGapMs} ms`);
});

void t.test("sound whose clock runs 0.2 % fast does not slip away from the pictures' clock", async t => {
  const run = await begin(t, { audioDrift: 0.002 });
  await sleep(14_000);
  const result = await finish(run, t);
  inStep(t, result.offsetsMs, 12);
});

void t.test(
  'a folder that cannot be written ends the recording with the reason; what is listed stays',
  async t => {
    const run = await begin(t, {});
    const folder = path.join(run.directory, 'run');
    const failed = new Promise<string>(resolve =>
      run.recorder.events.on('failed', (_id, reason) => resolve(reason)),
    );
    await sleep(1000);
    fs.mkdirSync(path.join(folder, '000003.m4s'), { recursive: true });
    t.match(await failed, 'cannot be written');
    t.notOk(run.recorder.isRecording('run'));
    await run.recorder.stop('run');
    await sleep(300);
    const before = await verify(folder);
    t.same(before.problems, []);
    t.equal(before.segments, 2);
    fs.rmdirSync(path.join(folder, '000003.m4s'));
    await run.recorder.close();
    // The next start makes of the journal what could not be written, and ends the recording.
    const next = new Recorder({ directory: run.directory, s3: null, log: silentLog });
    await next.ready();
    await next.close();
    const after = await verify(folder);
    t.same(after.problems, []);
    t.ok(after.ended);
    t.ok(after.segments >= 2, `${after.segments} segments`);
  },
);

void t.test('a recording that never saw a picture ends without one, and what cannot begin fails', async t => {
  const run = await begin(t, {});
  run.feed.close();
  await run.recorder.stop('run');
  const failures: string[] = [];
  run.recorder.events.on('failed', (_id, reason) => failures.push(reason));
  // The recording has ended: it cannot be begun again under the same id.
  run.recorder.record({ ...run.plan });
  await sleep(500);
  t.equal(failures.length, 1);
  t.notOk(run.recorder.isRecording('run'));
  await run.recorder.stop('run');
});
