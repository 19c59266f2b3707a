import { buffer } from 'node:stream/consumers';
import { messageOf } from '../../base/errors.js';
import type { SegmentEntry } from '../../recorder/timeline/entry.js';

/** Seconds ahead: an archive over a network takes its time. */
const ahead = 4;

/** The segments around where a playback is, in memory: those to come are read before they are needed. */
export class SegmentWindow {
  readonly #loaded = new Map<number, Buffer>();
  #first = 0;
  #reading = false;
  #closed = false;

  constructor(
    private readonly segments: readonly SegmentEntry[],
    private readonly read: (file: string) => Promise<NodeJS.ReadableStream>,
    private readonly onFailure: (reason: string) => void,
  ) {}

  /** Undefined: it is not there yet. */
  get(index: number): Buffer | undefined {
    return this.#loaded.get(index);
  }

  /** Nothing before `index` is needed any more. */
  moveTo(index: number): void {
    this.#first = index;
    for (const known of this.#loaded.keys())
      if (known < index || known > index + ahead) this.#loaded.delete(known);
    if (!this.#reading) void this.#fill();
  }

  close(): void {
    this.#closed = true;
    this.#loaded.clear();
  }

  async #fill(): Promise<void> {
    this.#reading = true;
    try {
      for (let index; (index = this.#missing()) !== undefined;) {
        const { file, bytes } = this.segments[index]!;
        const data = await buffer(await this.read(file));
        if (data.length !== bytes) throw new Error(`${file} is not as long as listed`);
        if (!this.#closed) this.#loaded.set(index, data);
      }
    } catch (error) {
      if (!this.#closed) this.onFailure(messageOf(error));
    } finally {
      this.#reading = false;
    }
  }

  #missing(): number | undefined {
    if (this.#closed) return undefined;
    const end = Math.min(this.#first + ahead, this.segments.length);
    for (let index = this.#first; index < end; index++) if (!this.#loaded.has(index)) return index;
    return undefined;
  }
}
