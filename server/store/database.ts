import fs from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';

/** Each entry brings the schema one version forward (`PRAGMA user_version`). Never change one that has landed. */
const migrations = [
  `CREATE TABLE conference (
     conference_id TEXT PRIMARY KEY,
     title TEXT NOT NULL,
     number TEXT NOT NULL UNIQUE,
     pin TEXT,
     link TEXT NOT NULL UNIQUE,
     created_at TEXT NOT NULL
   ) STRICT;
   CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  `CREATE TABLE conference_view (
     conference_id TEXT PRIMARY KEY REFERENCES conference ON DELETE CASCADE,
     view TEXT NOT NULL
   ) STRICT;`,
];

export type Database = Sqlite.Database;

/** In the data folder. */
export const databaseFile = 'amphi.sqlite';
/** What `openDatabase` brings a database to. */
export const schemaVersion = migrations.length;

/** Opens (and brings up to date) the database in `dataDir`; `:memory:` for tests. The caller closes it. */
export function openDatabase(dataDir: string): Database {
  const file = dataDir === ':memory:' ? dataDir : path.join(dataDir, databaseFile);
  if (dataDir !== ':memory:') fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new Sqlite(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  const version = database.pragma('user_version', { simple: true }) as number;
  migrations.slice(version).forEach((migration, index) => {
    database.transaction(() => {
      database.exec(migration);
      database.pragma(`user_version = ${version + index + 1}`);
    })();
  });
  return database;
}
