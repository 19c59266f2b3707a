import type { Readable } from 'node:stream';

/** First and last byte, both included (RFC 9110 §14.1.2). */
export interface ByteRange {
  start: number;
  end: number;
}

export interface ObjectState {
  bytes: number;
  /** Changes when the content does: for an ETag. */
  version: string;
  /** ms since 1970. */
  modifiedMs: number;
}

/**
 * Where recordings lie: a recording is a flat set of named objects. The recorder writes into a folder, always;
 * an archive of another kind gets copies. VOD reads from any.
 */
export interface Archive {
  /** For logs: `folder`, `s3`. */
  readonly kind: string;
  /** Ids of everything that looks like a recording. */
  recordings(): Promise<string[]>;
  /** Names and sizes of a recording's objects; empty when it is not here. */
  objects(recordingId: string): Promise<Map<string, number>>;
  /** Copies a local file here; it is either there whole or not at all. */
  put(recordingId: string, name: string, localFile: string): Promise<void>;
  /** Resolves to null when it is not here. */
  stat(recordingId: string, name: string): Promise<ObjectState | null>;
  /** @throws when it is not here */
  read(recordingId: string, name: string, range?: ByteRange): Promise<Readable>;
  delete(recordingId: string): Promise<void>;
}
