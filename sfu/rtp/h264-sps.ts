import { BitReader } from './bits.js';

/** What a sequence parameter set says of the picture (ITU-T H.264 §7.3.2.1.1, §7.4.2.1.1, Annex A, E). */
export interface H264Sps {
  profileIdc: number;
  constraints: number;
  levelIdc: number;
  /** Pixels, after cropping. */
  width: number;
  height: number;
  referenceFrames: number;
  interlaced: boolean;
  /** Length of frame_num in slice headers, bits. */
  frameNumberBits: number;
  /** pic_order_cnt_type: 2 when frame_num alone gives the order. */
  orderType: number;
}

/** `nal` begins with the NAL header (type 7), no start code. Null when malformed or absurd. */
export function parseSps(nal: Uint8Array): H264Sps | null {
  if (nal.length < 5 || (nal[0]! & 0x1f) !== 7) return null;
  const bits = new BitReader(withoutEmulation(nal.subarray(1, 1024)));
  const profileIdc = bits.read(8);
  const constraints = bits.read(8);
  const levelIdc = bits.read(8);
  bits.unsigned(); // seq_parameter_set_id
  let chromaFormat = 1;
  let separatePlanes = 0;
  if ([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135].includes(profileIdc)) {
    chromaFormat = bits.unsigned();
    if (chromaFormat === 3) separatePlanes = bits.read(1);
    bits.unsigned(); // bit_depth_luma_minus8
    bits.unsigned(); // bit_depth_chroma_minus8
    bits.read(1); // qpprime_y_zero_transform_bypass_flag
    if (bits.read(1)) {
      const lists = chromaFormat === 3 ? 12 : 8;
      for (let i = 0; i < lists; i++) if (bits.read(1)) skipScalingList(bits, i < 6 ? 16 : 64);
    }
  }
  const frameNumberBits = bits.unsigned() + 4;
  const orderType = bits.unsigned();
  if (orderType === 0) {
    bits.unsigned();
  } else if (orderType === 1) {
    bits.read(1);
    bits.signed();
    bits.signed();
    const cycle = bits.unsigned();
    for (let i = 0; i < cycle && i < 256; i++) bits.signed();
  }
  const referenceFrames = bits.unsigned();
  bits.read(1); // gaps_in_frame_num_value_allowed_flag
  const widthInMacroblocks = bits.unsigned() + 1;
  const heightInMapUnits = bits.unsigned() + 1;
  const framesOnly = bits.read(1);
  if (!framesOnly) bits.read(1); // mb_adaptive_frame_field_flag
  bits.read(1); // direct_8x8_inference_flag
  let left = 0;
  let right = 0;
  let top = 0;
  let bottom = 0;
  if (bits.read(1)) {
    left = bits.unsigned();
    right = bits.unsigned();
    top = bits.unsigned();
    bottom = bits.unsigned();
  }
  if (bits.overrun || chromaFormat > 3 || frameNumberBits > 16) return null;

  // §7.4.2.1.1: cropping counts in chroma samples, and in pairs of lines for interlaced pictures.
  const chroma = separatePlanes ? 0 : chromaFormat;
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1;
  const cropY = (chroma === 1 ? 2 : 1) * (2 - framesOnly);
  const width = widthInMacroblocks * 16 - (left + right) * cropX;
  const height = heightInMapUnits * 16 * (2 - framesOnly) - (top + bottom) * cropY;
  if (width < 1 || height < 1 || width > 16384 || height > 16384) return null;
  const picture = { width, height, referenceFrames, interlaced: !framesOnly };
  return { profileIdc, constraints, levelIdc, ...picture, frameNumberBits, orderType };
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.signed() + 256) & 255;
    last = next === 0 ? last : next;
  }
}

/** Takes off the emulation prevention bytes (§7.4.1). */
function withoutEmulation(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length);
  let length = 0;
  let zeros = 0;
  for (const byte of data) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}
