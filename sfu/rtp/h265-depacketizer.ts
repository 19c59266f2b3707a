import type { EncodedFrame } from './encoded-frame.js';
import { FrameDepacketizer } from './frame-depacketizer.js';
import { startCode } from './h264-nal.js';

/** ITU-T H.265 table 7-1, and RFC 7798 §4.4. */
const nal = {
  firstIrap: 16,
  lastIrap: 21,
  video: 32,
  sequence: 33,
  picture: 34,
  aggregation: 48,
  fragment: 49,
  payloadContent: 50,
} as const;
const parameterSets = [nal.video, nal.sequence, nal.picture] as const;

/** H.265 out of RTP (RFC 7798, `sprop-max-don-diff=0`) as access units in Annex B form. */
export class H265Depacketizer extends FrameDepacketizer {
  readonly #known = new Map<number, Buffer>();
  #keyframe = false;
  #hasParameters = false;
  /** Between the start and the end of a fragment: where its NAL unit begins in the frame; else -1. */
  #fragmentStart = -1;

  constructor(onFrame: (frame: EncodedFrame) => void, parameters: Record<string, string> = {}) {
    super(onFrame);
    for (const name of ['sprop-vps', 'sprop-sps', 'sprop-pps']) {
      for (const set of parameters[name]?.split(',') ?? []) {
        const bytes = Buffer.from(set, 'base64');
        if (bytes.length > 2) this.#known.set(typeOf(bytes[0]!), bytes);
      }
    }
  }

  protected begins(data: Buffer, start: number, end: number): boolean {
    let at = start;
    let type = typeOf(data[at]!);
    if (type === nal.aggregation) {
      at += 4;
      if (at + 3 > end) return false;
      type = typeOf(data[at]!);
    } else if (type === nal.fragment) {
      if (end - start < 4 || (data[start + 2]! & 0x80) === 0) return false;
      type = data[start + 2]! & 0x3f;
      at = start + 1; // the slice header's first byte is behind the FU header
    }
    if (type >= nal.video) return true; // parameter sets, delimiter, SEI
    // first_slice_segment_in_pic_flag (§7.3.6.1)
    return at + 2 < end && (data[at + 2]! & 0x80) !== 0;
  }

  protected append(data: Buffer, start: number, end: number): boolean {
    if (end - start < 3 || data[start]! & 0x80) return false;
    const type = typeOf(data[start]!);
    if (type === nal.fragment) return this.#appendFragment(data, start, end);
    this.#abandonFragment();
    if (type === nal.aggregation) return this.#appendAggregate(data, start + 2, end);
    return type < nal.aggregation && this.#appendNal(data, start, end);
  }

  protected override onGap(): void {
    this.#abandonFragment();
  }

  protected isKeyframe(): boolean {
    this.#abandonFragment();
    return this.#keyframe;
  }

  /** Parameter sets may have come by SDP or once only. */
  protected override finished(): Buffer {
    if (!this.#keyframe || this.#hasParameters) return this.frame.view();
    const sets = parameterSets.flatMap(type => this.#known.get(type) ?? []);
    return Buffer.concat([...sets.flatMap(set => [startCode, set]), this.frame.view()]);
  }

  protected override onCleared(): void {
    this.#keyframe = this.#hasParameters = false;
    this.#fragmentStart = -1;
  }

  /** §4.4.2: 16-bit sizes and NAL units. */
  #appendAggregate(data: Buffer, start: number, end: number): boolean {
    for (let at = start; at < end;) {
      if (at + 2 > end) return false;
      const size = data.readUInt16BE(at);
      at += 2;
      if (size < 2 || at + size > end || !this.#appendNal(data, at, at + size)) return false;
      at += size;
    }
    return true;
  }

  /** §4.4.3 */
  #appendFragment(data: Buffer, start: number, end: number): boolean {
    if (end - start < 4) return false;
    const header = data[start + 2]!;
    if (header & 0x80) {
      this.#abandonFragment();
      this.#fragmentStart = this.frame.length;
      const first = (data[start]! & 0x81) | ((header & 0x3f) << 1);
      const begun =
        this.frame.append(startCode, 0, 4) &&
        this.frame.appendByte(first) &&
        this.frame.appendByte(data[start + 1]!);
      if (!begun) return false;
    } else if (this.#fragmentStart < 0) {
      return true; // its beginning was lost, which is known
    }
    if (!this.frame.append(data, start + 3, end)) return false;
    if (header & 0x40) {
      const at = this.#fragmentStart + 4;
      this.#fragmentStart = -1;
      this.#onNal(this.frame.view().subarray(at));
    }
    return true;
  }

  #appendNal(data: Buffer, start: number, end: number): boolean {
    if (!this.frame.append(startCode, 0, 4) || !this.frame.append(data, start, end)) return false;
    this.#onNal(data.subarray(start, end));
    return true;
  }

  #onNal(unit: Buffer): void {
    const type = typeOf(unit[0]!);
    if (type >= nal.firstIrap && type <= nal.lastIrap) this.#keyframe = true;
    if (!parameterSets.some(set => set === type)) return;
    if (type === nal.sequence) this.#hasParameters = true;
    if (!this.#known.get(type)?.equals(unit)) this.#known.set(type, Buffer.from(unit));
  }

  /** A fragment without its end is no NAL unit. */
  #abandonFragment(): void {
    if (this.#fragmentStart < 0) return;
    this.frame.truncate(this.#fragmentStart);
    this.#fragmentStart = -1;
  }
}

function typeOf(first: number): number {
  return (first >> 1) & 0x3f;
}
