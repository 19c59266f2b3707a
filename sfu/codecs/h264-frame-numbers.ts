import { BitReader, overwriteBits } from '../rtp/bits.js';
import { nalType } from '../rtp/h264-nal.js';
import { parseSps } from '../rtp/h264-sps.js';

const startCode = Buffer.from([0, 0, 1]);
/** first_mb_in_slice, slice_type, pic_parameter_set_id and frame_num are within so many bytes. */
const mostHeaderBytes = 16;

/**
 * Lets frame_num (ITU-T H.264 §7.4.3) run on over pictures that are missing, where it alone gives the order
 * (pic_order_cnt_type 2). A decoder that missed the picture at which it wraps takes all that follow for old ones, and
 * shows none of them before the next IDR picture. Without the gap they refer to the last picture that came instead,
 * as if those between had shown the same: what concealment would do.
 */
export class FrameNumbers {
  /** Of frame_num; 0: nothing is known of the stream, or it is another kind. */
  #bits = 0;
  /** How many numbers are missing since the last IDR picture. */
  #shift = 0;
  /** Of the picture before, as it came; -1: there is none. */
  #last = -1;
  #lastIsReference = false;

  /** For each access unit (Annex B) before it is decoded: closes the gap before it, in place. */
  closeGap(accessUnit: Buffer): void {
    let at = accessUnit.indexOf(startCode);
    while (at >= 0) {
      const start = at + startCode.length;
      const type = accessUnit[start]! & 0x1f;
      if (type === nalType.sequenceParameters) this.#onSequence(accessUnit.subarray(start));
      const isSlice = type === nalType.slice || type === nalType.idrSlice;
      if (isSlice && !this.#onSlice(accessUnit, start)) return;
      at = accessUnit.indexOf(startCode, start);
    }
  }

  #onSequence(nal: Buffer): void {
    const sequence = parseSps(nal);
    const ordered = sequence?.orderType === 2 && !sequence.interlaced;
    this.#bits = ordered ? sequence.frameNumberBits : 0;
  }

  /** False: nothing is to be changed in this picture. */
  #onSlice(data: Buffer, start: number): boolean {
    if (this.#bits === 0) return false;
    const header = data.subarray(start + 1, start + 1 + mostHeaderBytes);
    const bits = new BitReader(header);
    const firstMacroblock = bits.unsigned();
    bits.unsigned(); // slice_type
    bits.unsigned(); // pic_parameter_set_id
    const { position } = bits;
    const number = bits.read(this.#bits);
    if (bits.overrun) return false;
    const mask = (1 << this.#bits) - 1;
    // Without its first slice a picture is known by its number alone.
    if (firstMacroblock === 0 || number !== this.#last) {
      const expected = this.#last + (this.#lastIsReference ? 1 : 0);
      const idr = (data[start]! & 0x1f) === nalType.idrSlice;
      this.#shift = idr || this.#last < 0 ? 0 : (this.#shift + number - expected) & mask;
      this.#last = number;
      this.#lastIsReference = (data[start]! & 0x60) !== 0;
    }
    if (this.#shift === 0) return false;
    // §7.4.1: three bytes that must not be there, or are changed if they would be. Then the gap stays.
    const around = header.subarray(0, (bits.position >> 3) + 3);
    if (needsCare(around)) return true;
    overwriteBits(around, position, (number - this.#shift) & mask, this.#bits);
    if (needsCare(around)) overwriteBits(around, position, number, this.#bits);
    return true;
  }
}

/** Emulation prevention, or what would need it. */
function needsCare(bytes: Buffer): boolean {
  for (let at = 2; at < bytes.length; at++) {
    if (bytes[at]! <= 3 && bytes[at - 1] === 0 && bytes[at - 2] === 0) return true;
  }
  return false;
}
