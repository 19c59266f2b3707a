import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { UserError, messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Archive, ByteRange } from '../../recorder/archive/archive.js';
import { isRecordingId, timelineFile } from '../../recorder/timeline/entry.js';
import { TimelineParser } from '../../recorder/timeline/timeline-parser.js';
import { RecordingIndex } from './recording-index.js';
import type { RecordingSummary } from './recording-summary.js';

/** A remote archive is asked what it has no more often than this. */
const remoteListMs = 10_000;
/** Whole timelines in memory: an hour is some 4 MB. */
const maxIndexes = 32;
/** Enough for the first line, and for the last. */
const edgeBytes = 8192;
/** A recorder writes every second. */
const silentAfterMs = 10_000;
const posterFile = 'poster.jpg';

/**
 * What recordings there are. It looks when it is asked: a directory listing, and what was added to those that are
 * still being written. A recording that has ended is read once (first and last line), then known.
 */
export class Catalogue {
  readonly counts = { broken: 0, unreachable: 0 };
  readonly #ended = new Map<string, RecordingSummary>();
  readonly #broken = new Set<string>();
  /** Least recently used first. */
  readonly #indexes = new Map<string, RecordingIndex>();
  readonly #remoteIds = new Map<Archive, { ids: string[]; until: number }>();

  /**
   * @param archives in the order in which they are read from: the local folder first
   * @param isRecording `recorder.isRecording`; absent (VOD in a process of its own): what was written to lately is
   * being recorded
   */
  constructor(
    private readonly archives: Archive[],
    private readonly log: Log,
    private readonly isRecording?: (recordingId: string) => boolean,
  ) {}

