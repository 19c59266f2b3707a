import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { writeSyntheticRecording } from '../../testing/synthetic/synthetic-recording.js';
import { timelineFile } from './entry.js';
import { TimelineParser } from './timeline-parser.js';
import { verify } from './verify.js';

const root = t.testdir();
const folder = path.join(root, 'r');
const timeline = path.join(folder, timelineFile);
await writeSyntheticRecording({ directory: root, recordingId: 'r', seconds: 3 });
const bytes = fs.readFileSync(timeline);

void t.test('an untouched recording is intact', async t => {
  t.match(await verify(folder), { intact: true, problems: [], segments: 3, ended: true, tornBytes: 0 });
});

void t.test('any changed byte is found: in a segment, in the timeline', async t => {
  const random = new SeededRandom(1);
  for (const file of ['000002.m4s', 'init-1.mp4', timelineFile]) {
    const original = fs.readFileSync(path.join(folder, file));
    for (let round = 0; round < 15; round++) {
      const changed = Buffer.from(original);
      const at = random.below(changed.length);
      changed[at]! ^= 1 + random.below(255);
      fs.writeFileSync(path.join(folder, file), changed);
      const { intact, problems, ended } = await verify(folder);
      // The last line feed is not part of any line: without it the end is torn, and that is seen as not ended.
      t.ok(!intact || !ended, `${file} byte ${at}: ${problems.join('; ')}`);
    }
    fs.writeFileSync(path.join(folder, file), original);
  }
  t.equal((await verify(folder)).intact, true, 'restored');
});

void t.test('a missing segment, a removed line and swapped lines are found', async t => {
  const segment = path.join(folder, '000002.m4s');
  const content = fs.readFileSync(segment);
  fs.rmSync(segment);
  t.match((await verify(folder)).problems, ['000002.m4s is missing']);
  fs.writeFileSync(segment, content);
  const lines = bytes.toString().trimEnd().split('\n');
  const without = lines.filter((_, index) => index !== 3);
  const swapped = [...lines.slice(0, 2), lines[3], lines[2], ...lines.slice(4)];
  for (const changed of [without, swapped]) {
    fs.writeFileSync(timeline, `${changed.join('\n')}\n`);
    t.equal((await verify(folder)).intact, false);
  }
  fs.writeFileSync(timeline, bytes);
});

void t.test('the fingerprint tells a recording whose end was cut off', async t => {
  const whole = await verify(folder);
  const lines = bytes.toString().trimEnd().split('\n');
  fs.writeFileSync(timeline, `${lines.slice(0, -2).join('\n')}\n`);
  const cut = await verify(folder);
  t.equal(cut.intact, true, 'what is left follows');
  t.equal(cut.ended, false, 'but does not end');
  t.not(cut.chain, whole.chain);
  fs.writeFileSync(timeline, bytes);
});

void t.test('the parser takes any pieces, and passes over a torn end', async t => {
  const random = new SeededRandom(2);
  const all = new TimelineParser().push(bytes);
  for (let round = 0; round < 30; round++) {
    const parser = new TimelineParser();
    const found = [];
    const end = random.below(bytes.length + 1);
    for (let at = 0; at < end;) {
      const next = Math.min(end, at + 1 + random.below(900));
      found.push(...parser.push(bytes.subarray(at, next)));
      at = next;
    }
    t.same(found, all.slice(0, found.length));
    t.equal(parser.wholeBytes + parser.tornBytes, end);
    t.equal(parser.malformed, 0);
  }
});

void t.test('random damage is counted, never thrown', async t => {
  const random = new SeededRandom(3);
  let malformed = 0;
  for (let round = 0; round < 300; round++) {
    const damaged = Buffer.from(bytes);
    for (let n = random.below(20); n >= 0; n--) damaged[random.below(damaged.length)] = random.below(256);
    const parser = new TimelineParser();
    parser.push(damaged);
    malformed += parser.malformed;
  }
  t.ok(malformed > 50);
  const parser = new TimelineParser();
  for (let n = 0; n < 20; n++) parser.push(Buffer.alloc(100_000, 120));
  t.ok(parser.malformed >= 1, 'a line without end is given up');
  t.ok(parser.tornBytes <= 1_100_000);
});

void t.test('names and ids that lead elsewhere are no entries', async t => {
  const { sealLine, chainStart } = await import('./chain.js');
  const entry = { type: 'poster', file: '../../etc/passwd', bytes: 1, sha256: '0'.repeat(64) } as const;
  const parser = new TimelineParser();
  t.same(parser.push(Buffer.from(`${sealLine(chainStart, entry).line}\n`)), []);
  t.equal(parser.malformed, 1);
});
