/** Samples and coefficients of a frame: 20 ms at 16 kHz. */
export const frameLength = 320;

const half = frameLength / 2;
/** A DFT of 160 is sixteen of 10, and ten of 16. */
const rows = 16;
const columns = 10;

/** cos and sin of -2π i / length. */
function roots(length: number): { cos: Float64Array; sin: Float64Array } {
  const angles = Float64Array.from({ length }, (_, i) => (-2 * Math.PI * i) / length);
  return { cos: angles.map(Math.cos), sin: angles.map(Math.sin) };
}

const root = roots(half);
const twistAngles = Float64Array.from(
  { length: half },
  (_, n) => (-Math.PI * (4 * n + 1)) / (4 * frameLength),
);
const twistCos = twistAngles.map(Math.cos);
const twistSin = twistAngles.map(Math.sin);
const window = Float64Array.from({ length: frameLength }, (_, i) =>
  Math.sin(((i + 0.5) * Math.PI) / (2 * frameLength)),
);

/** ITU-T G.722.1 §6.5: coefficients to samples, each frame overlapping the one before it by half of a transform. */
export class InverseLappedTransform {
  readonly #real = new Float64Array(half);
  readonly #imaginary = new Float64Array(half);
  readonly #columnReal = new Float64Array(half);
  readonly #columnImaginary = new Float64Array(half);
  readonly #new = new Float64Array(frameLength);
  readonly #old = new Float64Array(half);

  /** `samples` receives `coefficients` times `gain`. */
  convert(coefficients: Float64Array, gain: number, samples: Float64Array): void {
    this.#transform(coefficients);
    const fresh = this.#new;
    const old = this.#old;
    for (let i = 0; i < half; i++) {
      const mirrored = half - 1 - i;
      samples[i] = gain * (window[i]! * fresh[mirrored]! + window[frameLength - 1 - i]! * old[i]!);
      samples[half + i] = gain * (window[half + i]! * fresh[i]! - window[mirrored]! * old[mirrored]!);
    }
    old.set(fresh.subarray(half));
  }

  /** A discrete cosine transform of type IV, by a complex DFT of half of its length. */
  #transform(input: Float64Array): void {
    const real = this.#real;
    const imaginary = this.#imaginary;
    for (let k = 0; k < half; k++) {
      const a = input[2 * k]!;
      const b = input[frameLength - 1 - 2 * k]!;
      real[k] = a * twistCos[k]! - b * twistSin[k]!;
      imaginary[k] = a * twistSin[k]! + b * twistCos[k]!;
    }
    this.#fourier();
    const out = this.#new;
    for (let n = 0; n < half; n++) {
      const a = real[n]!;
      const b = imaginary[n]!;
      out[2 * n] = a * twistCos[n]! - b * twistSin[n]!;
      out[frameLength - 1 - 2 * n] = -(a * twistSin[n]! + b * twistCos[n]!);
    }
  }

  /** In place (Cooley and Tukey): index `10 row + column` in, `row + 16 column` out. */
  #fourier(): void {
    const real = this.#real;
    const imaginary = this.#imaginary;
    const columnReal = this.#columnReal;
    const columnImaginary = this.#columnImaginary;
    for (let column = 0; column < columns; column++) {
      for (let k = 0; k < rows; k++) {
        let sumReal = 0;
        let sumImaginary = 0;
        // The twiddle of this place and the turn within the column, as one root of 160.
        for (let row = 0, at = (column * k) % half; row < rows; row++, at = (at + columns * k) % half) {
          const a = real[columns * row + column]!;
          const b = imaginary[columns * row + column]!;
          sumReal += a * root.cos[at]! - b * root.sin[at]!;
          sumImaginary += a * root.sin[at]! + b * root.cos[at]!;
        }
        columnReal[columns * k + column] = sumReal;
        columnImaginary[columns * k + column] = sumImaginary;
      }
    }
    for (let k = 0; k < rows; k++) {
      for (let n = 0; n < columns; n++) {
        let sumReal = 0;
        let sumImaginary = 0;
        for (let column = 0, at = 0; column < columns; column++, at = (at + rows * n) % half) {
          const a = columnReal[columns * k + column]!;
          const b = columnImaginary[columns * k + column]!;
          sumReal += a * root.cos[at]! - b * root.sin[at]!;
          sumImaginary += a * root.sin[at]! + b * root.cos[at]!;
        }
        real[k + rows * n] = sumReal;
        imaginary[k + rows * n] = sumImaginary;
      }
    }
  }
}
