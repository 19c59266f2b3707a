import { maxPacketBytes, type PayloadSink } from './h264-packetizer.js';
import { rtpHeaderBytes } from './packet.js';

const maxPayloadBytes = maxPacketBytes - rtpHeaderBytes;

/** Cuts frames into pieces of about equal size behind a descriptor; counts pictures in 15 bits. */
abstract class VpxPacketizer {
  readonly tooLarge = 0;
  readonly #scratch = Buffer.allocUnsafe(maxPayloadBytes);
  #picture = Math.floor(Math.random() * 0x8000);

  packetize(frame: Buffer, sink: PayloadSink): void {
    this.#picture = (this.#picture + 1) & 0x7fff;
    const room = maxPayloadBytes - this.largestDescriptor;
    const pieceBytes = Math.ceil(frame.length / Math.ceil(frame.length / room));
    for (let from = 0; from < frame.length; from += pieceBytes) {
      const to = Math.min(frame.length, from + pieceBytes);
      const scratch = this.#scratch;
      const at = this.describe(scratch, frame, this.#picture, from === 0, to === frame.length);
      frame.copy(scratch, at, from, to);
      sink(scratch.subarray(0, at + to - from), to === frame.length);
    }
  }

  protected abstract readonly largestDescriptor: number;
  /** Writes the descriptor of a piece; returns its length. */
  protected abstract describe(
    target: Buffer,
    frame: Buffer,
    picture: number,
    first: boolean,
    last: boolean,
  ): number;
}

/** RFC 7741 §4.2: X, S in the first piece, and a PictureID of 15 bits. */
export class Vp8Packetizer extends VpxPacketizer {
  protected readonly largestDescriptor = 4;

  protected describe(target: Buffer, _frame: Buffer, picture: number, first: boolean): number {
    target[0] = 0x80 | (first ? 0x10 : 0);
    target[1] = 0x80;
    target.writeUInt16BE(0x8000 | picture, 2);
    return 4;
  }
}

/** RFC 9628 §4.2: one layer, not flexible; with each keyframe its size. */
export class Vp9Packetizer extends VpxPacketizer {
  protected readonly largestDescriptor = 8;
  #size: Buffer = Buffer.alloc(4);

  protected describe(target: Buffer, frame: Buffer, picture: number, first: boolean, last: boolean): number {
    const keyframe = isVp9Keyframe(frame);
    if (keyframe && first) this.#size = sizeOf(frame) ?? this.#size;
    const structured = keyframe && first && this.#size.some(byte => byte !== 0);
    target[0] =
      0x81 | (keyframe ? 0 : 0x40) | (first ? 0x08 : 0) | (last ? 0x04 : 0) | (structured ? 0x02 : 0);
    target.writeUInt16BE(0x8000 | picture, 1);
    if (!structured) return 3;
    target[3] = 0x10; // one layer, with its size, no group of pictures
    this.#size.copy(target, 4);
    return 8;
  }
}

/** VP9 bitstream §6.2, profiles 0 to 2: frame marker, profile, show_existing_frame 0, frame_type 0. */
export function isVp9Keyframe(frame: Buffer): boolean {
  return frame.length > 0 && (frame[0]! & 0xcc) === 0x80;
}

/** Width and height of a keyframe of profile 0, 16 bits each (§6.2.2 and §6.2.3). */
function sizeOf(frame: Buffer): Buffer | null {
  // Marker 2, profile 2, flags 4; sync code 24; colour space 3, range 1 (not for RGB); then both less one.
  if (frame.length < 9 || frame[1] !== 0x49 || frame[2] !== 0x83 || frame[3] !== 0x42) return null;
  const bits = frame.readUInt32BE(4) * 0x100 + frame[8]!;
  const width = Math.floor(bits / 2 ** 20) & 0xffff;
  const height = Math.floor(bits / 2 ** 4) & 0xffff;
  const size = Buffer.alloc(4);
  size.writeUInt16BE((width + 1) & 0xffff, 0);
  size.writeUInt16BE((height + 1) & 0xffff, 2);
  return size;
}
