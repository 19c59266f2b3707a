import fs from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Archiving } from '../plan.js';
import { timelineFile } from '../timeline/entry.js';
import type { Archive } from './archive.js';
import type { FolderArchive } from './folder-archive.js';

/** Beside a recording whose every file has been uploaded after its end: it is not compared at the next start. */
const uploadedMark = '.uploaded';

const firstRetryMs = 1000;
const longestRetryMs = 60_000;
/** The network's round trip, not its rate, holds up small files. */
const parallelUploads = 4;
/** Names kept; what is beyond is found by comparing, later. */
const maxPending = 10_000;

/**
 * Copies recordings to another archive as their files close. It has its own pace: a slow or absent server
 * delays nothing but the copy. What is missing there is found by comparing, so a restart forgets nothing.
 */
export class Uploader {
  readonly counts = { uploaded: 0, failures: 0, overflows: 0 };
  readonly #pending = new Map<string, { recordingId: string; name: string }>();
  /** Recordings to be compared, and whether they have ended. */
  readonly #compare = new Map<string, boolean>();
  readonly #idle: (() => void)[] = [];
  #running = 0;
  #retryMs = firstRetryMs;
  #retryTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly local: FolderArchive,
    private readonly remote: Archive,
    private readonly log: Log,
  ) {}

  get state(): Archiving {
    const { uploaded, failures } = this.counts;
    return { uploaded, failures, waiting: this.#running + this.#pending.size + this.#compare.size };
  }

  /** A file of a recording is durable here. */
  offer(recordingId: string, name: string): void {
    if (this.#pending.size >= maxPending) {
      this.counts.overflows++;
      if (!this.#compare.has(recordingId)) this.#compare.set(recordingId, false);
    } else {
      this.#pending.set(`${recordingId}/${name}`, { recordingId, name });
    }
    this.#fill();
  }

  /** The recording has ended: everything of it must be there, and then it is marked as uploaded. */
  ended(recordingId: string): void {
    this.#compare.set(recordingId, true);
    this.#fill();
  }

  /** After a restart: whatever is not there yet. All recordings but the `active` ones have ended. */
  async resume(active: ReadonlySet<string>): Promise<void> {
    for (const recordingId of await this.local.recordings()) {
      const mark = path.join(this.local.pathOf(recordingId), uploadedMark);
      const uploaded = await fs.access(mark).then(
        () => true,
        () => false,
      );
      if (!uploaded && !this.#compare.has(recordingId))
        this.#compare.set(recordingId, !active.has(recordingId));
    }
    this.#fill();
  }

  /** Resolves when nothing is left to do. */
  idle(): Promise<void> {
    return this.#busy ? new Promise(resolve => this.#idle.push(resolve)) : Promise.resolve();
  }

  /** What is on its way is not waited for: it is found missing at the next start. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retryTimer);
  }

  get #busy(): boolean {
    return this.#running + this.#pending.size + this.#compare.size > 0;
  }

  #fill(): void {
    while (!this.#closed && !this.#retryTimer && this.#running < parallelUploads) {
      const work = this.#next();
      if (!work) break;
      this.#running++;
      work.run().then(
        () => this.#done(),
        (error: unknown) => this.#failed(error, work.again),
      );
    }
  }

  #next(): { run: () => Promise<void>; again: () => void } | null {
    for (const [key, { recordingId, name }] of this.#pending) {
      this.#pending.delete(key);
      return {
        run: () => this.#upload(recordingId, name),
        again: () => this.#pending.set(key, { recordingId, name }),
      };
    }
    // Comparing waits until single files are through, so that it does not find them missing.
    if (this.#running > 0) return null;
    for (const [recordingId, ended] of this.#compare) {
      this.#compare.delete(recordingId);
      return {
        run: () => this.#uploadMissing(recordingId, ended),
        again: () => this.#compare.set(recordingId, ended),
      };
    }
    return null;
  }

  async #upload(recordingId: string, name: string): Promise<void> {
    const file = this.local.pathOf(recordingId, name);
    try {
      await this.remote.put(recordingId, name, file);
      this.counts.uploaded++;
    } catch (error) {
      // Deleted meanwhile. What of it is there already must go too.
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!gone) throw error;
      if (!(await this.local.stat(recordingId, timelineFile))) await this.remote.delete(recordingId);
    }
  }

  /** The timeline last: it lists nothing that is not there. */
  async #uploadMissing(recordingId: string, ended: boolean): Promise<void> {
    const here = await this.local.objects(recordingId);
    const there = await this.remote.objects(recordingId);
    for (const [name, bytes] of here) {
      if (name !== timelineFile && there.get(name) !== bytes && !this.#closed)
        await this.#upload(recordingId, name);
    }
    if (this.#closed || here.get(timelineFile) === undefined) return;
    if (here.get(timelineFile) !== there.get(timelineFile)) await this.#upload(recordingId, timelineFile);
    if (!ended) return;
    await fs.writeFile(path.join(this.local.pathOf(recordingId), uploadedMark), '');
    this.log.info({ recordingId, objects: here.size, archive: this.remote.kind }, 'recording archived');
  }

  #done(): void {
    this.#running--;
    this.#retryMs = firstRetryMs;
    this.#fill();
    if (!this.#busy) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #failed(error: unknown, again: () => void): void {
    this.#running--;
    this.counts.failures++;
    again();
    if (this.#closed || this.#retryTimer) return;
    this.log.warn({ reason: messageOf(error), retryMs: this.#retryMs }, 'archiving waits');
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      this.#fill();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }
}
