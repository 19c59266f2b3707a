import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { VideoConfig } from '../mux/track-config.js';
import { writeAll } from './durable-file.js';

/**
 * What has come in since the last listed segment. It is handed to the system every tenth of a second and never
 * fsynced: when the process is killed the system still has it, and the next recorder makes the last segment of it
 * (recovery.ts). So a killed recorder loses tenths of a second, and a machine without power at most the last one.
 */
export type JournalRecord =
  /** `startedAtMs`: wall clock at recording time 0, ms since 1970. */
  | { kind: 'config'; config: VideoConfig; startedAtMs: number }
  | { kind: 'video'; time: number; keyframe: boolean; data: Buffer }
  | { kind: 'audio'; time: number; data: Buffer };

const flushMs = 100;
/** A file is begun anew when it is as long as this; the old one goes when all of it is listed. */
const rotateBytes = 8 * 1024 * 1024;
/** The disk does not keep up: records are dropped and counted, the segments themselves are not touched. */
const maxBufferedBytes = 32 * 1024 * 1024;
/** length of data, kind and flag, time (double), CRC-32 of all that and the data */
const headBytes = 4 + 4 + 8 + 4;
const kinds = { config: 0, video: 1, audio: 2 } as const;

export class Journal {
  readonly counts = { dropped: 0, failures: 0 };
  #number = 0;
  #handle: Promise<fs.promises.FileHandle>;
  #fileBytes = 0;
  #buffer: Buffer[] = [];
  #bufferedBytes = 0;
  #config: ConfigRecord | undefined;
  #videoTime = 0;
  #audioTime = 0;
  /** Earlier files, and what is in them at most. */
  #full: { file: string; videoTime: number; audioTime: number }[] = [];
  #writing: Promise<void> = Promise.resolve();
  #busy = false;
  readonly #timer: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  constructor(private readonly directory: string) {
    this.#handle = this.#openFile();
    this.#timer = setInterval(() => this.#flush(), flushMs);
  }

  config(config: VideoConfig, startedAtMs: number): void {
    this.#config = { kind: 'config', config, startedAtMs };
    this.#add(encode(this.#config));
  }

  video(time: number, keyframe: boolean, data: Buffer): void {
    this.#videoTime = time;
    this.#add(encode({ kind: 'video', time, keyframe, data }));
  }

  audio(time: number, data: Buffer): void {
    this.#audioTime = time;
    this.#add(encode({ kind: 'audio', time, data }));
  }

  /** Segments up to here (90 and 48 kHz) are listed. */
  listed(videoTime: number, audioTime: number): void {
    const done = this.#full.filter(each => each.videoTime < videoTime && each.audioTime < audioTime);
    this.#full = this.#full.filter(each => !done.includes(each));
    for (const { file } of done) this.#then(() => fs.promises.rm(file, { force: true }));
  }

  /** All is listed: the journal is not needed any more. */
  remove(): Promise<void> {
    return this.close().then(() => removeJournal(this.directory));
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    return (this.#closing ??= this.#writing.then(async () => {
      await this.#handle.then(
        handle => handle.close(),
        () => undefined, // was counted when it failed to open
      );
    }));
  }

  #add(record: Buffer[]): void {
    const bytes = record.reduce((sum, part) => sum + part.length, 0);
    if (this.#bufferedBytes + bytes > maxBufferedBytes) {
      this.counts.dropped++;
      return;
    }
    this.#buffer.push(...record);
    this.#bufferedBytes += bytes;
  }

  #flush(): void {
    if (this.#busy || this.#buffer.length === 0) return;
    this.#busy = true;
    const parts = this.#buffer;
    const bytes = this.#bufferedBytes;
    this.#buffer = [];
    this.#bufferedBytes = 0;
    this.#then(async () => {
      try {
        await writeAll(await this.#handle, parts, bytes);
        this.#fileBytes += bytes;
        if (this.#fileBytes >= rotateBytes) await this.#rotate();
      } finally {
        this.#busy = false;
      }
    });
  }

  async #rotate(): Promise<void> {
    await (await this.#handle).close();
    this.#full.push({ file: this.#file, videoTime: this.#videoTime, audioTime: this.#audioTime });
    this.#number++;
    this.#fileBytes = 0;
    this.#handle = this.#openFile();
    await this.#handle;
    // What is buffered may belong to the old configuration or bring a new one; either way this one came before.
    if (this.#config) await writeRecord(await this.#handle, encode(this.#config));
  }

  get #file(): string {
    return path.join(this.directory, `journal-${String(this.#number).padStart(6, '0')}`);
  }

  #openFile(): Promise<fs.promises.FileHandle> {
    const handle = fs.promises.open(this.#file, 'w');
    handle.catch(() => this.counts.failures++);
    return handle;
  }

  /** A journal that cannot be written costs safety, not the recording: its failures are counted. */
  #then(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch(() => {
      this.counts.failures++;
    });
  }
}

/** Everything that is whole, in order. What a dying process left half-written ends a file. */
export function readJournal(directory: string): JournalRecord[] {
  return journalFiles(directory).flatMap(file => decode(fs.readFileSync(path.join(directory, file))));
}

export async function removeJournal(directory: string): Promise<void> {
  for (const file of journalFiles(directory))
    await fs.promises.rm(path.join(directory, file), { force: true });
}

function journalFiles(directory: string): string[] {
  return fs
    .readdirSync(directory)
    .filter(name => /^journal-\d{6}$/.test(name))
    .sort();
}

async function writeRecord(handle: fs.promises.FileHandle, record: Buffer[]): Promise<void> {
  await writeAll(
    handle,
    record,
    record.reduce((sum, part) => sum + part.length, 0),
  );
}

function encode(record: JournalRecord): Buffer[] {
  const data = record.kind === 'config' ? encodeConfig(record) : record.data;
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(data.length, 0);
  head[4] = kinds[record.kind];
  head[5] = record.kind === 'video' && record.keyframe ? 1 : 0;
  head.writeDoubleBE(record.kind === 'config' ? 0 : record.time, 8);
  head.writeUInt32BE(crc32(data, crc32(head.subarray(0, 16))), 16);
  return [head, data];
}

export function decode(bytes: Buffer): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let offset = 0; offset + headBytes <= bytes.length;) {
    const head = bytes.subarray(offset, offset + headBytes);
    const data = bytes.subarray(offset + headBytes, offset + headBytes + head.readUInt32BE(0));
    if (data.length < head.readUInt32BE(0)) break;
    if (crc32(data, crc32(head.subarray(0, 16))) !== head.readUInt32BE(16)) break;
    offset += headBytes + data.length;
    const time = head.readDoubleBE(8);
    if (head[4] === kinds.video) records.push({ kind: 'video', time, keyframe: head[5] === 1, data });
    else if (head[4] === kinds.audio) records.push({ kind: 'audio', time, data });
    else if (head[4] === kinds.config) records.push(decodeConfig(data));
  }
  return records;
}

type ConfigRecord = Extract<JournalRecord, { kind: 'config' }>;

function encodeConfig({ config, startedAtMs }: ConfigRecord): Buffer {
  return Buffer.from(JSON.stringify({ ...config, avcC: config.avcC.toString('base64'), startedAtMs }));
}

function decodeConfig(data: Buffer): ConfigRecord {
  const { startedAtMs, avcC, ...rest } = JSON.parse(data.toString()) as Omit<VideoConfig, 'avcC'> & {
    avcC: string;
    startedAtMs: number;
  };
  return { kind: 'config', config: { ...rest, avcC: Buffer.from(avcC, 'base64') }, startedAtMs };
}
