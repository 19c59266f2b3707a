import { FrameBuffer, type EncodedFrame } from './encoded-frame.js';
import type { RtpPacket } from './packet.js';
import { sequenceDelta } from './sequence.js';

/**
 * What the simpler payload formats have in common: the packets of one timestamp are one frame, which the marker or
 * the next timestamp ends. A format says where its payload begins, how it is joined, and what a keyframe is.
 */
export abstract class FrameDepacketizer {
  /** Packets that were no payload of the format. */
  malformed = 0;
  protected readonly frame = new FrameBuffer();
  readonly #onFrame: (frame: EncodedFrame) => void;
  #expectedSequence = -1;
  #timestamp = 0;
  #arrivalMs = 0;
  #open = false;
  #complete = true;
  #lossBefore = false;

  constructor(onFrame: (frame: EncodedFrame) => void) {
    this.#onFrame = onFrame;
  }

  push(packet: RtpPacket): void {
    const lost = this.#expectedSequence >= 0 && packet.sequenceNumber !== this.#expectedSequence;
    if (lost && sequenceDelta(packet.sequenceNumber, this.#expectedSequence) === -1) return; // a duplicate
    this.#expectedSequence = (packet.sequenceNumber + 1) & 0xffff;

    if (this.#open && packet.timestamp !== this.#timestamp) {
      if (lost) this.#complete = false;
      this.#end();
    }
    const { buffer: data, payloadStart: start, payloadEnd: end } = packet;
    if (lost) {
      this.#lossBefore = true;
      this.#complete = false;
      this.onGap();
    }
    if (end <= start) return; // keep-alive or padding only
    // What was lost belonged to frames before this one, and the beginning of this is here.
    if (this.begins(data, start, end)) {
      if (!this.#open) this.#complete = true;
    } else if (!this.#open) {
      this.#complete = false;
    }
    this.#open = true;
    this.#timestamp = packet.timestamp;
    this.#arrivalMs = packet.arrivalMs;
    if (!this.append(data, start, end)) {
      this.malformed++;
      this.#complete = false;
      this.#lossBefore = true;
    }
    if (packet.marker) this.#end();
  }

  reset(): void {
    this.#clear();
    this.#expectedSequence = -1;
    this.#lossBefore = true;
  }

  /** Is this the first packet of a frame? */
  protected abstract begins(data: Buffer, start: number, end: number): boolean;
  /** Joins the payload to `frame`; false: it is none. */
  protected abstract append(data: Buffer, start: number, end: number): boolean;
  protected abstract isKeyframe(): boolean;
  /** Packets are missing in front of the next. */
  protected onGap(): void {}
  /** The frame as the decoder wants it. */
  protected finished(): Buffer {
    return this.frame.view();
  }
  /** The frame has been given out, or dropped. */
  protected onCleared(): void {}

  #end(): void {
    if (this.frame.length > 0) {
      const keyframe = this.isKeyframe();
      this.#onFrame({
        data: this.finished(),
        timestamp: this.#timestamp,
        keyframe,
        complete: this.#complete,
        lossBefore: this.#lossBefore,
        arrivalMs: this.#arrivalMs,
      });
      this.#lossBefore = false;
    } else if (!this.#complete) {
      this.#lossBefore = true;
    }
    this.#clear();
  }

  #clear(): void {
    this.frame.clear();
    this.#open = false;
    this.#complete = true;
    this.onCleared();
  }
}

/**
 * Joins `data[start, end)`, of which the first `skipBits` bits are not ours and the last `dropBits` neither, to a
 * frame whose last byte may be begun: how H.261 and H.263 cut between bits (RFC 4587 §4.1, RFC 2190 §5).
 */
export function appendBits(
  frame: FrameBuffer,
  data: Buffer,
  start: number,
  end: number,
  skipBits: number,
  dropBits: number,
): boolean {
  if (end <= start) return false;
  let from = start;
  const length = frame.length;
  if (skipBits > 0 && length > 0) {
    const begun = frame.view()[length - 1]!;
    frame.truncate(length - 1);
    if (!frame.appendByte(begun | (data[start]! & (0xff >> skipBits)))) return false;
    from++;
  }
  if (!frame.append(data, from, end)) return false;
  if (dropBits > 0 && frame.length > 0) {
    const last = frame.view()[frame.length - 1]!;
    frame.truncate(frame.length - 1);
    return frame.appendByte(last & (0xff << dropBits));
  }
  return true;
}
