/**
 * Changes the sample rate of mono PCM by a whole factor, up or down, by a polyphase low-pass filter (windowed sinc,
 * Kaiser). Each call gives exactly `factor` times as many samples, or as few: no queue, no seam between calls.
 */
const tapsPerPhase = 24;
/** About 60 dB of stop band. */
const kaiserBeta = 5.65;
/** Of the narrower band: leaves the filter room to fall off before the image begins. */
const passBand = 0.92;
/** Below this (-72 dBov) is the idle noise of a codec: most rooms are silent most of the time, and cost nothing. */
const idle = 8;

/** Symmetric low-pass of the higher rate, for cutoff at half of the lower; sums to `factor`. */
function lowPass(factor: number): Float64Array {
  const length = tapsPerPhase * factor;
  const taps = new Float64Array(length);
  const middle = (length - 1) / 2;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const x = (i - middle) / factor;
    const sinc = x === 0 ? passBand : Math.sin(Math.PI * x * passBand) / (Math.PI * x);
    const position = (i - middle) / middle;
    taps[i] = sinc * (bessel(kaiserBeta * Math.sqrt(1 - position * position)) / bessel(kaiserBeta));
    sum += taps[i]!;
  }
  for (let i = 0; i < length; i++) taps[i] = (taps[i]! * factor) / sum;
  return taps;
}

/** The modified Bessel function of the first kind and order zero. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-9; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/**
 * The filter's output at one place. Four sums side by side: a processor adds them at once where one would have to
 * wait for itself. The number of taps is a multiple of 4.
 */
function dot(input: Float64Array, start: number, taps: Float64Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0, i = start; k < taps.length; k += 4, i += 4) {
    a += input[i]! * taps[k]!;
    b += input[i + 1]! * taps[k + 1]!;
    c += input[i + 2]! * taps[k + 2]!;
    d += input[i + 3]! * taps[k + 3]!;
  }
  return a + b + (c + d);
}

function clamp(value: number): number {
  return value > 32767 ? 32767 : value < -32768 ? -32768 : Math.round(value);
}

/** From `rate` to `rate * factor`. */
export class Upsampler {
  readonly #phases: Float64Array[];
  /** The last inputs, then the new ones. */
  #input = new Float64Array(tapsPerPhase);
  #out = new Int16Array(0);
  #wasIdle = true;

  constructor(readonly factor: number) {
    const taps = lowPass(factor);
    this.#phases = Array.from({ length: factor }, (_, phase) =>
      // Reversed, so that the inner loop runs forward over the input.
      Float64Array.from({ length: tapsPerPhase }, (_, k) => taps[(tapsPerPhase - 1 - k) * factor + phase]!),
    );
  }

  /** Valid until the next call. */
  convert(pcm: Int16Array): Int16Array {
    const history = tapsPerPhase - 1;
    if (this.#input.length < history + pcm.length) {
      const larger = new Float64Array(history + pcm.length);
      larger.set(this.#input.subarray(0, history));
      this.#input = larger;
      this.#out = new Int16Array(pcm.length * this.factor);
    }
    const input = this.#input;
    const out = this.#out;
    const isIdle = pcm.every(sample => sample <= idle && sample >= -idle);
    if (isIdle && this.#wasIdle) return out.fill(0).subarray(0, pcm.length * this.factor);
    input.set(pcm, history);
    if (isIdle) input.fill(0, history);
    this.#wasIdle = isIdle;
    let at = 0;
    for (let i = 0; i < pcm.length; i++) {
      for (const phase of this.#phases) {
        out[at++] = clamp(dot(input, i, phase));
      }
    }
    input.copyWithin(0, pcm.length, pcm.length + history);
    return out.subarray(0, at);
  }
}

/** From `rate` to `rate / factor`. Give it multiples of `factor` samples. */
export class Downsampler {
  readonly #taps: Float64Array;
  #input: Float64Array;
  #out = new Int16Array(0);

  constructor(readonly factor: number) {
    this.#taps = lowPass(factor).map(tap => tap / factor);
    this.#input = new Float64Array(this.#taps.length);
  }

  /** Valid until the next call. */
  convert(pcm: Int16Array): Int16Array {
    const taps = this.#taps;
    const history = taps.length - 1;
    if (this.#input.length < history + pcm.length) {
      const larger = new Float64Array(history + pcm.length);
      larger.set(this.#input.subarray(0, history));
      this.#input = larger;
      this.#out = new Int16Array(pcm.length / this.factor);
    }
    const input = this.#input;
    const out = this.#out;
    input.set(pcm, history);
    const count = pcm.length / this.factor;
    for (let n = 0, start = 0; n < count; n++, start += this.factor) {
      out[n] = clamp(dot(input, start, taps));
    }
    input.copyWithin(0, pcm.length, pcm.length + history);
    return out.subarray(0, count);
  }
}
