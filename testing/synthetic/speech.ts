import { SeededRandom } from './seeded-random.js';

/** Resonances of one vowel, Hz, and how broad they are. */
const formants = [
  [600, 90],
  [1300, 110],
  [2500, 160],
  [3400, 250],
] as const;
const syllablesPerSecond = 3.5;

/**
 * Sound with the shape of speech, for codecs that are made for it: a voice whose pitch glides between 90 and 170 Hz
 * through the resonances of a vowel, breath between, in syllables. Repeatable; mono PCM of any rate.
 */
export class Speech {
  readonly #random = new SeededRandom(5);
  readonly #filters: { a: number; b: number; one: number; two: number }[];
  #at = 0;
  #phase = 0;

  constructor(
    readonly sampleRate: number,
    readonly amplitude = 1,
  ) {
    this.#filters = formants.map(([hz, width]) => {
      const radius = Math.exp((-Math.PI * width) / sampleRate);
      const a = 2 * radius * Math.cos((2 * Math.PI * hz) / sampleRate);
      return { a, b: -radius * radius, one: 0, two: 0 };
    });
  }

  /** The next samples. */
  fill(pcm: Int16Array): Int16Array {
    for (let i = 0; i < pcm.length; i++) pcm[i] = this.#next();
    return pcm;
  }

  #next(): number {
    const seconds = this.#at++ / this.sampleRate;
    const pitch = 130 + 40 * Math.sin(2 * Math.PI * 0.6 * seconds);
    this.#phase += pitch / this.sampleRate;
    const pulse = this.#phase >= 1 ? 1 : 0;
    this.#phase -= pulse;
    const envelope = Math.max(0, Math.sin(2 * Math.PI * (syllablesPerSecond / 2) * seconds)) ** 0.5;
    const hiss = (this.#random.next() - 0.5) * 0.05;
    let sum = 0;
    for (const filter of this.#filters) {
      const { one, two } = filter;
      filter.two = one;
      filter.one = (pulse * (this.sampleRate / 8000) + hiss) * envelope + filter.a * one + filter.b * two;
      sum += filter.one - two;
    }
    const value = Math.round(sum * 150 * this.amplitude);
    return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
  }
}

/**
 * How much of `heard` is `said`, in dB: signal to noise at the best shift of up to `mostShift` samples either way and
 * the best loudness.
 */
export function likenessDb(said: Int16Array, heard: Int16Array, mostShift: number): number {
  let best = -Infinity;
  for (let shift = 0; shift <= mostShift; shift++) {
    let product = 0;
    let saidPower = 1;
    let heardPower = 1;
    const length = Math.min(said.length, heard.length - mostShift);
    for (let i = 0; i < length; i++) {
      product += said[i]! * heard[i + shift]!;
      saidPower += said[i]! ** 2;
      heardPower += heard[i + shift]! ** 2;
    }
    const share = product > 0 ? product ** 2 / (saidPower * heardPower) : 0;
    best = Math.max(best, 10 * Math.log10(share / Math.max(1e-9, 1 - share)));
  }
  return best;
}

/** What a decoder of 48 kHz makes of packets of `packetBytes`, each `factor`-th sample. */
export function hear(
  decoder: { decode(payload: Buffer): Int16Array | null },
  encoded: Buffer,
  packetBytes: number,
  factor: number,
): Int16Array {
  const heard: number[] = [];
  for (let at = 0; at + packetBytes <= encoded.length; at += packetBytes) {
    const pcm = decoder.decode(encoded.subarray(at, at + packetBytes)) ?? [];
    for (let i = 0; i < pcm.length; i += factor) heard.push(pcm[i]!);
  }
  return Int16Array.from(heard);
}
