import { Readable } from 'node:stream';
import type { ByteRange } from '../../recorder/archive/archive.js';
import { progressiveHead } from '../../recorder/mux/progressive.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { RecordingIndex } from '../catalogue/recording-index.js';

interface Part {
  /** Of the first byte, in the download. */
  offset: number;
  bytes: number;
  /** The header itself, or the name of a stored file. */
  source: Buffer | string;
}

/**
 * A recording as one progressive MP4, as it was when asked for: the header, then the stored segments as they are.
 * Nothing is copied anywhere for it, and any range can be answered.
 */
export class Download {
  readonly bytes: number;
  readonly #parts: Part[];

  constructor(
    private readonly catalogue: Catalogue,
    private readonly recordingId: string,
    index: RecordingIndex,
  ) {
    const head = progressiveHead(index.recording?.startedAt ?? '', index.inits, index.segments);
    this.#parts = [{ offset: 0, bytes: head.length, source: head }];
    let offset = head.length;
    for (const { file, bytes } of index.segments) {
      this.#parts.push({ offset, bytes, source: file });
      offset += bytes;
    }
    this.bytes = offset;
  }

  read(range: ByteRange): Readable {
    return Readable.from(this.#chunks(range), { objectMode: false });
  }

  async *#chunks({ start, end }: ByteRange): AsyncGenerator<Buffer> {
    for (let index = this.#indexAt(start); index < this.#parts.length; index++) {
      const { offset, bytes, source } = this.#parts[index]!;
      if (offset > end) return;
      const from = Math.max(0, start - offset);
      const to = Math.min(bytes - 1, end - offset);
      if (typeof source !== 'string') yield source.subarray(from, to + 1);
      else yield* this.#file(source, bytes, { start: from, end: to });
    }
  }

  async *#file(name: string, bytes: number, range: ByteRange): AsyncGenerator<Buffer> {
    const whole = range.start === 0 && range.end === bytes - 1;
    const stream = await this.catalogue.read(this.recordingId, name, whole ? undefined : range);
    let sent = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sent += chunk.length;
      yield chunk;
    }
    // Content-Length has been promised: the connection must break, not go on with a shifted file.
    if (sent !== range.end - range.start + 1)
      throw new Error(`${this.recordingId}/${name} is not as long as listed`);
  }

  /** Of the part that holds this byte. */
  #indexAt(position: number): number {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#parts[middle]!.offset <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
