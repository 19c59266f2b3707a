/** What a muxer must know of an H.264 sequence parameter set (ITU-T H.264 §7.3.2.1.1). */
export interface SequenceParameterSet {
  profile: number;
  /** constraint_set flags, the byte between profile and level. */
  compatibility: number;
  /** level_idc: 40 is level 4. */
  level: number;
  chromaFormat: number;
  bitDepthLuma: number;
  bitDepthChroma: number;
  /** Pixels, after cropping. */
  width: number;
  height: number;
}

/** Profiles whose SPS tells the chroma format (§7.3.2.1.1). */
const highProfiles = new Set([44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244]);
/** MaxFS of level 6.2 in macroblocks, and the longest side that it allows (§A.3.1). */
const maxFrameMacroblocks = 139_264;
const maxSideMacroblocks = 1056;

/** @returns null when the bytes are not a sequence parameter set that a picture can have. */
export function parseSequenceParameterSet(nal: Uint8Array): SequenceParameterSet | null {
  if (nal.length < 5 || (nal[0]! & 0x1f) !== 7) return null;
  const bits = new BitReader(withoutEmulationPrevention(nal.subarray(1)));
  const profile = bits.read(8);
  const compatibility = bits.read(8);
  const level = bits.read(8);
  bits.exponentialGolomb(); // seq_parameter_set_id

  let chromaFormat = 1;
  let separatePlanes = false;
  let bitDepthLuma = 8;
  let bitDepthChroma = 8;
  if (highProfiles.has(profile)) {
    chromaFormat = bits.exponentialGolomb();
    if (chromaFormat === 3) separatePlanes = bits.read(1) === 1;
    bitDepthLuma = 8 + bits.exponentialGolomb();
    bitDepthChroma = 8 + bits.exponentialGolomb();
    bits.read(1); // qpprime_y_zero_transform_bypass_flag
    if (bits.read(1) === 1) skipScalingMatrix(bits, chromaFormat);
  }
  bits.exponentialGolomb(); // log2_max_frame_num_minus4
  skipPictureOrderCount(bits);
  bits.exponentialGolomb(); // max_num_ref_frames
  bits.read(1); // gaps_in_frame_num_value_allowed_flag
  const macroblocksWide = bits.exponentialGolomb() + 1;
  const mapUnitsHigh = bits.exponentialGolomb() + 1;
  const framesOnly = bits.read(1);
  if (framesOnly === 0) bits.read(1); // mb_adaptive_frame_field_flag
  bits.read(1); // direct_8x8_inference_flag
  const crop = { left: 0, right: 0, top: 0, bottom: 0 };
  if (bits.read(1) === 1) {
    crop.left = bits.exponentialGolomb();
    crop.right = bits.exponentialGolomb();
    crop.top = bits.exponentialGolomb();
    crop.bottom = bits.exponentialGolomb();
  }

  const macroblocksHigh = mapUnitsHigh * (2 - framesOnly);
  const cropX = !separatePlanes && (chromaFormat === 1 || chromaFormat === 2) ? 2 : 1;
  const cropY = (!separatePlanes && chromaFormat === 1 ? 2 : 1) * (2 - framesOnly);
  const width = macroblocksWide * 16 - cropX * (crop.left + crop.right);
  const height = macroblocksHigh * 16 - cropY * (crop.top + crop.bottom);
  if (bits.exhausted || chromaFormat > 3 || bitDepthLuma > 14 || bitDepthChroma > 14) return null;
  if (Math.max(macroblocksWide, macroblocksHigh) > maxSideMacroblocks) return null;
  if (macroblocksWide * macroblocksHigh > maxFrameMacroblocks) return null;
  if (width < 1 || height < 1) return null;
  return { profile, compatibility, level, chromaFormat, bitDepthLuma, bitDepthChroma, width, height };
}

/** §7.3.2.1.1.1; the lists themselves do not matter here. */
function skipScalingMatrix(bits: BitReader, chromaFormat: number): void {
  for (let list = 0; list < (chromaFormat === 3 ? 12 : 8); list++) {
    if (bits.read(1) === 0) continue;
    let last = 8;
    let next = 8;
    for (let index = 0; index < (list < 6 ? 16 : 64) && next !== 0; index++) {
      next = (last + bits.signedExponentialGolomb() + 256) & 0xff;
      if (next !== 0) last = next;
    }
  }
}

function skipPictureOrderCount(bits: BitReader): void {
  const type = bits.exponentialGolomb();
  if (type === 0) bits.exponentialGolomb(); // log2_max_pic_order_cnt_lsb_minus4
  if (type !== 1) return;
  bits.read(1); // delta_pic_order_always_zero_flag
  bits.exponentialGolomb(); // offset_for_non_ref_pic, signed: same length
  bits.exponentialGolomb(); // offset_for_top_to_bottom_field
  const cycle = bits.exponentialGolomb();
  for (let index = 0; index < cycle && !bits.exhausted; index++) bits.exponentialGolomb();
}

/** §7.4.1.1: 00 00 03 stands for 00 00. */
function withoutEmulationPrevention(bytes: Uint8Array): Uint8Array {
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  let zeroRun = 0;
  for (const byte of bytes) {
    if (zeroRun >= 2 && byte === 3) {
      zeroRun = 0;
      continue;
    }
    zeroRun = byte === 0 ? zeroRun + 1 : 0;
    plain[length++] = byte;
  }
  return plain.subarray(0, length);
}

/** Past the end it reads zeros and says so in `exhausted`: bytes are hostile, and every loop must end. */
class BitReader {
  #position = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get exhausted(): boolean {
    return this.#position > this.bytes.length * 8;
  }

  read(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) {
      const byte = this.bytes[this.#position >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.#position & 7))) & 1);
      this.#position++;
    }
    return value;
  }

  /** ue(v), §9.1; more than 31 leading zeros are no legal value and count as the end. */
  exponentialGolomb(): number {
    let zerosBefore = 0;
    while (zerosBefore < 32 && !this.exhausted && this.read(1) === 0) zerosBefore++;
    if (zerosBefore === 32 || this.exhausted) {
      this.#position = this.bytes.length * 8 + 1;
      return 0;
    }
    return 2 ** zerosBefore - 1 + this.read(zerosBefore);
  }

  /** se(v), §9.1.1 */
  signedExponentialGolomb(): number {
    const code = this.exponentialGolomb();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}
