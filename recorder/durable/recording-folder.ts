import fs from 'node:fs/promises';
import path from 'node:path';
import { chainStart, sealLine } from '../timeline/chain.js';
import { syncDirectory, writeDurably } from './durable-file.js';
import { timelineFile, type Entry, type RecordingEntry } from '../timeline/entry.js';
import { TimelineParser } from '../timeline/timeline-parser.js';

/**
 * A recording's folder while it is being written. Everything goes through here one after the other, in the order
 * in which it was asked for, so that a line never comes before what it names. After the first failure everything
 * fails: what is listed stays as it is.
 */
export class RecordingFolder {
  #chain: string;
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  private constructor(
    readonly directory: string,
    private readonly timeline: fs.FileHandle,
    chain: string,
  ) {
    this.#chain = chain;
  }

  /** @throws when there is a recording already, or no space for one */
  static async create(directory: string, entry: RecordingEntry): Promise<RecordingFolder> {
    await fs.mkdir(directory, { recursive: true });
    const timeline = await fs.open(path.join(directory, timelineFile), 'ax');
    const folder = new RecordingFolder(directory, timeline, chainStart);
    try {
      await folder.append(entry);
      await syncDirectory(directory);
      await syncDirectory(path.dirname(directory));
    } catch (cause) {
      await folder.close();
      throw cause;
    }
    return folder;
  }

  /** Goes on with a recording whose writer is gone. A torn last line is cut off; it was never durable. */
  static async resume(
    directory: string,
  ): Promise<{ folder: RecordingFolder; entries: Entry[]; tornBytes: number }> {
    const file = path.join(directory, timelineFile);
    const parser = new TimelineParser();
    const lines = parser.push(await fs.readFile(file));
    if (parser.malformed > 0) throw new Error(`${parser.malformed} lines of ${file} make no sense`);
    const timeline = await fs.open(file, 'r+');
    if (parser.tornBytes > 0) {
      await timeline.truncate(parser.wholeBytes);
      await timeline.sync();
    }
    await timeline.close();
    const appending = await fs.open(file, 'a');
    const folder = new RecordingFolder(directory, appending, lines.at(-1)?.chain ?? chainStart);
    return { folder, entries: lines.map(line => line.entry), tornBytes: parser.tornBytes };
  }

  /** Over everything listed so far. */
  get chain(): string {
    return this.#chain;
  }

  /** Writes a file, and then the line that lists it. Resolves when both are durable. */
  list<E extends Entry & { file: string; bytes: number; sha256: string }>(
    parts: readonly Buffer[],
    entry: Omit<E, 'bytes' | 'sha256'> & { file: string },
  ): Promise<E> {
    return this.#next(async () => {
      const written = await writeDurably(this.directory, entry.file, parts);
      const listed = { ...entry, ...written } as unknown as E;
      await this.#append(listed);
      return listed;
    });
  }

  /** Resolves when the line is durable. */
  append(entry: Entry): Promise<void> {
    return this.#next(() => this.#append(entry));
  }

  /** Resolves when what was asked for is done or has failed. */
  idle(): Promise<void> {
    return this.#last.then(ignore, ignore);
  }

  /** After what was asked for is done. */
  close(): Promise<void> {
    return (this.#closing ??= this.#last.then(ignore, ignore).then(() => this.timeline.close()));
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result;
    result.catch(ignore); // the caller has the same promise
    return result;
  }

  async #append(entry: Entry): Promise<void> {
    const { line, chain } = sealLine(this.#chain, entry);
    await this.timeline.appendFile(`${line}\n`);
    await this.timeline.datasync();
    this.#chain = chain;
  }
}

function ignore(): void {}
