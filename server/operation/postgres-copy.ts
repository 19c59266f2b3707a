import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { promisify } from 'node:util';
import { ResourceError } from '../../base/errors.js';
import { versionOf } from '../store/database.js';
import { openPostgres } from '../store/postgres/open.js';
import type { PostgresDatabase } from '../store/postgres/postgres-database.js';
import { environmentOf, parsePostgresUrl } from '../store/postgres/settings.js';

/** Of a backup: what `pg_dump` wrote, in its custom format. */
export const dumpFile = 'amphi.pgdump';

/**
 * Writes what is in a PostgreSQL into a file, as of one moment, also while the server works with it.
 *
 * @returns the schema's version
 */
export async function dumpPostgres(url: string, file: string): Promise<number> {
  const database = openPostgres(url, 'reader');
  const version = versionOf(database);
  database.close();
  // Nobody will want the calls of then back, and their keys are nobody's business.
  const without = version === 0 ? [] : ['--exclude-table-data=sip_call'];
  await run(url, 'pg_dump', [
    '--format=custom',
    '--no-owner',
    '--no-privileges',
    ...without,
    `--file=${file}`,
  ]);
  await fs.promises.chmod(file, 0o600);
  await run(url, 'pg_restore', ['--list', file]); // it can be read
  return version;
}

/**
 * Puts what was dumped in the place of what is in a PostgreSQL; that is kept in the file `replaced`, and comes back when
 * this fails.
 *
 * @throws ResourceError `data-in-use` while a server works with it
 */
export async function restorePostgres(url: string, dump: string, replaced: string): Promise<void> {
  const database = openPostgres(url, 'server', 0);
  try {
    await dumpPostgres(url, replaced);
    try {
      await fill(url, database, dump);
    } catch (error) {
      await fill(url, database, replaced);
      throw error;
    }
  } finally {
    database.close();
  }
}

async function fill(url: string, database: PostgresDatabase, dump: string): Promise<void> {
  // Also what a newer schema has and the dump knows nothing of.
  database.exec(`DO $body$ DECLARE it record; BEGIN
    FOR it IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user LOOP
      EXECUTE format('DROP TABLE public.%I CASCADE', it.tablename);
    END LOOP;
    FOR it IN SELECT oid::regprocedure AS signature FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND pg_get_userbyid(proowner) = current_user LOOP
      EXECUTE format('DROP FUNCTION %s CASCADE', it.signature);
    END LOOP;
  END $body$`);
  const { database: name } = parsePostgresUrl(url);
  const options = ['--no-owner', '--no-privileges', '--single-transaction', '--exit-on-error'];
  await run(url, 'pg_restore', [...options, `--dbname=${name}`, dump]);
}

async function run(url: string, program: 'pg_dump' | 'pg_restore', args: string[]): Promise<void> {
  try {
    const env = { ...process.env, ...environmentOf(parsePostgresUrl(url)) };
    await promisify(execFile)(program, args, { env, maxBuffer: 64e6 });
  } catch (cause) {
    const { code, stderr } = cause as { code?: unknown; stderr?: string };
    const why =
      code === 'ENOENT'
        ? `${program} is not installed. Install the PostgreSQL client of the server's version or a newer one (Debian: postgresql-client)`
        : (stderr?.trim() ?? String(cause));
    throw new ResourceError('database-copy', `${program} failed: ${why}`, { cause });
  }
}
