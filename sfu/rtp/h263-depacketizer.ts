import { appendBits, FrameDepacketizer } from './frame-depacketizer.js';
import { parseH263Picture } from './h263-picture.js';

/** H.263 out of RTP as rooms of the nineties send it (RFC 2190): static payload type 34. */
export class H263Depacketizer extends FrameDepacketizer {
  protected begins(data: Buffer, start: number, end: number): boolean {
    const at = start + headerBytes(data[start]!);
    return at + 3 <= end && data[at] === 0 && data[at + 1] === 0 && (data[at + 2]! & 0xfc) === 0x80;
  }

  protected append(data: Buffer, start: number, end: number): boolean {
    const first = data[start]!;
    const at = start + headerBytes(first);
    return at < end && appendBits(this.frame, data, at, end, (first >> 3) & 7, first & 7);
  }

  protected isKeyframe(): boolean {
    return parseH263Picture(this.frame.view())?.intra ?? false;
  }
}

/** §5.1–5.3: modes A, B and C. */
function headerBytes(first: number): number {
  return (first & 0x80) === 0 ? 4 : (first & 0x40) === 0 ? 8 : 12;
}
