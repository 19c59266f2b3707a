import { FrameBuffer, type EncodedFrame } from './encoded-frame.js';
import type { RtpPacket } from './packet.js';
import { sequenceDelta } from './sequence.js';

/**
 * VP8 out of RTP (RFC 7741) as frames. Give it packets in order (`ReorderBuffer`); gaps in their numbers are
 * losses. A frame is given out when the marker or the next timestamp ends it (§4.1).
 */
export class Vp8Depacketizer {
  /** Packets that were no RFC 7741 payload. */
  malformed = 0;
  /** Pixels of the last keyframe; 0 before the first. */
  width = 0;
  height = 0;

  readonly #onFrame: (frame: EncodedFrame) => void;
  readonly #frame = new FrameBuffer();
  #expectedSequence = -1;
  #timestamp = 0;
  #arrivalMs = 0;
  #open = false;
  #complete = true;
  #lossBefore = false;
  #endedByMarker = true;

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
    if (lost) {
      this.#lossBefore = true;
      if (this.#open || !this.#endedByMarker) this.#complete = false;
    }
    const { buffer: data, payloadStart: start, payloadEnd: end } = packet;
    if (end <= start) return; // keep-alive or padding only
    const payload = descriptorEnd(data, start, end);
    if (payload < 0) {
      this.malformed++;
      this.#lossBefore = true;
      if (this.#open) this.#complete = false;
      return;
    }
    // §4.2: S = 1 and PID = 0 begin the first partition, and with it the frame.
    const begins = (data[start]! & 0x17) === 0x10;
    if (begins && this.#frame.length === 0) {
      if (lost) this.#complete = true; // what was lost belonged to frames before this one
    } else if (this.#frame.length === 0) {
      this.#complete = false;
    }
    this.#open = true;
    this.#timestamp = packet.timestamp;
    this.#arrivalMs = packet.arrivalMs;
    // A frame without its head cannot be decoded at all.
    if (this.#frame.length > 0 || begins) this.#append(data, payload, end);
    this.#endedByMarker = packet.marker;
    if (packet.marker) this.#end();
  }

  /** Forgets what it has of the current frame; the next is taken as after a loss. */
  reset(): void {
    this.#clear();
    this.#expectedSequence = -1;
    this.#lossBefore = true;
  }

  #append(data: Buffer, start: number, end: number): void {
    if (this.#frame.append(data, start, end)) return;
    this.malformed++;
    this.#complete = false;
    this.#frame.clear();
  }

  #end(): void {
    const data = this.#frame.view();
    // RFC 6386 §9.1: three bytes of tag; a keyframe goes on with a start code and its size.
    const keyframe = data.length >= 10 && (data[0]! & 1) === 0;
    if (keyframe && (data[3] !== 0x9d || data[4] !== 0x01 || data[5] !== 0x2a)) {
      this.malformed++;
      this.#lossBefore = true;
    } else if (data.length >= 3) {
      if (keyframe) {
        this.width = data.readUInt16LE(6) & 0x3fff;
        this.height = data.readUInt16LE(8) & 0x3fff;
      }
      this.#onFrame({
        data,
        timestamp: this.#timestamp,
        keyframe,
        complete: this.#complete,
        lossBefore: this.#lossBefore,
        arrivalMs: this.#arrivalMs,
      });
      this.#lossBefore = false;
    } else {
      this.#lossBefore = true;
    }
    this.#clear();
  }

  #clear(): void {
    this.#frame.clear();
    this.#open = false;
    this.#complete = true;
  }
}

/** Where the payload begins behind its descriptor (§4.2); -1 when there is none. */
function descriptorEnd(data: Buffer, start: number, end: number): number {
  let at = start + 1;
  if (data[start]! & 0x80) {
    if (at >= end) return -1;
    const fields = data[at++]!;
    if (fields & 0x80) at += at < end && data[at]! & 0x80 ? 2 : 1; // PictureID, 15 or 7 bits
    if (fields & 0x40) at += 1; // TL0PICIDX
    if (fields & 0x30) at += 1; // TID, Y, KEYIDX
  }
  return at < end ? at : -1;
}
