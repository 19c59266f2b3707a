import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { writeSyntheticRecording } from '../../testing/synthetic/synthetic-recording.js';
import { timelineFile } from '../timeline/entry.js';
import { verify } from '../timeline/verify.js';
import { decode, Journal, readJournal } from './journal.js';
import { recover } from './recovery.js';

const config = { width: 64, height: 64, codec: 'avc1.42001e', avcC: Buffer.from([1, 2, 3]) };
const silent = {
  file: () => undefined,
  segment: () => undefined,
  failed: (error: Error) => t.fail(error.message),
};

void t.test('the journal gives back what it was told, up to where it was torn', async t => {
  const directory = t.testdir();
  const journal = new Journal(directory);
  journal.config(config, 1234);
  for (let n = 0; n < 100; n++) {
    journal.video(n * 3000, n % 30 === 0, Buffer.from(`picture ${n}`));
    journal.audio(n * 1024, Buffer.from(`sound ${n}`));
  }
  await journal.close();
  const records = readJournal(directory);
  t.equal(records.length, 201);
  t.same(records[0], { kind: 'config', config, startedAtMs: 1234 });
  t.match(records[1], { kind: 'video', time: 0, keyframe: true });
  t.same(records.at(-1), { kind: 'audio', time: 99 * 1024, data: Buffer.from('sound 99') });

  const bytes = fs.readFileSync(path.join(directory, 'journal-000000'));
  const random = new SeededRandom(1);
  for (let round = 0; round < 200; round++) {
    const torn = Buffer.from(bytes.subarray(0, random.below(bytes.length)));
    if (round % 2 && torn.length > 0) torn[random.below(torn.length)]! ^= 1 + random.below(255);
    const found = decode(torn);
    t.same(found, records.slice(0, found.length), 'a beginning of it');
  }
  await journal.remove();
  t.same(fs.readdirSync(directory), []);
});

void t.test('the journal drops files whose content is listed', async t => {
  const directory = t.testdir();
  const journal = new Journal(directory);
  journal.config(config, 0);
  for (let n = 0; n < 6; n++) {
    journal.video(n * 90_000, true, Buffer.alloc(3 * 1024 * 1024, n));
    await new Promise(resolve => setTimeout(resolve, 250));
  }
  t.ok(fs.readdirSync(directory).length >= 2, 'it began another file');
  journal.listed(7 * 90_000, 1);
  await journal.close();
  t.equal(fs.readdirSync(directory).length, 1);
  t.equal(readJournal(directory)[0]?.kind, 'config', 'each file tells its configuration');
});

void t.test(
  'a killed recording: torn line cut off, journal made a segment, temporary files gone',
  async t => {
    const root = t.testdir();
    const folder = path.join(root, 'r');
    await writeSyntheticRecording({ directory: root, recordingId: 'r', seconds: 2, end: 'none' });
    fs.appendFileSync(path.join(folder, timelineFile), '{"type":"segment","segment":3,"in');
    fs.writeFileSync(path.join(folder, '000003.m4s.tmp'), 'half');
    const journal = new Journal(folder);
    const { held } = await peek(folder);
    journal.config(held.config, Date.parse('2026-11-22T10:00:00.000Z'));
    journal.video(90_000, true, held.keyframe); // listed already
    for (let n = 0; n < 12; n++) journal.video(180_000 + n * 3000, n === 0, held.keyframe);
    for (let n = 0; n < 18; n++) journal.audio((92 + n) * 1024, Buffer.from([0x21, 0x10, 5]));
    await journal.close();

    const { writer, salvaged, tornBytes, ended, videoTime, audioTime } = await recover(folder, silent);
    t.match({ salvaged, tornBytes, ended }, { salvaged: 1, tornBytes: 33, ended: false });
    t.equal(videoTime, 180_000 + 12 * 3000);
    t.equal(audioTime, 110 * 1024);
    await writer.end('interrupted');
    t.match(await verify(folder), { intact: true, segments: 3, ended: true, tornBytes: 0 });
    t.same(
      fs.readdirSync(folder).filter(name => /tmp|journal/.test(name)),
      [],
    );

    const again = await recover(folder, silent);
    t.equal(again.ended, true, 'a second time there is nothing to do');
    await again.folder.close();
  },
);

void t.test('a timeline that makes no sense is left as it is', async t => {
  const root = t.testdir({ r: { [timelineFile]: 'no json\n', 'x.tmp': '' } });
  await t.rejects(recover(path.join(root, 'r'), silent));
  t.equal(fs.readFileSync(path.join(root, 'r', timelineFile), 'utf8'), 'no json\n');
  t.ok(fs.existsSync(path.join(root, 'r', 'x.tmp')));
});

/** The configuration and a keyframe of a recording, without changing it. */
async function peek(folder: string) {
  const copy = `${folder}-copy`;
  fs.cpSync(folder, copy, { recursive: true });
  const recovered = await recover(copy, silent);
  await recovered.folder.close();
  if (!recovered.held) throw new Error('no keyframe');
  return { held: recovered.held };
}
