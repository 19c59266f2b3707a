import { randomBytes } from 'node:crypto';
import { openDatabase } from '../../server/store/database.js';
import { openPostgres } from '../../server/store/postgres/open.js';
import type { Database } from '../../server/store/sql.js';

/**
 * With `AMPHI_TEST_DATABASE`, the URL of a PostgreSQL whose databases may be made, the tests that open their database
 * here run on it; on SQLite in memory without.
 */
const cluster = process.env.AMPHI_TEST_DATABASE;
let keeper: Database | undefined;

/** An empty database of the newest schema, this test's alone. */
export function openTestDatabase(): Database {
  return openDatabase(':memory:', newDatabaseUrl('template1'));
}

/**
 * @param template `template1` has the newest schema: it is made once only
 * @returns the URL of a new PostgreSQL database; null: the tests run on SQLite
 */
export function newDatabaseUrl(template: 'template0' | 'template1' = 'template0'): string | null {
  if (cluster === undefined) return null;
  const name = `test_${randomBytes(8).toString('hex')}`;
  keeper ??= openPostgres(cluster, 'reader');
  keeper.prepare(`CREATE DATABASE ${name} TEMPLATE ${template}`).run();
  const url = new URL(cluster);
  url.pathname = name;
  return url.href;
}
