/**
 * `node build/server/store/step-back.js DATA-FOLDER` (or the URL of a PostgreSQL): takes the schema one version back, for
 * the program before this one. What only the newer version knew is lost: make a copy first. The server must not run.
 */
import { messageOf } from '../../base/errors.js';
import { migrate, openExisting, versionOf } from './database.js';

try {
  const database = openExisting(process.argv[2] ?? process.env.AMPHI_DATABASE_URL ?? 'data', 'server');
  const version = versionOf(database);
  migrate(database, Math.max(0, version - 1));
  process.stdout.write(`The schema went from version ${version} to ${versionOf(database)}.\n`);
  database.close();
} catch (error) {
  process.stderr.write(`Nothing was changed: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
