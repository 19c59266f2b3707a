import { appendBits, FrameDepacketizer } from './frame-depacketizer.js';

/** RFC 4587 §4.1 */
const headerBytes = 4;

/**
 * H.261 out of RTP (RFC 4587). It has no pictures of a kind of their own that decoding could begin with: every
 * macroblock is sent whole now and then (ITU-T H.261 §3.4), so that each frame counts as one to begin with.
 */
export class H261Depacketizer extends FrameDepacketizer {
  protected begins(data: Buffer, start: number, end: number): boolean {
    // Picture start code: 0000 0000 0000 0001 0000, from bit SBIT on.
    if (end - start < headerBytes + 4) return false;
    const skip = data[start]! >> 5;
    const bits = data.readUInt32BE(start + headerBytes);
    return ((bits << skip) >>> 12) >>> 0 === 0x00010;
  }

  protected append(data: Buffer, start: number, end: number): boolean {
    if (end - start <= headerBytes) return false;
    const first = data[start]!;
    return appendBits(this.frame, data, start + headerBytes, end, first >> 5, (first >> 2) & 7);
  }

  protected isKeyframe(): boolean {
    return true;
  }
}
