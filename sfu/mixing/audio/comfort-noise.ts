import { Upsampler } from './rate-converter.js';

/** 0 dBov: the square of the root mean square of what cannot be louder. */
const fullScale = 32_768;
/** RFC 3389 §3: more coefficients than a codec of ours has use for are left out. */
const mostCoefficients = 12;
/** From the 8 kHz at which noise is described to the mixer's rate. */
const factor = 6;

/** The noise of a silent room as RFC 3389 describes it: heard once, made for as long as it lasts. */
export class ComfortNoise {
  /** -dBov: 0 loud … 127 silent. */
  level = 127;
  /** Of 1 / (1 + a₁z⁻¹ + …). */
  readonly #filter = new Float64Array(mostCoefficients);
  #order = 0;
  /** Excitation that gives noise of `level` behind the filter. */
  #amplitude = 0;
  readonly #memory = new Float64Array(mostCoefficients);
  #narrow = new Int16Array(0);
  readonly #upsampler = new Upsampler(factor);
  #random = 1;

  /** A payload of the noise's level and, where the sender took the trouble, its spectrum (§3.1, §3.2). */
  describe(payload: Uint8Array): void {
    if (payload.length === 0) return;
    this.level = payload[0]! & 0x7f;
    this.#order = Math.min(payload.length - 1, mostCoefficients);
    // The lattice's reflection coefficients, step by step into those of the direct form.
    const a = this.#filter;
    let gain = 1;
    for (let m = 0; m < this.#order; m++) {
      const k = (258 * (payload[m + 1]! - 127)) / 32_768;
      gain *= 1 - k * k;
      for (let i = 0, j = m - 1; i <= j; i++, j--) {
        const low = a[i]!;
        a[i] = low + k * a[j]!;
        if (i !== j) a[j]! += k * low;
      }
      a[m] = k;
    }
    // An even distribution of amplitude 1 has a third of the power.
    this.#amplitude = fullScale * 10 ** (-this.level / 20) * Math.sqrt(3 * Math.max(gain, 0));
    this.#memory.fill(0);
  }

  /** Valid until the next call. */
  make(samples: number): Int16Array {
    const count = Math.ceil(samples / factor);
    if (this.#narrow.length < count) this.#narrow = new Int16Array(count);
    const narrow = this.#narrow.subarray(0, count);
    const memory = this.#memory;
    for (let n = 0; n < count; n++) {
      this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) | 0;
      let value = (this.#random / 0x80000000) * this.#amplitude;
      for (let i = 0; i < this.#order; i++) value -= this.#filter[i]! * memory[i]!;
      memory.copyWithin(1, 0, this.#order - 1);
      memory[0] = value;
      narrow[n] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : Math.round(value);
    }
    return this.#upsampler.convert(narrow).subarray(0, samples);
  }
}

/** The payload that says how loud silence is, without a spectrum: white (§3.1). */
export function describeSilence(level: number): Buffer {
  return Buffer.of(level & 0x7f);
}
