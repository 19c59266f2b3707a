import type { Archive } from '../../recorder/archive/archive.js';
import {
  timelineFile,
  videoTimescale,
  type EndEntry,
  type Entry,
  type InitEntry,
  type RecordingEntry,
  type ResumedEntry,
  type SegmentEntry,
} from '../../recorder/timeline/entry.js';
import { TimelineParser } from '../../recorder/timeline/timeline-parser.js';

/** A file of a recording, as its timeline lists it: it never changes. */
export interface ListedFile {
  file: string;
  bytes: number;
  sha256: string;
}

/** A recording's timeline in memory; `refresh` reads what was added. */
export class RecordingIndex {
  recording: RecordingEntry | undefined;
  readonly inits: InitEntry[] = [];
  readonly segments: SegmentEntry[] = [];
  /** Numbers of the segments before which another recorder took over. */
  readonly resumptions: { segment: number; entry: ResumedEntry }[] = [];
  readonly files = new Map<string, ListedFile>();
  end: EndEntry | undefined;
  /** The last chain value: changes with every line. */
  chain = '';
  bytes = 0;
  modifiedMs = 0;
  #parser = new TimelineParser();
  #refreshing: Promise<void> | undefined;

  constructor(
    readonly recordingId: string,
    readonly archive: Archive,
  ) {}

  /** Whole lines that make no sense. */
  get malformed(): number {
    return this.#parser.malformed;
  }

  /** Of the timeline: what of it is known to be whole. */
  get wholeBytes(): number {
    return this.#parser.wholeBytes;
  }

  get durationMs(): number {
    if (this.end) return this.end.durationMs;
    const last = this.segments.at(-1);
    return last ? Math.round(((last.video.time + last.video.duration) * 1000) / videoTimescale) : 0;
  }

  /** Several calls at once read once. Resolves to false when the timeline is not there any more. */
  async refresh(): Promise<boolean> {
    const state = await this.archive.stat(this.recordingId, timelineFile);
    if (!state) return false;
    this.modifiedMs = state.modifiedMs;
    const known = this.#parser.wholeBytes + this.#parser.tornBytes;
    if (state.bytes > known) await (this.#refreshing ??= this.#read(known, state.bytes));
    return true;
  }

  async #read(start: number, end: number): Promise<void> {
    try {
      const range = { start, end: end - 1 };
      const added = await this.archive.read(this.recordingId, timelineFile, range);
      // Piece by piece: a day's timeline in one go would hold up everything else.
      for await (const piece of added as AsyncIterable<Buffer>) {
        for (const { entry, chain } of this.#parser.push(piece)) {
          this.#take(entry);
          this.chain = chain;
        }
      }
    } finally {
      this.#refreshing = undefined;
    }
  }

  #take(entry: Entry): void {
    if ('file' in entry) this.files.set(entry.file, entry);
    switch (entry.type) {
      case 'recording':
        this.recording ??= entry;
        break;
      case 'init':
        this.inits.push(entry);
        break;
      case 'segment':
        this.segments.push(entry);
        this.bytes += entry.bytes;
        break;
      case 'resumed':
        this.resumptions.push({ segment: (this.segments.at(-1)?.segment ?? 0) + 1, entry });
        break;
      case 'end':
        this.end = entry;
        break;
    }
  }
}
