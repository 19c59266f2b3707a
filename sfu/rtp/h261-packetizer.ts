import { forEachPiece, largestPieceBytes } from './h263-packetizer.js';
import { maxPacketBytes, type PayloadSink } from './h264-packetizer.js';
import { rtpHeaderBytes } from './packet.js';

const headerBytes = 4;
const maxBits = (maxPacketBytes - rtpHeaderBytes - headerBytes - 1) * 8;

/**
 * RFC 4587: cut in front of groups of blocks, which begin at any bit, so that GOBN, MBAP, QUANT and the vectors
 * are 0 (§4.1). A group that is too large for a packet goes as one that IP cuts.
 */
export class H261Packetizer {
  tooLarge = 0;
  readonly #scratch = Buffer.allocUnsafe(headerBytes + largestPieceBytes);

  packetize(picture: Buffer, sink: PayloadSink): void {
    const scratch = this.#scratch;
    scratch.fill(0, 0, headerBytes);
    const end = picture.length * 8;
    forEachPiece([...groupStarts(picture), end], maxBits, (from, to) => {
      const [first, last] = [from >> 3, (to + 7) >> 3];
      if (last - first > largestPieceBytes) {
        this.tooLarge++;
        return;
      }
      const [skip, drop] = [from & 7, (8 - (to & 7)) & 7];
      scratch[0] = (skip << 5) | (drop << 2) | 1; // V: motion vectors may be used
      picture.copy(scratch, headerBytes, first, last);
      sink(scratch.subarray(0, headerBytes + last - first), to === end);
    });
  }
}

/** At which bits the start codes 0000 0000 0000 0001 stand (ITU-T H.261 §4.2.2.1); no other bits look like them. */
function groupStarts(picture: Buffer): number[] {
  const starts: number[] = [];
  let zeros = 0;
  for (let at = 0; at < picture.length; at++) {
    const byte = picture[at]!;
    if (byte === 0) {
      zeros += 8;
      continue;
    }
    const leading = Math.clz32(byte) - 24;
    // The picture's own first start code has what the encoder filled up with in front of it.
    if (zeros + leading >= 15) starts.push(starts.length === 0 ? 0 : at * 8 + leading - 15);
    const trailing = 31 - Math.clz32(byte & -byte);
    zeros = trailing;
  }
  return starts.length > 0 ? starts : [0];
}
