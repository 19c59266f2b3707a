import path from 'node:path';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { newDatabaseUrl, openTestDatabase } from '../../testing/harness/test-database.js';
import { migrate, openDatabase, versionOf, type Database } from './database.js';
import { migrations } from './migrations.js';
import { openPostgres } from './postgres/open.js';

const onSqlite = newDatabaseUrl() === null;

/** Without a schema. */
function openEmpty(): Database {
  const url = newDatabaseUrl();
  return url === null ? new Sqlite(':memory:') : openPostgres(url, 'server');
}

function schemaOf(database: Database): unknown[] {
  if (database instanceof Sqlite)
    return database.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY type, name').all();
  return [
    `SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_version'
     ORDER BY table_name, column_name`,
    `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'schema_version' ORDER BY indexdef`,
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname",
    'SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname',
  ].map(sql => database.prepare(sql).raw().all());
}

void t.test('an empty database comes to the last version', async t => {
  const database = openTestDatabase();
  t.teardown(() => database.close());
  t.equal(versionOf(database), migrations.length);
  if (database instanceof Sqlite) t.same(database.pragma('foreign_key_check'), []);
});

void t.test('each version goes forward and back to what it was', async t => {
  const database = openEmpty();
  t.teardown(() => database.close());
  for (let version = 0; version < migrations.length; version++) {
    const before = schemaOf(database);
    migrate(database, version + 1);
    const after = schemaOf(database);
    t.notSame(after, before, `version ${version + 1} changes something`);
    migrate(database, version);
    t.strictSame(schemaOf(database), before, `back to ${version}`);
    migrate(database, version + 1);
    t.strictSame(schemaOf(database), after);
    t.equal(versionOf(database), version + 1);
  }
});

void t.test('what the version before has stored is there after the migration', async t => {
  const dataDir = t.testdir();
  const url = newDatabaseUrl();
  const old = url === null ? new Sqlite(path.join(dataDir, 'amphi.sqlite')) : openPostgres(url, 'server');
  migrate(old, 2);
  old.exec(`INSERT INTO conference (conference_id, title, number, link, created_at)
    VALUES ('c', 'Ward round', '100', 'link', '2026-01-01T00:00:00Z')`);
  old.close();
  const database = openDatabase(dataDir, url);
  t.match(database.prepare('SELECT * FROM conference').get(), { title: 'Ward round', number: '100' });
  migrate(database, 2);
  t.match(database.prepare('SELECT * FROM conference').get(), { title: 'Ward round' });
  database.close();
});

void t.test('a step that fails leaves the version before', async t => {
  const database = openEmpty();
  t.teardown(() => database.close());
  migrate(database, 1);
  database.exec('CREATE TABLE join_link (a INTEGER)'); // in the way of the third step, near its end
  t.throws(() => migrate(database, migrations.length), /join_link/);
  t.equal(versionOf(database), 2);
  t.throws(() => database.prepare('SELECT * FROM institution').all(), /institution/);
});

void t.test('a database of a newer program is left alone', async t => {
  const dataDir = t.testdir();
  const url = newDatabaseUrl();
  const newer = openDatabase(dataDir, url);
  if (newer instanceof Sqlite) newer.pragma('user_version = 1000');
  else newer.exec('UPDATE schema_version SET version = 1000');
  newer.close();
  t.throws(() => openDatabase(dataDir, url), { code: 'newer-database' });
});

void t.test('the audit cannot be changed, nor shortened but up to its seal', async t => {
  const database = openTestDatabase();
  t.teardown(() => database.close());
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

void t.test('a transaction is done as a whole or not at all, one within another alike', async t => {
  const database = openTestDatabase();
  t.teardown(() => database.close());
  const insert = database.prepare('INSERT INTO setting VALUES (@name, @value)');
  const names = () => database.prepare('SELECT name FROM setting ORDER BY name').pluck().all();
  const inner = database.transaction(() => {
    insert.run({ name: 'inner', value: '1' });
    throw new Error('inner fails');
  });
  database.transaction(() => {
    insert.run({ name: 'outer', value: '1' });
    t.throws(inner, /inner fails/);
  })();
  t.same(names(), ['outer']);
  t.throws(
    database.transaction(() => {
      insert.run({ name: 'b', value: '1' });
      insert.run({ name: 'outer', value: 'twice' });
    }),
    /unique/i,
  );
  t.same(names(), ['outer'], 'neither of them');
});

void t.test('text is sorted by its bytes, values that cannot be stored are refused', async t => {
  const database = openTestDatabase();
  t.teardown(() => database.close());
  const insert = database.prepare('INSERT INTO setting VALUES (?, ?)');
  const written = [
    'a',
    'B',
    '中',
    'é',
    '-1',
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00Z',
    "o'clock ? @x",
  ];
  for (const name of written) t.equal(insert.run(name, '').changes, 1);
  const read = database.prepare('SELECT name FROM setting ORDER BY name').raw().all();
  t.same(
    read,
    [...written].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(name => [name]),
  );
  t.same(database.prepare("SELECT name AS theName FROM setting WHERE name LIKE 'A'").all(), [
    { theName: 'a' },
  ]);
  t.same(database.prepare("SELECT value FROM setting WHERE name = '?'").get(), undefined);
  t.throws(() => insert.run('x', true), TypeError);
  t.throws(() => insert.run('x'), RangeError);
  t.throws(() => insert.run('x', undefined));
  const big = database
    .prepare('SELECT count(*) AS n, 9007199254740991 AS big, 1 = 1 AS yes FROM setting')
    .get();
  t.strictSame(big, { n: written.length, big: Number.MAX_SAFE_INTEGER, yes: 1 });
});

void t.test(
  'what a text may not hold in PostgreSQL is a problem of the text',
  { skip: onSqlite },
  async t => {
    const database = openTestDatabase();
    t.teardown(() => database.close());
    t.throws(() => database.prepare('INSERT INTO setting VALUES (?, ?)').run('x', 'a\0b'), {
      code: 'bad-text',
    });
  },
);
