import fs from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { ResourceError, messageOf } from '../../base/errors.js';

/** Lies in the data folder; holds nothing. */
export const lockFile = 'lock.sqlite';

/**
 * Keeps a data folder for one process: two servers would write over each other's recordings. The lock is the
 * system's, by way of SQLite, so that it is gone with its process, however that ends.
 */
export class DataLock {
  private constructor(private readonly database: Sqlite.Database) {}

  /** @throws ResourceError `data-in-use` */
  static take(dataDir: string): DataLock {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const database = new Sqlite(path.join(dataDir, lockFile), { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return new DataLock(database);
    } catch (cause) {
      database.close();
      throw new ResourceError(
        'data-in-use',
        `Another Amphi works with the data folder ${dataDir} (${messageOf(cause)}). Stop it first, or choose another folder with --data.`,
        { cause },
      );
    }
  }

  close(): void {
    this.database.close();
  }
}
