/** One coded picture as a depacketizer gives it. */
export interface EncodedFrame {
  /** H.264: an access unit in Annex B form. VP8: a frame. Reused: valid only until the callback returns. */
  data: Buffer;
  /** RTP timestamp */
  timestamp: number;
  /** Can be decoded without what came before. */
  keyframe: boolean;
  /** False: part of it was lost. */
  complete: boolean;
  /** Packets were lost since the last frame, or in this one: references may be missing until a complete keyframe. */
  lossBefore: boolean;
  /** When its last packet came: ms of the receiver's monotonic clock. */
  arrivalMs: number;
}

/** Larger frames are damage or an attack. */
export const maxFrameBytes = 4 * 1024 * 1024;

/** Bytes of a frame as it grows. Kept between frames, so that nothing is allocated once it has its size. */
export class FrameBuffer {
  #data = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  truncate(length: number): void {
    this.#length = length;
  }

  /** Valid until the next `append`. */
  view(): Buffer {
    return this.#data.subarray(0, this.#length);
  }

  /** Appends `source[start, end)`. False when the frame would become larger than any frame is. */
  append(source: Uint8Array, start: number, end: number): boolean {
    if (!this.#reserve(end - start)) return false;
    this.#data.set(source.subarray(start, end), this.#length);
    this.#length += end - start;
    return true;
  }

  appendByte(value: number): boolean {
    if (!this.#reserve(1)) return false;
    this.#data[this.#length++] = value;
    return true;
  }

  #reserve(bytes: number): boolean {
    const needed = this.#length + bytes;
    if (needed > maxFrameBytes) return false;
    if (needed > this.#data.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#data.length * 2));
      larger.set(this.#data.subarray(0, this.#length));
      this.#data = larger;
    }
    return true;
  }
}
