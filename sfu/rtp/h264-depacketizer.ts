import { FrameBuffer, type EncodedFrame } from './encoded-frame.js';
import { beginsPicture, nalType, startCode } from './h264-nal.js';
import type { RtpPacket } from './packet.js';
import { sequenceDelta } from './sequence.js';

/**
 * H.264 out of RTP (RFC 6184, packetization modes 0 and 1: single NAL units, STAP-A, FU-A) as access units.
 * Give it packets in order (`ReorderBuffer`); gaps in their numbers are losses. An access unit is given out when
 * the marker or the next timestamp ends it (§5.1). Keyframes get the last SPS and PPS when they come without.
 */
export class H264Depacketizer {
  /** Packets that were no RFC 6184 payload of these modes. */
  malformed = 0;
  /** SPS and PPS as they came last, without start codes: for decoders and `parseSps`. */
  sequenceParameters: Buffer | null = null;
  pictureParameters: Buffer | null = null;

  readonly #onFrame: (frame: EncodedFrame) => void;
  readonly #frame = new FrameBuffer();
  #expectedSequence = -1;
  #timestamp = 0;
  #arrivalMs = 0;
  /** Something of the current access unit has come. */
  #open = false;
  #complete = true;
  #lossBefore = false;
  #keyframe = false;
  #hasParameters = false;
  /** Between the start and the end of an FU-A: where its NAL unit begins in the frame; else -1. */
  #fragmentStart = -1;

  /** `spropParameterSets`: the SDP parameter of that name (RFC 6184 §8.1). */
  constructor(onFrame: (frame: EncodedFrame) => void, spropParameterSets?: string) {
    this.#onFrame = onFrame;
    for (const set of spropParameterSets?.split(',') ?? []) {
      const nal = Buffer.from(set, 'base64');
      if (nal.length > 0) this.#rememberParameters(nal, 0, nal.length);
    }
  }

