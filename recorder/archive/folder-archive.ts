import type { Readable } from 'node:stream';
import type { Archive, ByteRange } from './archive.js';

/** A folder with a folder for each recording: local disk or a mounted share. */
export class FolderArchive implements Archive {
  readonly kind = 'folder';

  constructor(readonly directory: string) {}

  async recordings(): Promise<string[]> {
    return [];
  }

  async objects(_recordingId: string): Promise<Map<string, number>> {
    return new Map();
  }

  async put(_recordingId: string, _name: string, _localFile: string): Promise<void> {}

  async stat(_recordingId: string, _name: string): Promise<{ bytes: number; version: string } | null> {
    return null;
  }

  async read(_recordingId: string, _name: string, _range?: ByteRange): Promise<Readable> {
    throw new Error('not yet');
  }

  async delete(_recordingId: string): Promise<void> {}
}
