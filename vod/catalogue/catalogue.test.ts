import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { silentLog } from '../../base/log.js';
import type { Archive } from '../../recorder/archive/archive.js';
import { FolderArchive } from '../../recorder/archive/folder-archive.js';
import { writeSyntheticRecording } from '../../testing/synthetic/synthetic-recording.js';
import { Catalogue } from './catalogue.js';

void t.test('recordings newest first, each with what it is; what is no recording is left out', async t => {
  const directory = t.testdir({
    empty: {},
    broken: { 'timeline.jsonl': '{"type":"recording"}\n' },
    'no-json': { 'timeline.jsonl': '\0\0\0\0' },
    '.deleted-x': {},
  });
  await writeSyntheticRecording({
    directory,
    recordingId: 'old',
    seconds: 1,
    startedAt: '2026-01-01T00:00:00Z',
  });
  await writeSyntheticRecording({ directory, recordingId: 'cut', seconds: 2, end: 'interrupted' });
  await writeSyntheticRecording({
    directory,
    recordingId: 'live',
    seconds: 1,
    end: 'none',
    startedAt: '2026-12-01T00:00:00Z',
  });
  await writeSyntheticRecording({
    directory,
    recordingId: 'dead',
    seconds: 1,
    end: 'none',
    startedAt: '2026-02-01T00:00:00Z',
  });
  const catalogue = new Catalogue([new FolderArchive(directory)], silentLog, id => id === 'live');
  const list = await catalogue.list();
  t.match(list, [
    { recordingId: 'live', state: 'recording', durationMs: 1000 },
    { recordingId: 'cut', state: 'interrupted', durationMs: 2000, title: 'Tumour board 肿瘤' },
    { recordingId: 'dead', state: 'interrupted', durationMs: 1000 },
    { recordingId: 'old', state: 'complete', conferenceId: 'conference', hasPoster: false },
  ]);
  t.equal(list.length, 4);
  t.equal(catalogue.counts.broken, 3);
  await catalogue.list();
  t.equal(catalogue.counts.broken, 3, 'told once');
  for (const id of ['cut', 'dead']) {
    const bytes = fs.readdirSync(path.join(directory, id)).filter(name => name.endsWith('.m4s'));
    const sum = bytes.reduce((total, name) => total + fs.statSync(path.join(directory, id, name)).size, 0);
    t.equal(list.find(each => each.recordingId === id)?.bytes, sum, `bytes of ${id}`);
  }

  await t.rejects(catalogue.delete('live'), { code: 'still-recording' });
  t.equal(await catalogue.delete('old'), true);
  t.equal(await catalogue.delete('old'), false);
  for (const id of ['..', 'a/../b', '']) t.equal(await catalogue.get(id), null);
  await writeSyntheticRecording({
    directory,
    recordingId: 'new',
    seconds: 1,
    startedAt: '2027-01-01T00:00:00Z',
  });
  t.same(
    (await catalogue.list()).map(each => each.recordingId),
    ['new', 'live', 'cut', 'dead'],
    'what came and went is seen',
  );
});

void t.test('a recording in progress grows in the list; its last line decides', async t => {
  const directory = t.testdir();
  await writeSyntheticRecording({ directory, recordingId: 'r', seconds: 4 });
  const file = path.join(directory, 'r', 'timeline.jsonl');
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const upTo = (count: number, torn = ''): void =>
    fs.writeFileSync(file, `${lines.slice(0, count).join('\n')}\n${torn}`);
  let recording = true;
  const catalogue = new Catalogue([new FolderArchive(directory)], silentLog, () => recording);
  upTo(3, lines[3]!.slice(0, 100));
  t.match(await catalogue.get('r'), { state: 'recording', durationMs: 1000 });
  upTo(5);
  t.match(await catalogue.get('r'), { state: 'recording', durationMs: 3000 });
  recording = false;
  t.match(await catalogue.get('r'), { state: 'interrupted', durationMs: 3000 });
  upTo(7);
  t.match(await catalogue.get('r'), { state: 'complete', durationMs: 4000 });
  t.match(await catalogue.follow('r'), { recording: false });
});

void t.test('without a recorder to ask, what was written to lately is being recorded', async t => {
  const directory = t.testdir();
  await writeSyntheticRecording({ directory, recordingId: 'r', seconds: 1, end: 'none' });
  const catalogue = new Catalogue([new FolderArchive(directory)], silentLog);
  t.equal((await catalogue.get('r'))?.state, 'recording');
  fs.utimesSync(path.join(directory, 'r', 'timeline.jsonl'), 1, 1);
  t.equal((await catalogue.get('r'))?.state, 'interrupted');
});

void t.test('an archive that cannot be reached hides only what is there alone', async t => {
  const directory = t.testdir();
  await writeSyntheticRecording({ directory, recordingId: 'here', seconds: 1 });
  const refuse = (): Promise<never> => Promise.reject(new Error('unreachable'));
  const remote: Archive = {
    kind: 'remote',
    recordings: refuse,
    objects: refuse,
    put: refuse,
    stat: refuse,
    read: refuse,
    delete: refuse,
  };
  const catalogue = new Catalogue([new FolderArchive(directory), remote], silentLog);
  t.equal((await catalogue.list()).length, 1);
  t.equal(await catalogue.get('there'), null);
  t.ok(catalogue.counts.unreachable >= 2);
  await t.rejects(catalogue.delete('here'), 'it would come back from there');
  t.equal((await catalogue.list()).length, 1, 'so it is still here');
});