  /** Newest first. What cannot be understood is logged once, counted and left out. */
  async list(): Promise<RecordingSummary[]> {
    const places = await this.#places();
    for (const known of [this.#ended, this.#broken, this.#indexes]) {
      for (const id of known.keys()) if (!places.has(id)) known.delete(id);
    }
    const summaries: RecordingSummary[] = [];
    for (const [id, archive] of places) {
      const summary = await this.#summarize(id, archive);
      if (summary) summaries.push(summary);
    }
    return summaries.sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  }

  /** null when there is none of this id. */
  async get(recordingId: string): Promise<RecordingSummary | null> {
    const archive = await this.#find(recordingId);
    return archive ? this.#summarize(recordingId, archive) : null;
  }

  /** From all archives, for ever. False when there was none. @throws UserError `still-recording` */
  async delete(recordingId: string): Promise<boolean> {
    const summary = await this.get(recordingId);
    if (!summary) return false;
    if (summary.state === 'recording') {
      throw new UserError('still-recording', 'The recording is still running: stop it first.');
    }
    // The furthest first: while one fails, the recording is still in the list and can be deleted again.
    for (const archive of [...this.archives].reverse()) await archive.delete(recordingId);
    this.#ended.delete(recordingId);
    this.#indexes.delete(recordingId);
    this.#remoteIds.clear();
    this.log.info({ recordingId }, 'recording deleted');
    return true;
  }

  /** The timeline as it is now. null when there is none, or nothing can be made of it. */
  async index(recordingId: string): Promise<RecordingIndex | null> {
    const known = this.#indexes.get(recordingId);
    if (known && (known.end || (await known.refresh()))) return this.#keep(known);
    this.#indexes.delete(recordingId);
    const archive = await this.#find(recordingId);
    if (!archive) return null;
    const index = new RecordingIndex(recordingId, archive);
    if (!(await index.refresh()) || !index.recording) return null;
    return this.#keep(index);
  }

  /** With whether it is still being recorded: true only if there may be more than the index has. */
  async follow(recordingId: string): Promise<{ index: RecordingIndex; recording: boolean } | null> {
    const before = this.isRecording?.(recordingId);
    const index = await this.index(recordingId);
    return index && { index, recording: this.#mayGrow(index, before) };
  }

  /** The index without looking whether something was added: enough for a file that it lists. */
  cachedIndex(recordingId: string): RecordingIndex | undefined {
    return this.#indexes.get(recordingId);
  }

  /** A listed file, from the first archive that has it. @throws when none has */
  async read(recordingId: string, name: string, range?: ByteRange): Promise<Readable> {
    let failure: unknown;
    for (const archive of this.archives) {
      try {
        return await archive.read(recordingId, name, range);
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  }

  #keep(index: RecordingIndex): RecordingIndex {
    this.#indexes.delete(index.recordingId);
    this.#indexes.set(index.recordingId, index);
    for (const oldest of this.#indexes.keys()) {
      if (this.#indexes.size <= maxIndexes) break;
      this.#indexes.delete(oldest);
    }
    return index;
  }

  /** Every recording, and the first archive that has it. */
  async #places(): Promise<Map<string, Archive>> {
    const places = new Map<string, Archive>();
    for (const archive of this.archives) {
      for (const id of await this.#ids(archive)) if (!places.has(id)) places.set(id, archive);
    }
    return places;
  }

  async #ids(archive: Archive): Promise<string[]> {
    if (archive.kind === 'folder') return archive.recordings();
    const known = this.#remoteIds.get(archive);
    if (known && known.until > Date.now()) return known.ids;
    let ids = known?.ids ?? [];
    try {
      ids = await archive.recordings();
    } catch (error) {
      this.counts.unreachable++;
      this.log.warn({ archive: archive.kind, reason: messageOf(error) }, 'archive cannot be listed');
    }
    this.#remoteIds.set(archive, { ids, until: Date.now() + remoteListMs });
    return ids;
  }

  async #find(recordingId: string): Promise<Archive | undefined> {
    if (!isRecordingId(recordingId)) return undefined;
    for (const archive of this.archives) {
      try {
        if (await archive.stat(recordingId, timelineFile)) return archive;
      } catch (error) {
        this.counts.unreachable++;
        this.log.warn({ archive: archive.kind, reason: messageOf(error) }, 'archive cannot be read');
      }
    }
    return undefined;
  }

  async #summarize(recordingId: string, archive: Archive): Promise<RecordingSummary | null> {
    const known = this.#ended.get(recordingId);
    if (known) return known;
    try {
      const summary = await this.#read(recordingId, archive);
      if (summary) {
        this.#broken.delete(recordingId);
        return summary;
      }
      this.#report(recordingId, 'its timeline makes no sense');
    } catch (error) {
      this.#report(recordingId, messageOf(error));
    }
    return null;
  }

  async #read(recordingId: string, archive: Archive): Promise<RecordingSummary | null> {
    const edges = await readEdges(recordingId, archive);
    if (edges?.last?.type === 'end' && edges.first.type === 'recording') {
      const { conferenceId, title, startedAt } = edges.first;
      const { durationMs, bytes, state } = edges.last;
      const hasPoster = (await archive.stat(recordingId, posterFile)) !== null;
      const summary = { recordingId, conferenceId, title, startedAt, durationMs, bytes, state, hasPoster };
      this.#ended.set(recordingId, summary);
      return summary;
    }
    const followed = await this.follow(recordingId);
    if (!followed) return null;
    const { index, recording } = followed;
    if (!index.recording) return null;
    const { conferenceId, title, startedAt } = index.recording;
    return {
      recordingId,
      conferenceId,
      title,
      startedAt,
      durationMs: index.durationMs,
      bytes: index.bytes,
      state: recording ? 'recording' : 'interrupted',
      hasPoster: index.files.has(posterFile),
    };
  }

  /** @param recording what the recorder said before the index was read */
  #mayGrow(index: RecordingIndex, recording: boolean | undefined): boolean {
    return !index.end && (recording ?? Date.now() - index.modifiedMs < silentAfterMs);
  }

  #report(recordingId: string, reason: string): void {
    if (this.#broken.has(recordingId)) return;
    this.#broken.add(recordingId);
    this.counts.broken++;
    this.log.warn({ recordingId, reason }, 'recording left out of the list');
  }
}

/** First and last line of a timeline, without what is between. */
async function readEdges(recordingId: string, archive: Archive) {
  const state = await archive.stat(recordingId, timelineFile);
  if (!state || state.bytes === 0) return null;
  const read = async (start: number, end: number) =>
    buffer(await archive.read(recordingId, timelineFile, { start, end }));
  const [first] = new TimelineParser().push(await read(0, Math.min(edgeBytes, state.bytes) - 1));
  if (!first) return null;
  // Begins in the middle of a line: that one is malformed for the parser, and passed over.
  const lines = new TimelineParser().push(await read(Math.max(0, state.bytes - edgeBytes), state.bytes - 1));
  return { first: first.entry, last: lines.at(-1)?.entry };
}
