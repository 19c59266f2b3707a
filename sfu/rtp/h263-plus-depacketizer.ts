import { FrameDepacketizer } from './frame-depacketizer.js';
import { parseH263Picture } from './h263-picture.js';

const zeros = Buffer.alloc(2);

/** H.263 in all its versions out of RTP (RFC 4629): `H263-1998`, `H263-2000`. */
export class H263PlusDepacketizer extends FrameDepacketizer {
  protected begins(data: Buffer, start: number, end: number): boolean {
    const at = payloadStart(data, start, end);
    return at >= 0 && (data[start]! & 0x04) !== 0 && (data[at]! & 0xfc) === 0x80;
  }

  protected append(data: Buffer, start: number, end: number): boolean {
    const at = payloadStart(data, start, end);
    if (at < 0) return false;
    // §5.1: with P the two zero bytes of a start code were left out.
    if ((data[start]! & 0x04) !== 0 && !this.frame.append(zeros, 0, 2)) return false;
    return this.frame.append(data, at, end);
  }

  protected isKeyframe(): boolean {
    return parseH263Picture(this.frame.view())?.intra ?? false;
  }
}

/** Behind the header of two bytes, the one of video redundancy (V) and the repeated picture header (PLEN); -1: none. */
function payloadStart(data: Buffer, start: number, end: number): number {
  if (end - start < 3) return -1;
  const redundancy = (data[start]! >> 1) & 1;
  const repeated = ((data[start]! & 1) << 5) | (data[start + 1]! >> 3);
  const at = start + 2 + redundancy + repeated;
  return at < end ? at : -1;
}
