import { parseH263Picture } from './h263-picture.js';
import { maxPacketBytes, type PayloadSink } from './h264-packetizer.js';
import { rtpHeaderBytes } from './packet.js';

const maxPayloadBytes = maxPacketBytes - rtpHeaderBytes;
/** A group of blocks that is too large for a packet goes as one that IP cuts; beyond this it is dropped. */
export const largestPieceBytes = 8000;

/** RFC 4629: a header of two bytes, and the zeros of the picture's start code left out. */
export class H263PlusPacketizer {
  readonly tooLarge = 0;
  readonly #scratch = Buffer.allocUnsafe(maxPayloadBytes);

  packetize(picture: Buffer, sink: PayloadSink): void {
    const begins = parseH263Picture(picture) !== null;
    const pieceBytes = maxPayloadBytes - 2;
    for (let from = begins ? 2 : 0; from < picture.length; from += pieceBytes) {
      const to = Math.min(picture.length, from + pieceBytes);
      const scratch = this.#scratch;
      scratch[0] = begins && from === 2 ? 0x04 : 0;
      scratch[1] = 0;
      picture.copy(scratch, 2, from, to);
      sink(scratch.subarray(0, 2 + to - from), to === picture.length);
    }
  }
}

/**
 * RFC 2190 mode A (§5.1): cut in front of groups of blocks, each of which the encoder has to begin at a byte with
 * its start code (FFmpeg's `ps=1`).
 */
export class H263Packetizer {
  tooLarge = 0;
  readonly #scratch = Buffer.allocUnsafe(4 + largestPieceBytes);

  packetize(picture: Buffer, sink: PayloadSink): void {
    const header = parseH263Picture(picture);
    if (!header) {
      this.tooLarge++;
      return;
    }
    const scratch = this.#scratch;
    scratch.fill(0, 0, 4);
    // SRC, I (0: intra), U, S, A
    scratch[1] = (header.sourceFormat << 5) | (header.intra ? 0 : 0x10) | (header.options << 1);
    const cuts = [...groupStarts(picture), picture.length];
    forEachPiece(cuts, maxPayloadBytes - 4, (from, to) => {
      if (to - from > largestPieceBytes) {
        this.tooLarge++;
        return;
      }
      picture.copy(scratch, 4, from, to);
      sink(scratch.subarray(0, 4 + to - from), to === picture.length);
    });
  }
}

/** Joins neighbours between `cuts` to pieces of at most `most`, one by itself where it is larger. */
export function forEachPiece(
  cuts: readonly number[],
  most: number,
  onPiece: (from: number, to: number) => void,
): void {
  let from = cuts[0]!;
  for (let n = 1; n < cuts.length; n++) {
    const next = cuts[n + 1];
    if (next === undefined || next - from > most) {
      onPiece(from, cuts[n]!);
      from = cuts[n]!;
    }
  }
}

/** Where the start codes 0000 0000 0000 0000 1 stand (ITU-T H.263 §5.2.2). */
function groupStarts(picture: Buffer): number[] {
  const starts = [0];
  for (let at = picture.indexOf('\0\0', 1, 'latin1'); at >= 0 && at + 2 < picture.length;) {
    if (picture[at + 2]! & 0x80) starts.push(at);
    at = picture.indexOf('\0\0', at + 1, 'latin1');
  }
  return starts;
}
