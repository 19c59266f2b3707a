import fs from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { UserError } from '../../base/errors.js';
import { migrations } from './migrations.js';
import { openPostgres, postgresVersion, setPostgresVersion } from './postgres/open.js';
import { PostgresDatabase } from './postgres/postgres-database.js';
import type { Database } from './sql.js';

export type { Database } from './sql.js';

/** In the data folder. */
export const databaseFile = 'amphi.sqlite';
/** What `openDatabase` brings a database to. */
export const schemaVersion = migrations.length;

/**
 * Opens (and brings up to date) the database in `dataDir`, `:memory:` for tests, or the PostgreSQL at `url`. The caller
 * closes it. What is SQLite's own (pragmas, the version of the schema) is here alone.
 *
 * @throws UserError `newer-database` when a newer version of the program has written it; others where `url` is wrong
 * @throws ResourceError `data-in-use` when another server works with the PostgreSQL
 */
export function openDatabase(dataDir: string, url: string | null = null): Database {
  const database = url === null ? openSqlite(dataDir) : openPostgres(url, 'server');
  try {
    migrate(database, migrations.length);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/**
 * Opens a database as it is, of whatever version.
 *
 * @param place its data folder, or the URL of a PostgreSQL
 * @param as `reader`: also while a server works with it
 */
export function openExisting(place: string, as: 'server' | 'reader'): Database {
  if (/^postgres(ql)?:/.test(place)) return openPostgres(place, as, 0);
  const file = path.join(place, databaseFile);
  if (!fs.existsSync(file))
    throw new UserError(
      'no-database',
      `There is no ${file}. Name the data folder, or the postgres:// URL of database.url.`,
    );
  return new Sqlite(file, { readonly: as === 'reader' });
}

function openSqlite(dataDir: string): Sqlite.Database {
  const file = dataDir === ':memory:' ? dataDir : path.join(dataDir, databaseFile);
  if (dataDir !== ':memory:') fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new Sqlite(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  return database;
}

export function versionOf(database: Database): number {
  return database instanceof PostgresDatabase
    ? postgresVersion(database)
    : ((database as Sqlite.Database).pragma('user_version', { simple: true }) as number);
}

function setVersion(database: Database, version: number): void {
  if (database instanceof PostgresDatabase) setPostgresVersion(database, version);
  else (database as Sqlite.Database).pragma(`user_version = ${version}`);
}

/** Brings the schema to `version`, forward or back, each step as a whole or not at all. */
export function migrate(database: Database, version: number): void {
  const present = versionOf(database);
  if (present > migrations.length) {
    throw new UserError(
      'newer-database',
      `The database is of version ${present}, this program knows ${migrations.length}. Start the newer program, or have it step back: node build/server/store/step-back.js DATA-FOLDER (or the URL of database.url).`,
    );
  }
  const step = (sql: string, reached: number) =>
    database.transaction(() => {
      database.exec(sql);
      setVersion(database, reached);
    })();
  for (let at = present; at < version; at++) step(migrations[at]!.up, at + 1);
  for (let at = present; at > version; at--) step(migrations[at - 1]!.down, at - 1);
}
