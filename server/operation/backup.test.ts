import fs from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { ConferenceRecords } from '../store/conference-records.js';
import { DataLock } from '../store/data-lock.js';
import { databaseFile, openDatabase } from '../store/database.js';
import { silentLog } from '../../base/log.js';
import { backUp, backupsIn, restore, type Manifest } from './backup.js';
import { DailyBackup } from './daily-backup.js';

const on = (dataDir: string) => ({ dataDir, databaseUrl: null });

const record = (title: string) => ({
  conferenceId: title,
  title,
  number: title,
  pin: null,
  link: title,
  chairPin: null,
  createdAt: '2026-01-01T00:00:00Z',
});

function folders(t: Test) {
  const root = t.testdir();
  return { dataDir: path.join(root, 'data'), backups: path.join(root, 'backups') };
}

/** A data folder with a conference, a key and a recording, as a running server has it. */
function dataFolder(dataDir: string) {
  const database = openDatabase(dataDir);
  const conferences = new ConferenceRecords(database);
  conferences.insert(record('before'));
  for (const [name, text] of [
    ['tls/key.pem', 'a key'],
    ['recordings/r1/main/1.m4s', 'a segment'],
  ] as const) {
    fs.mkdirSync(path.join(dataDir, path.dirname(name)), { recursive: true });
    fs.writeFileSync(path.join(dataDir, name), text);
  }
  return { database, conferences };
}

function titlesIn(dataDir: string): string[] {
  const database = openDatabase(dataDir);
  const titles = new ConferenceRecords(database).list().map(({ title }) => title);
  database.close();
  return titles;
}

const read = (...names: string[]) => fs.readFileSync(path.join(...names), 'utf8');

void t.test('a backup made while the server writes brings that moment back; nothing is deleted', async t => {
  const { dataDir, backups } = folders(t);
  const { database, conferences } = dataFolder(dataDir);
  const { folder, manifest } = await backUp(on(dataDir), backups, false);
  t.notOk(manifest.files.some(file => file.path.startsWith('recordings')));
  conferences.insert(record('after'));
  fs.writeFileSync(path.join(dataDir, 'tls/key.pem'), 'another key');
  database.close();

  const { replaced } = await restore(folder, on(dataDir));
  t.same(titlesIn(dataDir), ['before']);
  t.equal(read(dataDir, 'tls/key.pem'), 'a key');
  t.equal(read(dataDir, 'recordings/r1/main/1.m4s'), 'a segment', 'recordings stay');
  t.same(titlesIn(replaced!).sort(), ['after', 'before']);
  t.equal(read(replaced!, 'tls/key.pem'), 'another key');

  const elsewhere = path.join(backups, 'elsewhere');
  t.equal((await restore(folder, on(elsewhere))).replaced, null);
  t.same(titlesIn(elsewhere), ['before']);
});

void t.test('with recordings', async t => {
  const { dataDir, backups } = folders(t);
  dataFolder(dataDir).database.close();
  const { folder } = await backUp(on(dataDir), backups, true);
  fs.rmSync(path.join(dataDir, 'recordings'), { recursive: true });
  await restore(folder, on(dataDir));
  t.equal(read(dataDir, 'recordings/r1/main/1.m4s'), 'a segment');
});

void t.test(
  'a damaged, incomplete, newer or foreign backup is refused before anything is touched',
  async t => {
    const { dataDir, backups } = folders(t);
    dataFolder(dataDir).database.close();
    const make = async () => (await backUp(on(dataDir), backups, false)).folder;
    const edit = (folder: string, change: (manifest: Partial<Manifest>) => void) => {
      const file = path.join(folder, 'manifest.json');
      const manifest = JSON.parse(read(file)) as Partial<Manifest>;
      change(manifest);
      fs.writeFileSync(file, JSON.stringify(manifest));
    };
    const damages: [RegExp, (folder: string) => void][] = [
      [/key.pem is damaged/, folder => fs.writeFileSync(path.join(folder, 'tls/key.pem'), 'A key')],
      [/key.pem is missing/, folder => fs.rmSync(path.join(folder, 'tls/key.pem'))],
      [/no manifest/, folder => fs.rmSync(path.join(folder, 'manifest.json'))],
      [/newer version/, folder => edit(folder, manifest => (manifest.schemaVersion = 99_999))],
      [/a file outside/, folder => edit(folder, manifest => (manifest.files![0]!.path = '../../etc/passwd'))],
      [/damaged manifest/, folder => edit(folder, manifest => delete manifest.files)],
    ];
    for (const [reason, damage] of damages) {
      const folder = await make();
      damage(folder);
      await t.rejects(restore(folder, on(dataDir)), { code: 'bad-backup', message: reason });
      fs.rmSync(folder, { recursive: true });
    }
    t.same(titlesIn(dataDir), ['before']);
    await t.rejects(backUp(on(path.join(dataDir, 'nothing here')), backups, false), {
      code: 'backup-failed',
    });
    t.same(fs.readdirSync(backups), [], 'what failed leaves nothing');
  },
);

void t.test('two processes cannot have one data folder', async t => {
  const { dataDir, backups } = folders(t);
  dataFolder(dataDir).database.close();
  const { folder } = await backUp(on(dataDir), backups, false);
  const lock = DataLock.take(dataDir);
  t.throws(() => DataLock.take(dataDir), { code: 'data-in-use' });
  await t.rejects(restore(folder, on(dataDir)), { code: 'data-in-use' });
  lock.close();
  DataLock.take(dataDir).close();
});

void t.test('the server makes one when the newest is old enough, and keeps the newest', async t => {
  const { dataDir, backups: directory } = folders(t);
  dataFolder(dataDir).database.close();
  const options = { directory, everyHours: 24, keep: 2, recordings: false };
  const run = async () => {
    const daily = new DailyBackup(on(dataDir), options, silentLog);
    daily.start();
    await daily.close();
    return daily;
  };
  const [first] = [await run(), await run()];
  t.equal((await backupsIn(directory)).length, 1, 'not due again');
  t.ok(Date.now() - first.newestMs! < 60_000);
  for (let day = 3; day > 0; day--) {
    for (const { folder } of await backupsIn(directory)) {
      const file = path.join(folder, 'manifest.json');
      const manifest = JSON.parse(read(file)) as { createdAt: string };
      manifest.createdAt = new Date(Date.parse(manifest.createdAt) - 25 * 3_600_000).toISOString();
      fs.writeFileSync(file, JSON.stringify(manifest));
    }
    await run();
  }
  t.equal((await backupsIn(directory)).length, 2);
  fs.rmSync(path.join(dataDir, databaseFile));
  for (const { folder } of await backupsIn(directory)) fs.rmSync(folder, { recursive: true });
  t.equal((await run()).failures, 1);
});
