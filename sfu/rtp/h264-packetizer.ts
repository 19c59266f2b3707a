import { forEachNal, nalType } from './h264-nal.js';
import { rtpHeaderBytes } from './packet.js';

/** No RTP packet of ours is larger, header included: fits every path without fragments, tunnels included. */
export const maxPacketBytes = 1200;

/** What an encoder for packetization mode 0 must keep each slice below (x264's `slice-max-size`). */
export const maxSliceBytes = maxPacketBytes - rtpHeaderBytes;

/**
 * `payload` is valid only during the call: copy it (an `RtpEndpoint` does). `marker` is set on the last
 * packet of the access unit.
 */
export type PayloadSink = (payload: Buffer, marker: boolean) => void;

/**
 * Access units (Annex B) into payloads of RFC 6184. Mode 1 splits into FU-A and joins small NAL units into
 * STAP-A; mode 0 sends each NAL unit alone (§6.1, §6.2): those too large for a packet are dropped and counted,
 * so the encoder has to make slices of at most `maxSliceBytes`. SPS and PPS go before every IDR picture,
 * since hardware rooms decode nothing without.
 */
export class H264Packetizer {
  /** NAL units that mode 0 could not carry. */
  tooLarge = 0;
  readonly #mode: 0 | 1;
  readonly #maxPayloadBytes: number;
  readonly #scratch: Buffer;
  #sequenceParameters: Buffer | null = null;
  #pictureParameters: Buffer | null = null;
  /** NAL units of the current access unit, as start and end in its data. */
  readonly #units: number[] = [];

  constructor(mode: 0 | 1, maxPayloadBytes = maxPacketBytes - rtpHeaderBytes) {
    this.#mode = mode;
    this.#maxPayloadBytes = maxPayloadBytes;
    this.#scratch = Buffer.allocUnsafe(maxPayloadBytes);
  }

  packetize(accessUnit: Buffer, sink: PayloadSink): void {
    const data = this.#withParameters(accessUnit);
    const units = this.#units;
    units.length = 0;
    forEachNal(data, (start, end) => {
      const fits = this.#mode === 1 || end - start <= this.#maxPayloadBytes;
      // Delimiters and filler carry nothing that RTP does not say (§1.3).
      const type = data[start]! & 0x1f;
      if (type === nalType.accessUnitDelimiter || type === 12) return;
      if (fits) units.push(start, end);
      else this.tooLarge++;
    });
    for (let i = 0; i < units.length;) {
      const start = units[i]!;
      const end = units[i + 1]!;
      if (end - start > this.#maxPayloadBytes) {
        this.#fragment(data, start, end, i + 2 >= units.length, sink);
        i += 2;
      } else {
        i = this.#mode === 1 ? this.#aggregate(data, i, sink) : this.#single(data, i, sink);
      }
    }
  }

  #single(data: Buffer, i: number, sink: PayloadSink): number {
    const units = this.#units;
    sink(data.subarray(units[i], units[i + 1]), i + 2 >= units.length);
    return i + 2;
  }

  /** STAP-A (§5.7.1) of as many NAL units as fit; one alone goes as it is. Returns the next unit's place. */
  #aggregate(data: Buffer, first: number, sink: PayloadSink): number {
    const units = this.#units;
    let length = 1;
    let next = first;
    for (; next < units.length; next += 2) {
      const size = units[next + 1]! - units[next]!;
      if (length + 2 + size > this.#maxPayloadBytes) break;
      length += 2 + size;
    }
    if (next <= first + 2) return this.#single(data, first, sink);

    const scratch = this.#scratch;
    let importance = 0;
    let at = 1;
    for (let i = first; i < next; i += 2) {
      const start = units[i]!;
      const size = units[i + 1]! - start;
      importance = Math.max(importance, data[start]! & 0x60);
      scratch[at] = size >> 8;
      scratch[at + 1] = size;
      data.copy(scratch, at + 2, start, start + size);
      at += 2 + size;
    }
    scratch[0] = importance | nalType.stapA;
    sink(scratch.subarray(0, at), next >= units.length);
    return next;
  }

  /** FU-A (§5.8), in pieces of about equal size. */
  #fragment(data: Buffer, start: number, end: number, lastUnit: boolean, sink: PayloadSink): void {
    const header = data[start]!;
    const bytes = end - start - 1;
    const count = Math.ceil(bytes / (this.#maxPayloadBytes - 2));
    const pieceBytes = Math.ceil(bytes / count);
    const scratch = this.#scratch;
    for (let from = start + 1; from < end; from += pieceBytes) {
      const to = Math.min(end, from + pieceBytes);
      scratch[0] = (header & 0x60) | nalType.fuA;
      scratch[1] = (header & 0x1f) | (from === start + 1 ? 0x80 : 0) | (to === end ? 0x40 : 0);
      data.copy(scratch, 2, from, to);
      sink(scratch.subarray(0, 2 + to - from), lastUnit && to === end);
    }
  }

  /** The same access unit, or a copy with the last SPS and PPS in front when it is an IDR picture without. */
  #withParameters(data: Buffer): Buffer {
    let idr = false;
    let hasSequence = false;
    let hasPicture = false;
    forEachNal(data, (start, end) => {
      const type = data[start]! & 0x1f;
      if (type === nalType.idrSlice) idr = true;
      else if (type === nalType.sequenceParameters) {
        hasSequence = true;
        this.#sequenceParameters = changed(this.#sequenceParameters, data, start, end);
      } else if (type === nalType.pictureParameters) {
        hasPicture = true;
        this.#pictureParameters = changed(this.#pictureParameters, data, start, end);
      }
    });
    if (!idr || (hasSequence && hasPicture)) return data;
    const parts: Uint8Array[] = [];
    if (!hasSequence && this.#sequenceParameters)
      parts.push(Uint8Array.of(0, 0, 0, 1), this.#sequenceParameters);
    if (!hasPicture && this.#pictureParameters)
      parts.push(Uint8Array.of(0, 0, 0, 1), this.#pictureParameters);
    return parts.length > 0 ? Buffer.concat([...parts, data]) : data;
  }
}

/** `known` when it equals `data[start, end)`, else a copy of that. */
function changed(known: Buffer | null, data: Buffer, start: number, end: number): Buffer {
  if (known && known.length === end - start && data.compare(known, 0, known.length, start, end) === 0)
    return known;
  return Buffer.from(data.subarray(start, end));
}
