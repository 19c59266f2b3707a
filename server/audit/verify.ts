/**
 * `node build/server/audit/verify.js DATA-FOLDER` (or the URL of a PostgreSQL): whether the audit was altered. Also while
 * the server runs.
 */
import { messageOf } from '../../base/errors.js';
import { AuditRecords } from '../store/audit-records.js';
import { openExisting } from '../store/database.js';
import { AuditLog } from './audit-log.js';

try {
  const database = openExisting(process.argv[2] ?? process.env.AMPHI_DATABASE_URL ?? 'data', 'reader');
  const { records, headSequence, headHash, brokenAt } = new AuditLog(new AuditRecords(database)).verify();
  database.close();
  process.stdout.write(
    brokenAt === null
      ? `Whole: ${records} records up to ${headSequence}, ${headHash}\n`
      : `BROKEN at record ${brokenAt}; whole up to ${headSequence}, ${headHash}\n`,
  );
  process.exitCode = brokenAt === null ? 0 : 2;
} catch (error) {
  process.stderr.write(`Not verified: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
