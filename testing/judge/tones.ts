/** Sound as samples, -1 … 1. */
export interface Sound {
  sampleRate: number;
  samples: Float32Array;
}

/** Of one block; shorter ones cannot tell neighbouring frequencies apart. */
const blockSeconds = 0.2;

/**
 * Level of a steady tone in dBFS (0: a full-scale sine), by Goertzel's algorithm, as the median over blocks: a
 * tone that is there most of the time counts, a click does not.
 */
export function toneLevelDb({ sampleRate, samples }: Sound, hz: number): number {
  const block = Math.round(blockSeconds * sampleRate);
  const levels: number[] = [];
  for (let at = 0; at + block <= samples.length; at += block) {
    levels.push(goertzel(samples.subarray(at, at + block), hz / sampleRate));
  }
  levels.sort((a, b) => a - b);
  return 20 * Math.log10(Math.max(1e-6, levels[Math.floor(levels.length / 2)] ?? 0));
}

/** A tone is heard when it is this loud; the test signals are sent at about -20 dBFS. */
export const audibleDb = -45;

export function hears(sound: Sound, hz: number): boolean {
  return toneLevelDb(sound, hz) > audibleDb;
}

/** Amplitude of a sine of `frequency` (cycles a sample), with a Hann window against leakage of its neighbours. */
export function goertzel(samples: Float32Array, frequency: number): number {
  const coefficient = 2 * Math.cos(2 * Math.PI * frequency);
  let [last, beforeLast] = [0, 0];
  for (let at = 0; at < samples.length; at++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / samples.length);
    const value = samples[at]! * window + coefficient * last - beforeLast;
    beforeLast = last;
    last = value;
  }
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  return (4 * Math.sqrt(Math.max(0, power))) / samples.length;
}

export function fromInt16(samples: Int16Array, sampleRate: number): Sound {
  return { sampleRate, samples: Float32Array.from(samples, value => value / 32768) };
}
