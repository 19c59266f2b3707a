import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { isRecordingId } from '../timeline/entry.js';
import { isObjectName } from '../timeline/timeline-parser.js';
import { syncDirectory, writeDurably } from '../durable/durable-file.js';
import type { Archive, ByteRange, ObjectState } from './archive.js';

/** A folder with a folder for each recording: local disk or a mounted share. */
export class FolderArchive implements Archive {
  readonly kind = 'folder';

  constructor(readonly directory: string) {}

  async recordings(): Promise<string[]> {
    const entries = await orIfMissing(fs.promises.readdir(this.directory, { withFileTypes: true }), []);
    return entries.filter(entry => entry.isDirectory() && isRecordingId(entry.name)).map(entry => entry.name);
  }

  async objects(recordingId: string): Promise<Map<string, number>> {
    const folder = this.pathOf(recordingId);
    const names = (await orIfMissing(fs.promises.readdir(folder), [])).filter(isObjectName);
    const objects = new Map<string, number>();
    for (const name of names) {
      const state = await this.stat(recordingId, name);
      if (state) objects.set(name, state.bytes);
    }
    return objects;
  }

  async put(recordingId: string, name: string, localFile: string): Promise<void> {
    const folder = this.pathOf(recordingId);
    await fs.promises.mkdir(folder, { recursive: true });
    await writeDurably(folder, name, [await fs.promises.readFile(localFile)]);
  }

  async stat(recordingId: string, name: string): Promise<ObjectState | null> {
    const stats = await orIfMissing(fs.promises.stat(this.pathOf(recordingId, name), { bigint: true }), null);
    if (!stats?.isFile()) return null;
    const version = `${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}`;
    return { bytes: Number(stats.size), version, modifiedMs: Number(stats.mtimeMs) };
  }

  async read(recordingId: string, name: string, range?: ByteRange): Promise<Readable> {
    const handle = await fs.promises.open(this.pathOf(recordingId, name), 'r');
    return handle.createReadStream(range ? { start: range.start, end: range.end } : {});
  }

  /** Out of sight first, so that a deletion that is cut short leaves no half of a recording in the list. */
  async delete(recordingId: string): Promise<void> {
    const hidden = path.join(this.directory, `.deleted-${recordingId}`);
    await orIfMissing(fs.promises.rename(this.pathOf(recordingId), hidden), undefined);
    await fs.promises.rm(hidden, { recursive: true, force: true });
    await orIfMissing(syncDirectory(this.directory), undefined);
  }

  /** @throws when the id or name would lead elsewhere */
  pathOf(recordingId: string, name?: string): string {
    if (!isRecordingId(recordingId)) throw new Error(`"${recordingId}" is no recording's id`);
    if (name === undefined) return path.join(this.directory, recordingId);
    if (!isObjectName(name)) throw new Error(`"${name}" is no object's name`);
    return path.join(this.directory, recordingId, name);
  }
}

async function orIfMissing<T, D>(promise: Promise<T>, missing: D): Promise<T | D> {
  try {
    return await promise;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return missing;
    throw error;
  }
}
