import { categorize, noiseCategory, regionLength, regions } from './categories.js';
import { envelopeCodes, noCode, readCode, vectorCodes } from './codes.js';
import { BitReader } from './bit-reader.js';
import { InverseLappedTransform, frameLength } from './transform.js';

/** What is sent of the first region is its power in steps of 3 dB, and so much more. */
const powerOffset = 7;
const lowestPower = -8 - powerOffset;
const highestPower = 31 - powerOffset;
/** Each further region is sent as the difference to the one before it, and so much more. */
const differenceOffset = 12;

/** Of each category: how many coefficients one code word holds, and their levels, in units of the region's rms. */
const vectorLengths = [2, 2, 2, 4, 4, 5, 5];
const levels = [
  [0, 0.392, 0.761, 1.12, 1.477, 1.832, 2.183, 2.541, 2.893, 3.245, 3.598, 3.942, 4.288, 4.724],
  [0, 0.544, 1.06, 1.563, 2.068, 2.571, 3.072, 3.562, 4.07, 4.62],
  [0, 0.746, 1.464, 2.18, 2.882, 3.584, 4.316],
  [0, 1.006, 2, 2.993, 3.985],
  [0, 1.321, 2.703, 3.983],
  [0, 1.657, 3.491],
  [0, 1.964],
];
/** What stands for a coefficient of nothing, in units of the region's rms: absent where 0 is meant. */
const noise = [0, 0, 0, 0, 0, 0.176777, 0.25, 0.707107];

/** Makes 16-bit samples: of the transform, and of powers that are sent 27 dB too low. */
const scale = Math.sqrt(2 / frameLength) * 2 ** 4.5;

/**
 * ITU-T G.722.1 at 16 kHz (7 kHz of sound), a frame of 20 ms at a time: 60 bytes at 24 kbit/s, 80 at 32 kbit/s
 * (RFC 5577 §3). Written here since FFmpeg's decoder of its ancestor Siren 7 divides the bits in another way.
 */
export class G7221Decoder {
  readonly #bits = new BitReader();
  readonly #transform = new InverseLappedTransform();
  readonly #powers = new Int32Array(regions);
  readonly #categories = new Int32Array(regions);
  readonly #coefficients = new Float64Array(frameLength);
  readonly #samples = new Float64Array(frameLength);
  readonly #pcm = new Int16Array(frameLength);
  readonly #seeds = [1, 1, 1, 1];

  /** The samples, valid until the next call. null: it is damaged. */
  decode(frame: Uint8Array): Int16Array | null {
    if (!this.#read(frame)) return null;
    this.#transform.convert(this.#coefficients, scale, this.#samples);
    for (let i = 0; i < frameLength; i++) {
      const value = Math.round(this.#samples[i]!);
      this.#pcm[i] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
    }
    return this.#pcm;
  }

  close(): void {}

  #read(frame: Uint8Array): boolean {
    const bits = this.#bits;
    bits.start(frame);
    if (!this.#readPowers()) return false;
    const control = bits.read(4);
    categorize(this.#powers, bits.left, control, this.#categories);
    this.#coefficients.fill(0);
    let ranOut = false;
    for (let region = 0; region < regions; region++) {
      // Nothing but noise above the region in which the bits ended.
      if (!ranOut) ranOut = !this.#readRegion(region);
      this.#fillWithNoise(region, ranOut ? noiseCategory : this.#categories[region]!);
    }
    // §5.7: the last categorisation may run out; what is left over otherwise are ones.
    if (ranOut) return control === 15;
    while (bits.left > 0) if (bits.read(1) === 0) return false;
    return true;
  }

  #readPowers(): boolean {
    const powers = this.#powers;
    powers[0] = this.#bits.read(5) - powerOffset;
    for (let region = 1; region < regions; region++) {
      const difference = readCode(envelopeCodes[region - 1]!, this.#bits);
      if (difference === noCode) return false;
      powers[region] = powers[region - 1]! + difference - differenceOffset;
    }
    return this.#bits.left >= 4 && powers.every(power => power >= lowestPower && power <= highestPower);
  }

  /** False: the bits ended. */
  #readRegion(region: number): boolean {
    const category = this.#categories[region]!;
    if (category === noiseCategory) return true;
    const rms = 2 ** (this.#powers[region]! / 2);
    const length = vectorLengths[category]!;
    const level = levels[category]!;
    const start = region * regionLength;
    for (let at = start; at < start + regionLength; at += length) {
      let word = readCode(vectorCodes[category]!, this.#bits);
      if (word === noCode) return false;
      for (let i = length - 1; i >= 0; i--) {
        this.#coefficients[at + i] = level[word % level.length]!;
        word = Math.floor(word / level.length);
      }
      for (let i = at; i < at + length; i++) {
        if (this.#coefficients[i] === 0) continue;
        if (this.#bits.left < 1) return false;
        this.#coefficients[i]! *= this.#bits.read(1) === 1 ? rms : -rms;
      }
    }
    return true;
  }

  #fillWithNoise(region: number, category: number): void {
    const size = noise[category]! * 2 ** (this.#powers[region]! / 2);
    if (size === 0) return;
    const start = region * regionLength;
    for (let from = start; from < start + regionLength; from += 10) {
      let signs = this.#random();
      for (let i = from; i < from + 10; i++) {
        if (category !== noiseCategory && this.#coefficients[i] !== 0) continue;
        this.#coefficients[i] = (signs & 1) === 1 ? size : -size;
        signs >>= 1;
      }
    }
  }

  /** 16 bits that are as good as any. */
  #random(): number {
    const seeds = this.#seeds;
    let next = (seeds[0]! + seeds[3]!) & 0xffff;
    if ((next & 0x8000) !== 0) next = (next + 1) & 0xffff;
    seeds.copyWithin(0, 1);
    seeds[3] = next;
    return next;
  }
}
