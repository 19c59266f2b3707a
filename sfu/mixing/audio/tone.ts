import { sampleRate } from './sound-format.js';

/** Tones and their judge (Goertzel), for tests, demonstrations and benches: mono PCM of the mixer's format. */
export class Tone {
  #at = 0;

  constructor(
    readonly hz: number,
    readonly amplitude = 8000,
  ) {}

  /** The next samples. */
  fill(pcm: Int16Array): Int16Array {
    const step = (2 * Math.PI * this.hz) / sampleRate;
    for (let i = 0; i < pcm.length; i++) pcm[i] = Math.round(this.amplitude * Math.sin(step * this.#at++));
    return pcm;
  }
}

/** The amplitude of the sine of `hz` in `pcm`. */
export function amplitudeAt(pcm: Int16Array, hz: number): number {
  const step = (2 * Math.PI * hz) / sampleRate;
  const coefficient = 2 * Math.cos(step);
  let one = 0;
  let two = 0;
  for (let i = 0; i < pcm.length; i++) {
    // A Hann window: tones that are not asked for do not leak in.
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / pcm.length);
    const zero = pcm[i]! * window + coefficient * one - two;
    two = one;
    one = zero;
  }
  const power = one * one + two * two - coefficient * one * two;
  return (Math.sqrt(Math.max(0, power)) * 4) / pcm.length;
}
