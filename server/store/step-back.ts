/**
 * `node build/server/store/step-back.js DATA-FOLDER`, or `… URL DATA-FOLDER` for a PostgreSQL: takes the schema one version
 * back, for the program before this one. What only the newer version knew is lost: make a copy first. The server must not run.
 */
import { messageOf } from '../../base/errors.js';
import { migrate, openExisting, schemaVersion, versionOf } from './database.js';
import { StoredSecrets } from './stored-secrets.js';

try {
  const [, , place = process.env.AMPHI_DATABASE_URL ?? 'data', folder] = process.argv;
  const dataDir = folder ?? (place.includes('://') ? 'data' : place);
  const database = openExisting(place, 'server');
  const version = versionOf(database);
  // The program before this one may not know that they are sealed; this one seals them again.
  if (version === schemaVersion) StoredSecrets.layOpen(dataDir, database);
  migrate(database, Math.max(0, version - 1));
  process.stdout.write(`The schema went from version ${version} to ${versionOf(database)}.\n`);
  database.close();
} catch (error) {
  process.stderr.write(`Nothing was changed: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
