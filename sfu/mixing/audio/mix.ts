import { Limiter } from './limiter.js';
import { tickSamples } from './sound-format.js';

/** Ticks that an encoder is given before its first payload counts. */
const remembered = 3;

/** One mix: the sum of all who talk, with or without one of them, as 16-bit sound. */
export class Mix {
  /** This tick's sound. */
  readonly pcm = new Int16Array(tickSamples);
  /** The tick that `pcm` belongs to. */
  tick = -1;
  readonly #limiter = new Limiter();
  readonly #sum = new Float32Array(tickSamples);
  readonly #recent = Array.from({ length: remembered }, () => new Int16Array(tickSamples));
  #next = 0;
  #gain = 1;

  /** `other` is what was heard in its place until the last tick. */
  constructor(other?: Mix) {
    if (!other) return;
    this.#limiter.continueFrom(other.#limiter);
    other.#recent.forEach((pcm, i) => this.#recent[i]!.set(pcm));
    this.#next = other.#next;
    this.#gain = other.#gain;
  }

  /** Makes this tick's sound out of the sum of everybody, less one; a new gain is reached at its end. */
  make(tick: number, total: Float32Array, without: Int16Array | null, gain: number): void {
    if (this.tick === tick) return;
    this.tick = tick;
    let sum = total;
    if (without || gain !== 1 || this.#gain !== 1) {
      sum = this.#sum;
      const step = (gain - this.#gain) / tickSamples;
      for (let i = 0; i < tickSamples; i++) {
        sum[i] = (total[i]! - (without ? without[i]! : 0)) * (this.#gain + step * (i + 1));
      }
      this.#gain = gain;
    }
    this.#limiter.process(sum, this.pcm);
    this.#recent[this.#next]!.set(this.pcm);
    this.#next = (this.#next + 1) % remembered;
  }

  /** The last ticks' sound, the oldest first: brings a fresh encoder near the state of one that made them. */
  *recent(): Iterable<Int16Array> {
    for (let i = 0; i < remembered; i++) yield this.#recent[(this.#next + i) % remembered]!;
  }
}

/** `total` becomes the sum of these. */
export function sumOf(sounds: Iterable<Int16Array>, total: Float32Array): void {
  total.fill(0);
  for (const pcm of sounds) for (let i = 0; i < total.length; i++) total[i]! += pcm[i]!;
}
