/** `node build/server/audit/verify.js DATA-FOLDER`: whether the audit was altered. Also while the server runs. */
import fs from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { messageOf } from '../../base/errors.js';
import { AuditRecords } from '../store/audit-records.js';
import { databaseFile } from '../store/database.js';
import { AuditLog } from './audit-log.js';

const folder = process.argv[2] ?? 'data';
try {
  const file = path.join(folder, databaseFile);
  if (!fs.existsSync(file)) throw new Error(`There is no ${file}. Name the data folder.`);
  const database = new Sqlite(file, { readonly: true });
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
