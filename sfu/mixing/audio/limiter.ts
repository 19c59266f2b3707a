/**
 * Keeps a mix of several voices from clipping: where they would add up to more than 16 bits hold, the gain goes
 * down before the peak comes (2 ms ahead) and recovers slowly, so that nothing crackles. Quiet mixes pass unchanged,
 * 2 ms later.
 */
const blockSamples = 96;
const ceiling = 32_000;
/** Per block of 2 ms: from half to full gain in about a fifth of a second. */
const recovery = 1.007;

export class Limiter {
  readonly #held = new Float32Array(blockSamples);
  #heldGain = 1;
  #gain = 1;

  /** Goes on where another one is, for a mix that was the same until now. */
  continueFrom(other: Limiter): void {
    this.#held.set(other.#held);
    this.#heldGain = other.#heldGain;
    this.#gain = other.#gain;
  }

  /** Sums in, 16-bit samples out. Both have the same length, a multiple of 96. */
  process(sum: Float32Array, out: Int16Array): void {
    const held = this.#held;
    for (let start = 0; start < sum.length; start += blockSamples) {
      const needed = neededGain(sum, start);
      // The block that goes out now was held back; its end must already fit what comes after it.
      const from = this.#gain;
      const to = Math.min(needed, this.#heldGain, from * recovery, 1);
      const step = (to - from) / blockSamples;
      let gain = from;
      for (let i = 0; i < blockSamples; i++) {
        gain += step;
        const value = Math.round(held[i]! * gain);
        out[start + i] = value > 32767 ? 32767 : value < -32768 ? -32768 : value;
        held[i] = sum[start + i]!;
      }
      this.#gain = to;
      this.#heldGain = needed;
    }
  }
}

function neededGain(sum: Float32Array, start: number): number {
  let peak = ceiling;
  for (let i = start; i < start + blockSamples; i++) {
    const value = Math.abs(sum[i]!);
    if (value > peak) peak = value;
  }
  return ceiling / peak;
}
