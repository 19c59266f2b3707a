import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import Sqlite from 'better-sqlite3';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { ResourceError, UserError, messageOf } from '../../base/errors.js';
import { DataLock, lockFile } from '../store/data-lock.js';
import { databaseFile, schemaVersion } from '../store/database.js';
import { dumpFile, dumpPostgres, restorePostgres } from './postgres-copy.js';

/** What a backup is made of, and restored into. */
export interface BackupPlace {
  dataDir: string;
  /** Of a PostgreSQL; null: the database is SQLite's in the data folder. */
  databaseUrl: string | null;
}

const manifestFile = 'manifest.json';
const recordingsFolder = 'recordings';
const incomplete = '.incomplete';
const restoring = '.restoring';

/** What a backup's folder says of itself. It is written last: a folder without is no backup. */
export const Manifest = Type.Object({
  format: Type.Literal(1),
  createdAt: Type.String({ description: 'RFC 3339' }),
  schemaVersion: Type.Integer({ description: "The database's, see store/database.ts" }),
  recordings: Type.Boolean({ description: 'Recordings are in it' }),
  files: Type.Array(Type.Object({ path: Type.String(), bytes: Type.Integer(), sha256: Type.String() })),
});
export type Manifest = Static<typeof Manifest>;
const manifestCheck = Compile(Manifest);

export interface Backup {
  folder: string;
  manifest: Manifest;
}

/**
 * Copies what must survive into a new folder in `directory`, while the server runs: the
 * database as a snapshot of one moment, checked; certificate and secrets; recordings if wanted (those that are
 * in an S3 archive need no second copy).
 *
 * @throws ResourceError `backup-failed`; nothing is left behind then
 */