  push(packet: RtpPacket): void {
    const lost = this.#expectedSequence >= 0 && packet.sequenceNumber !== this.#expectedSequence;
    if (lost && sequenceDelta(packet.sequenceNumber, this.#expectedSequence) === -1) return; // a duplicate
    this.#expectedSequence = (packet.sequenceNumber + 1) & 0xffff;

    if (this.#open && packet.timestamp !== this.#timestamp) {
      // Its marker never came: lost with what is missing, or the sender sets none.
      if (lost) this.#complete = false;
      this.#end();
    }
    if (lost) this.#onLoss(packet);
    if (packet.payloadEnd <= packet.payloadStart) return; // keep-alive or padding only
    this.#open = true;
    this.#timestamp = packet.timestamp;
    this.#arrivalMs = packet.arrivalMs;
    this.#parsePayload(packet.buffer, packet.payloadStart, packet.payloadEnd);
    if (packet.marker) this.#end();
  }

  /** Forgets what it has of the current access unit; the next is taken as after a loss. */
  reset(): void {
    this.#clear();
    this.#expectedSequence = -1;
    this.#lossBefore = true;
  }

  #onLoss(packet: RtpPacket): void {
    this.#lossBefore = true;
    this.#cutFragment();
    // Did the loss take the head of this access unit? Then it goes on in the middle of a picture.
    if (this.#open || !startsAccessUnit(packet)) this.#complete = false;
  }

  #parsePayload(data: Buffer, start: number, end: number): void {
    const type = data[start]! & 0x1f;
    // §5.3: with the F bit set the sender says itself that it is broken.
    if (data[start]! & 0x80) {
      this.#fault();
    } else if (type >= 1 && type <= 23) {
      this.#cutFragment();
      this.#appendNal(data, start, end);
    } else if (type === nalType.stapA) {
      this.#cutFragment();
      this.#parseAggregate(data, start + 1, end);
    } else if (type === nalType.fuA) {
      this.#parseFragment(data, start, end);
    } else {
      this.#fault(); // interleaved modes are not negotiated (§5.4)
    }
  }

  /** STAP-A (§5.7.1): 16-bit sizes and NAL units. */
  #parseAggregate(data: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (at + 2 > end) return this.#fault();
      const size = (data[at]! << 8) | data[at + 1]!;
      at += 2;
      if (size === 0 || at + size > end) return this.#fault();
      this.#appendNal(data, at, at + size);
      at += size;
    }
  }

  /** FU-A (§5.8). */
  #parseFragment(data: Buffer, start: number, end: number): void {
    if (end - start < 3) return this.#fault();
    const header = data[start + 1]!;
    const first = (header & 0x80) !== 0;
    const last = (header & 0x40) !== 0;
    const type = header & 0x1f;
    if (type === 0 || type > 23) return this.#fault();
    if (first) {
      this.#cutFragment();
      const nalStart = this.#frame.length;
      if (!this.#frame.append(startCode, 0, 4) || !this.#frame.appendByte((data[start]! & 0xe0) | type))
        return this.#tooLarge();
      this.#fragmentStart = nalStart;
    } else if (this.#fragmentStart < 0) {
      this.#complete = false; // its beginning was lost: nothing to append to
      return;
    }
    if (!this.#frame.append(data, start + 2, end)) return this.#tooLarge();
    if (last) {
      const nal = this.#frame.view();
      this.#onNal(nal, this.#fragmentStart + 4, nal.length);
      this.#fragmentStart = -1;
    }
  }

  /**
   * An FU-A that lost its end. Of a slice the macroblocks up to there are whole, and a decoder conceals the others;
   * anything else would only disturb it.
   */
  #cutFragment(): void {
    const start = this.#fragmentStart;
    if (start < 0) return;
    this.#fragmentStart = -1;
    this.#complete = false;
    const nal = this.#frame.view();
    const type = nal[start + 4]! & 0x1f;
    if (type === nalType.slice || type === nalType.idrSlice) this.#onNal(nal, start + 4, nal.length);
    else this.#frame.truncate(start);
  }

  #appendNal(data: Buffer, start: number, end: number): void {
    if (!this.#frame.append(startCode, 0, 4) || !this.#frame.append(data, start, end))
      return this.#tooLarge();
    this.#onNal(data, start, end);
  }

  #onNal(data: Buffer, start: number, end: number): void {
    const type = data[start]! & 0x1f;
    if (type === nalType.idrSlice) this.#keyframe = true;
    else if (type === nalType.sequenceParameters || type === nalType.pictureParameters)
      this.#rememberParameters(data, start, end);
    if (type === nalType.sequenceParameters) this.#hasParameters = true;
  }

  #rememberParameters(data: Buffer, start: number, end: number): void {
    const sequence = (data[start]! & 0x1f) === nalType.sequenceParameters;
    const known = sequence ? this.sequenceParameters : this.pictureParameters;
    // Rooms repeat them with every keyframe: copy only what changed.
    if (known && known.length === end - start && data.compare(known, 0, known.length, start, end) === 0)
      return;
    const copy = Buffer.from(data.subarray(start, end));
    if (sequence) this.sequenceParameters = copy;
    else if ((copy[0]! & 0x1f) === nalType.pictureParameters) this.pictureParameters = copy;
  }

  #end(): void {
    this.#cutFragment();
    if (this.#frame.length > 0) {
      this.#onFrame({
        data: this.#keyframe && !this.#hasParameters ? this.#withParameters() : this.#frame.view(),
        timestamp: this.#timestamp,
        keyframe: this.#keyframe,
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

  #withParameters(): Buffer {
    const parts: Uint8Array[] = [];
    for (const set of [this.sequenceParameters, this.pictureParameters]) if (set) parts.push(startCode, set);
    return Buffer.concat([...parts, this.#frame.view()]);
  }

  #clear(): void {
    this.#frame.clear();
    this.#open = false;
    this.#complete = true;
    this.#keyframe = false;
    this.#hasParameters = false;
    this.#fragmentStart = -1;
  }

  #fault(): void {
    this.malformed++;
    this.#cutFragment();
    this.#complete = false;
  }

  #tooLarge(): void {
    this.malformed++;
    this.#frame.clear();
    this.#fragmentStart = -1;
    this.#complete = false;
  }
}

/** Does the packet carry what only the first packet of an access unit does? */
function startsAccessUnit(packet: RtpPacket): boolean {
  const { buffer: data, payloadStart: start, payloadEnd: end } = packet;
  if (end - start < 3) return false;
  let type = data[start]! & 0x1f;
  let next = start + 1;
  if (type === nalType.fuA) {
    if (!(data[start + 1]! & 0x80)) return false;
    type = data[start + 1]! & 0x1f;
    next = start + 2;
  } else if (type === nalType.stapA) {
    if (end - start < 5) return false;
    type = data[start + 3]! & 0x1f;
    next = start + 4;
  }
  if (type >= nalType.supplemental && type <= nalType.accessUnitDelimiter) return true;
  return beginsPicture(data[next]!);
}
