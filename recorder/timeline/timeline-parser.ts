import { openLine } from './chain.js';
import { isRecordingId, type Entry, type TrackRun } from './entry.js';

/** A line as it stands in the file. */
export interface TimelineLine {
  entry: Entry;
  /** The exact bytes that the chain is over, as text. */
  body: string;
  chain: string;
}

/** More than a line of ours can be (a segment of some seconds has some KB): a file of something else. */
const maxLineBytes = 1024 * 1024;

/**
 * Reads a timeline as it grows: feed it what was added. A line that is not whole yet stays outside until it is;
 * one that is whole but makes no sense is counted. Nothing throws.
 */
export class TimelineParser {
  /** Bytes of whole lines so far. What follows in the file, if anything, is torn. */
  wholeBytes = 0;
  /** Whole lines that are no entries. */
  malformed = 0;
  #rest = Buffer.alloc(0);

  /** Bytes of a last line that has no end: the writer died in it, or is writing. */
  get tornBytes(): number {
    return this.#rest.length;
  }

  push(bytes: Buffer): TimelineLine[] {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    const lines: TimelineLine[] = [];
    let start = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
      const line = parseLine(data.toString('utf8', start, end));
      if (line) lines.push(line);
      else this.malformed++;
      start = end + 1;
    }
    this.wholeBytes += start;
    this.#rest = Buffer.from(data.subarray(start));
    if (this.#rest.length > maxLineBytes) {
      this.malformed++;
      this.wholeBytes += this.#rest.length;
      this.#rest = Buffer.alloc(0);
    }
    return lines;
  }
}

function parseLine(line: string): TimelineLine | null {
  const opened = openLine(line);
  if (!opened) return null;
  try {
    const entry: unknown = JSON.parse(opened.body);
    return isEntry(entry) ? { entry, ...opened } : null;
  } catch {
    return null;
  }
}

/** Names of files beside the timeline. Nothing that leads out of the folder. */
export function isObjectName(value: string): boolean {
  return /^[a-z0-9-]{1,40}\.(mp4|m4s|jpg|jsonl)$/.test(value);
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Record<string, unknown>;
  switch (entry.type) {
    case 'recording':
      return (
        entry.version === 1 &&
        isText(entry.recordingId) &&
        isRecordingId(entry.recordingId) &&
        isText(entry.conferenceId) &&
        isText(entry.title) &&
        isTime(entry.startedAt)
      );
    case 'init':
      return (
        isFile(entry) &&
        isCount(entry.init) &&
        isText(entry.codecs) &&
        isCount(entry.width) &&
        isCount(entry.height) &&
        isText(entry.avcC) &&
        isText(entry.audioConfig)
      );
    case 'segment':
      return (
        isFile(entry) &&
        isCount(entry.segment) &&
        isCount(entry.init) &&
        isTime(entry.at) &&
        isRun(entry.video, entry.bytes as number) &&
        isRun(entry.audio, entry.bytes as number)
      );
    case 'poster':
      return isFile(entry);
    case 'note':
      return isCount(entry.timeMs) && typeof entry.note === 'object' && entry.note !== null;
    case 'resumed':
      return isTime(entry.at);
    case 'end':
      return (
        isCount(entry.durationMs) &&
        isCount(entry.bytes) &&
        (entry.state === 'complete' || entry.state === 'interrupted')
      );
    default:
      return false;
  }
}

function isFile(entry: Record<string, unknown>): boolean {
  return (
    isText(entry.file) &&
    isObjectName(entry.file) &&
    isCount(entry.bytes) &&
    /^[0-9a-f]{64}$/.test(String(entry.sha256))
  );
}

/** The samples lie inside the file, and their durations add up. */
function isRun(value: unknown, fileBytes: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const run = value as Record<keyof TrackRun, unknown>;
  if (!isCount(run.time) || !isCount(run.duration) || !isCount(run.offset)) return false;
  if (!Array.isArray(run.sizes) || !run.sizes.every(isCount) || !Array.isArray(run.durations)) return false;
  let samples = 0;
  let ticks = 0;
  for (const pair of run.durations as unknown[]) {
    if (!Array.isArray(pair) || !isCount(pair[0]) || !isCount(pair[1])) return false;
    samples += pair[0];
    ticks += pair[0] * pair[1];
  }
  const bytes = run.sizes.reduce((sum, size) => sum + size, run.offset);
  return samples === run.sizes.length && ticks === run.duration && bytes <= fileBytes;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTime(value: unknown): boolean {
  return isText(value) && !Number.isNaN(Date.parse(value));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
