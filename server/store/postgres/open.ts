import { UserError } from '../../../base/errors.js';
import { describePostgres, parsePostgresUrl } from './settings.js';
import { PostgresDatabase } from './postgres-database.js';

/** `scram-sha-256`, generated columns and `tcp_keepalives` as they are used here; older ones have no support. */
const oldestVersion = 130_000;

/** A server that was killed loses its lock with its connection, at the latest when its keep-alives are missed. */
const lockWaitMs = 15_000;

/**
 * Opens the database of a `postgres://` URL; its schema is the caller's.
 *
 * @param as `server`: the one that works with it; `reader`: beside it
 * @throws UserError that says what is to be done
 * @throws ResourceError `data-in-use`
 */
export function openPostgres(
  url: string,
  as: 'server' | 'reader',
  patienceMs = lockWaitMs,
): PostgresDatabase {
  const settings = parsePostgresUrl(url);
  const database = PostgresDatabase.open(settings, as === 'server' ? patienceMs : null);
  try {
    const of = (name: string) =>
      database.prepare(`SELECT current_setting('${name}')`).pluck().get() as string;
    const bad = (code: string, what: string) =>
      new UserError(code, `The database ${describePostgres(settings)} ${what}.`);
    if (Number(of('server_version_num')) < oldestVersion)
      throw bad('old-database', `is of PostgreSQL ${of('server_version')}; 13 or newer is needed`);
    if (of('server_encoding') !== 'UTF8')
      throw bad('wrong-encoding', 'is not UTF8. Make it anew: createdb --encoding UTF8 --template template0');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Where SQLite has `PRAGMA user_version`. */
export function postgresVersion(database: PostgresDatabase): number {
  const there = database.prepare("SELECT to_regclass('schema_version') IS NOT NULL").pluck().get();
  return there === 1 ? (database.prepare('SELECT version FROM schema_version').pluck().get() as number) : 0;
}

/** Within the transaction of the step that has reached it. */
export function setPostgresVersion(database: PostgresDatabase, version: number): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS schema_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL);
    INSERT INTO schema_version VALUES (1, ${version}) ON CONFLICT (one) DO UPDATE SET version = excluded.version`);
}
