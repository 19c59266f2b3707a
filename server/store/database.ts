import fs from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { UserError } from '../../base/errors.js';
import { migrations } from './migrations.js';

export type Database = Sqlite.Database;

/** In the data folder. */
export const databaseFile = 'amphi.sqlite';
/** What `openDatabase` brings a database to. */
export const schemaVersion = migrations.length;

/**
 * Opens (and brings up to date) the database in `dataDir`; `:memory:` for tests. The caller closes it. What is
 * SQLite's own (pragmas, the version of the schema) is here alone.
 *
 * @throws UserError `newer-database` when a newer version of the program has written it
 */
export function openDatabase(dataDir: string): Database {
  const file = dataDir === ':memory:' ? dataDir : path.join(dataDir, databaseFile);
  if (dataDir !== ':memory:') fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new Sqlite(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  try {
    migrate(database, migrations.length);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

export function versionOf(database: Database): number {
  return database.pragma('user_version', { simple: true }) as number;
}

/** Brings the schema to `version`, forward or back, each step as a whole or not at all. */
export function migrate(database: Database, version: number): void {
  const present = versionOf(database);
  if (present > migrations.length) {
    throw new UserError(
      'newer-database',
      `The database is of version ${present}, this program knows ${migrations.length}. Start the newer program, or have it step back: node build/server/store/step-back.js DATA-FOLDER.`,
    );
  }
  const step = (sql: string, reached: number) =>
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${reached}`);
    })();
  for (let at = present; at < version; at++) step(migrations[at]!.up, at + 1);
  for (let at = present; at > version; at--) step(migrations[at - 1]!.down, at - 1);
}
