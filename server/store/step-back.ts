/**
 * `node build/server/store/step-back.js DATA-FOLDER`: takes the schema one version back, for the program before this
 * one. What only the newer version knew is lost: make a copy first. The server must not run.
 */
import fs from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { messageOf } from '../../base/errors.js';
import { databaseFile, migrate, versionOf } from './database.js';

const folder = process.argv[2] ?? 'data';
try {
  const file = path.join(folder, databaseFile);
  if (!fs.existsSync(file)) throw new Error(`There is no ${file}. Name the data folder.`);
  const database = new Sqlite(file);
  const version = versionOf(database);
  migrate(database, Math.max(0, version - 1));
  process.stdout.write(`The schema went from version ${version} to ${versionOf(database)}.\n`);
  database.close();
} catch (error) {
  process.stderr.write(`Nothing was changed: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
