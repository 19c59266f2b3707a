import path from 'node:path';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { migrate, openDatabase, versionOf, type Database } from './database.js';
import { migrations } from './migrations.js';

function schemaOf(database: Database): unknown[] {
  return database.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY type, name').all();
}

void t.test('an empty database comes to the last version', async t => {
  const database = openDatabase(':memory:');
  t.equal(versionOf(database), migrations.length);
  t.same(database.pragma('foreign_key_check'), []);
});

void t.test('each version goes forward and back to what it was', async t => {
  const database = new Sqlite(':memory:');
  for (let version = 0; version < migrations.length; version++) {
    const before = schemaOf(database);
    migrate(database, version + 1);
    const after = schemaOf(database);
    t.notSame(after, before, `version ${version + 1} changes something`);
    migrate(database, version);
    t.strictSame(schemaOf(database), before, `back to ${version}`);
    migrate(database, version + 1);
    t.strictSame(schemaOf(database), after);
  }
});

void t.test('what the version before has stored is there after the migration', async t => {
  const dataDir = t.testdir();
  const old = new Sqlite(path.join(dataDir, 'amphi.sqlite'));
  migrate(old, 2);
  old.exec(`INSERT INTO conference VALUES ('c', 'Ward round', '100', NULL, 'link', '2026-01-01T00:00:00Z')`);
  old.close();
  const database = openDatabase(dataDir);
  t.match(database.prepare('SELECT * FROM conference').get(), { title: 'Ward round', number: '100' });
  migrate(database, 2);
  t.match(database.prepare('SELECT * FROM conference').get(), { title: 'Ward round' });
  database.close();
});

void t.test('a database of a newer program is left alone', async t => {
  const dataDir = t.testdir();
  const newer = openDatabase(dataDir);
  newer.pragma('user_version = 1000');
  newer.close();
  t.throws(() => openDatabase(dataDir), { code: 'newer-database' });
});

void t.test('the audit cannot be changed, nor shortened but up to its seal', async t => {
  const database = openDatabase(':memory:');
  const insert = database.prepare(
    `INSERT INTO audit_record VALUES (?, '2026-01-01', NULL, 'x', '::1', 'a', '', 'ok', '{}', 'h')`,
  );
  insert.run(1);
  insert.run(2);
  t.throws(() => database.exec(`UPDATE audit_record SET actor_name = 'y'`), /append-only/);
  t.throws(() => database.exec('DELETE FROM audit_record WHERE sequence = 1'), /append-only/);
  database.exec(`INSERT INTO audit_seal VALUES (1, 1, 'h')`);
  database.exec('DELETE FROM audit_record WHERE sequence = 1');
  t.throws(() => database.exec('DELETE FROM audit_record'), /append-only/);
});
