import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { silentLog } from '../base/log.js';
import { SeededRandom } from '../testing/synthetic/seeded-random.js';
import { BeepFlashFeed } from '../testing/synthetic/beep-flash-feed.js';
import { judgeBeepFlash } from '../testing/judge/beep-flash.js';
import { Recorder } from './recorder.js';
import { videoTimescale, type Entry, type SegmentEntry } from './timeline/entry.js';
import { TimelineParser } from './timeline/timeline-parser.js';
import { verify } from './timeline/verify.js';

t.jobs = 3;
t.setTimeout(90_000);

const standIn = fileURLToPath(new URL('../testing/synthetic/stand-in-server.js', import.meta.url));

function entriesOf(folder: string): Entry[] {
  return new TimelineParser()
    .push(fs.readFileSync(path.join(folder, 'timeline.jsonl')))
    .map(line => line.entry);
}

function segmentsOf(entries: Entry[]): SegmentEntry[] {
  return entries.filter(entry => entry.type === 'segment');
}

/** Wall clock at which the recording's last picture ends, ms since 1970. */
function endOf(segments: SegmentEntry[]): number {
  const last = segments.at(-1);
  return last ? Date.parse(last.at) + (last.video.duration * 1000) / videoTimescale : 0;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += 20) {
    if (waitedMs > 10_000) throw new Error(`waited in vain: ${what}`);
    await sleep(20);
  }
}

async function judge(folder: string) {
  const entries = entriesOf(folder);
  const files = entries.filter(entry => entry.type === 'init' || entry.type === 'segment');
  const whole = `${folder}.mp4`;
  fs.writeFileSync(whole, Buffer.concat(files.map(({ file }) => fs.readFileSync(path.join(folder, file)))));
  return judgeBeepFlash(whole);
}

/** A server with a recorder is killed, with or without its recorder; then another one starts. */
async function killServer(
  directory: string,
  afterMs: number,
  both: boolean,
): Promise<{ lostMs: number; entries: Entry[] }> {
  const feed = await BeepFlashFeed.start();
  try {
    const plan = await feed.plan('run');
    const server = fork(standIn, [directory, JSON.stringify(plan)], { execArgv: [] });
    const { recorderPid } = await new Promise<{ recorderPid: number }>(resolve =>
      server.once('message', resolve),
    );
    const folder = path.join(directory, 'run');
    await until(() => fs.existsSync(path.join(folder, '000001.m4s')), 'the first segment');
    await sleep(afterMs);
    const killedMs = Date.now();
    // The recorder first: it must not learn that its server is gone.
    if (both) process.kill(recorderPid, 'SIGKILL');
    server.kill('SIGKILL');
    const next = new Recorder({ directory, s3: null, log: silentLog });
    await next.ready();
    await next.close();
    const entries = entriesOf(folder);
    return { lostMs: killedMs - endOf(segmentsOf(entries)), entries };
  } finally {
    feed.close();
  }
}

for (const both of [false, true]) {
  const what = both ? 'the server and its recorder are killed' : 'the server is killed';
  void t.test(`${what}: less than a second is lost, and the recording is marked interrupted`, async t => {
    const random = new SeededRandom(both ? 3 : 4);
    const lost: number[] = [];
    const root = t.testdir();
    for (let round = 0; round < 3; round++) {
      const directory = path.join(root, String(round));
      const { lostMs, entries } = await killServer(directory, random.next() * 1500, both);
      lost.push(Math.round(lostMs));
      const end = entries.at(-1);
      t.ok(end?.type === 'end' && end.state === 'interrupted', 'marked');
      t.same((await verify(path.join(directory, 'run'))).problems, []);
      const judged = await judge(path.join(directory, 'run'));
      t.equal(judged.errors, '', 'it plays');
      t.ok(
        judged.offsetsMs.every(each => Math.abs(each) <= 45),
        'in step',
      );
    }
    t.comment(`ms lost: ${lost.join(', ')}`);
    t.ok(Math.max(...lost) < 1000, `at most ${Math.max(...lost)} ms lost`);
  });
}

void t.test(
  'the recorder is killed again and again: one recording goes on, little is lost each time',
  async t => {
    const directory = t.testdir();
    const feed = await BeepFlashFeed.start();
    const recorder = new Recorder({ directory, s3: null, log: silentLog });
    t.teardown(async () => {
      feed.close();
      await recorder.close();
    });
    await recorder.ready();
    const beganMs = Date.now();
    recorder.record(await feed.plan('run'));
    const folder = path.join(directory, 'run');
    const random = new SeededRandom(5);
    const lost: number[] = [];
    await sleep(1800);
    for (let round = 0; round < 3; round++) {
      await sleep(random.next() * 1000);
      const killedMs = Date.now();
      process.kill(recorder.pid!, 'SIGKILL');
      await until(
        () => entriesOf(folder).filter(entry => entry.type === 'resumed').length > round,
        'the next recorder',
      );
      const entries = entriesOf(folder);
      const resumed = entries.findLastIndex(entry => entry.type === 'resumed');
      lost.push(Math.round(killedMs - endOf(segmentsOf(entries.slice(0, resumed)))));
      await until(() => segmentsOf(entriesOf(folder).slice(resumed)).length >= 2, 'segments');
    }
    await sleep(1200);
    t.equal(recorder.restarts, 3);
    const wholeMs = Date.now() - beganMs;
    await recorder.stop('run');
    t.comment(`ms lost: ${lost.join(', ')}`);
    t.ok(Math.max(...lost) < 1000, `at most ${Math.max(...lost)} ms lost`);
    t.same((await verify(folder)).problems, []);
    const judged = await judge(folder);
    t.equal(judged.errors, '');
    t.ok(
      Math.abs(judged.videoSeconds * 1000 - wholeMs) < 1000,
      `${judged.videoSeconds} s of ${wholeMs / 1000} s`,
    );
    const worst = Math.max(...judged.offsetsMs.map(Math.abs));
    t.ok(worst <= 45, `sound against picture: ${judged.offsetsMs.map(Math.round).join(' ')} ms`);
  },
);

void t.test('a recorder that hangs is replaced', async t => {
  const directory = t.testdir();
  const feed = await BeepFlashFeed.start();
  const recorder = new Recorder({ directory, s3: null, log: silentLog });
  t.teardown(async () => {
    feed.close();
    await recorder.close();
  });
  await recorder.ready();
  recorder.record(await feed.plan('run'));
  await sleep(1500);
  const hanging = recorder.pid!;
  process.kill(hanging, 'SIGSTOP');
  await until(() => recorder.restarts === 1, 'a restart');
  t.not(recorder.pid, hanging);
  await recorder.ready();
  await sleep(1500);
  await recorder.stop('run');
  t.same((await verify(path.join(directory, 'run'))).problems, []);
});