export async function backUp(
  { dataDir, databaseUrl }: BackupPlace,
  directory: string,
  recordings: boolean,
): Promise<Backup> {
  const createdAt = new Date().toISOString();
  const folder = path.join(directory, `amphi-${createdAt.replace(/[:.]/g, '-')}`);
  const partial = folder + incomplete;
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 });
    const copy = databaseUrl === null ? databaseFile : dumpFile;
    const version =
      databaseUrl === null
        ? await snapshot(path.join(dataDir, databaseFile), path.join(partial, copy))
        : await dumpPostgres(databaseUrl, path.join(partial, copy));
    const wanted = await filesOf(dataDir, name => belongs(name) && (recordings || !isRecording(name)));
    for (const name of wanted) await copyInto(path.join(dataDir, name), path.join(partial, name));
    const files = [];
    for (const name of [copy, ...wanted]) files.push(await describe(partial, name));
    const manifest: Manifest = { format: 1, createdAt, schemaVersion: version, recordings, files };
    await writeDurably(path.join(partial, manifestFile), JSON.stringify(manifest, null, 2));
    await rename(partial, folder);
    return { folder, manifest };
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    throw new ResourceError('backup-failed', `The backup into ${directory} failed: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/**
 * Puts a backup in the place of a data folder. Nothing is deleted: what was there lies in `replaced` afterwards,
 * but for recordings when the backup has none: those stay where they are. Of a PostgreSQL a dump lies there.
 *
 * @throws UserError `bad-backup` when it is damaged or of a newer version, before anything is touched
 * @throws ResourceError `data-in-use` while a server runs there
 */
export async function restore(
  folder: string,
  { dataDir, databaseUrl }: BackupPlace,
): Promise<{ replaced: string | null }> {
  const manifest = await verify(folder, databaseUrl === null ? databaseFile : dumpFile);
  const lock = DataLock.take(dataDir);
  try {
    const staging = path.join(dataDir, restoring);
    await rm(staging, { recursive: true, force: true });
    for (const { path: name } of manifest.files)
      await copyInto(path.join(folder, name), path.join(staging, name));

    const present = (await readdir(dataDir)).filter(
      name => !name.startsWith(lockFile) && name !== restoring && !name.startsWith('replaced-'),
    );
    const moved = present.filter(name => name !== recordingsFolder || manifest.recordings);
    const replaced =
      moved.length === 0 && databaseUrl === null
        ? null
        : path.join(dataDir, `replaced-${new Date().toISOString().replace(/[:.]/g, '-')}`);
    if (replaced !== null) await mkdir(replaced, { mode: 0o700 });
    if (databaseUrl !== null) {
      const dump = path.join(staging, dumpFile);
      await restorePostgres(databaseUrl, dump, path.join(replaced!, dumpFile));
      await rm(dump);
    }
    for (const name of moved) await rename(path.join(dataDir, name), path.join(replaced!, name));
    for (const name of await readdir(staging))
      await rename(path.join(staging, name), path.join(dataDir, name));
    await rm(staging, { recursive: true });
    return { replaced };
  } finally {
    lock.close();
  }
}

/** The complete backups in a folder, oldest first. What else lies there is nobody's business. */
export async function backupsIn(directory: string): Promise<Backup[]> {
  const names = fs.existsSync(directory) ? await readdir(directory) : [];
  const backups = [];
  for (const name of names.filter(name => name.startsWith('amphi-') && !name.endsWith(incomplete)).sort()) {
    const folder = path.join(directory, name);
    const manifest = await readManifest(folder).catch(() => null);
    if (manifest) backups.push({ folder, manifest });
  }
  return backups;
}

async function verify(folder: string, copy: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const bad = (why: string) => new UserError('bad-backup', `${folder} cannot be restored: ${why}.`);
  if (manifest.schemaVersion > schemaVersion)
    throw bad(`it is of a newer version (${manifest.schemaVersion}; this one knows ${schemaVersion})`);
  for (const expected of manifest.files) {
    if (
      path.normalize(expected.path) !== expected.path ||
      expected.path.startsWith('..') ||
      path.isAbsolute(expected.path)
    )
      throw bad(`it names a file outside, ${expected.path}`);
    const found = await describe(folder, expected.path).catch(() => null);
    if (!found) throw bad(`${expected.path} is missing`);
    if (found.sha256 !== expected.sha256) throw bad(`${expected.path} is damaged`);
  }
  if (!manifest.files.some(file => file.path === copy))
    throw bad(
      copy === dumpFile
        ? 'its database is SQLite, the configuration names a PostgreSQL (database.url)'
        : 'its database is PostgreSQL: name the one to restore into as database.url',
    );
  return manifest;
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(path.join(folder, manifestFile), 'utf8').catch(() => null);
  if (text === null) throw new UserError('bad-backup', `${folder} is no backup: it has no ${manifestFile}.`);
  const value: unknown = JSON.parse(text);
  if (!manifestCheck.Check(value))
    throw new UserError('bad-backup', `${folder} has a damaged ${manifestFile}.`);
  return value;
}

/** @returns the schema's version */
async function snapshot(from: string, to: string): Promise<number> {
  const source = new Sqlite(from, { readonly: true, fileMustExist: true });
  try {
    await source.backup(to);
  } finally {
    source.close();
  }
  const copy = new Sqlite(to);
  try {
    const verdict = copy.pragma('integrity_check', { simple: true });
    if (verdict !== 'ok') throw new Error(`the database is damaged: ${String(verdict)}`);
    copy.pragma('journal_mode = DELETE'); // one file, complete in itself
    copy.pragma('secure_delete = ON');
    copy.exec('DELETE FROM sip_call'); // nobody will want these calls back, and their keys are nobody's business
    return copy.pragma('user_version', { simple: true }) as number;
  } finally {
    copy.close();
  }
}

/** The database itself comes as a snapshot; its log, and what is being restored or was replaced, do not belong. */
function belongs(name: string): boolean {
  return (
    !name.startsWith(databaseFile) &&
    !name.startsWith(lockFile) &&
    !/^(replaced-|\.)/.test(name) &&
    !name.endsWith('-journal')
  );
}

function isRecording(name: string): boolean {
  return name.split(path.sep)[0] === recordingsFolder;
}

/** Relative paths of the files below `directory`, in order. */
async function filesOf(directory: string, wanted: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .filter(wanted)
    .sort();
}

/** Shares the blocks where the file system can. */
async function copyInto(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
  await copyFile(from, to, fs.constants.COPYFILE_FICLONE);
}

async function describe(folder: string, name: string): Promise<Manifest['files'][number]> {
  const file = path.join(folder, name);
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return { path: name, bytes: (await stat(file)).size, sha256: hash.digest('hex') };
}

async function writeDurably(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  const handle = await open(file);
  await handle.sync();
  await handle.close();
}
