/** Sound as samples, -1 … 1. */
export interface Sound {
  sampleRate: number;
  samples: Float32Array;
}

/** Of one block; shorter ones cannot tell neighbouring frequencies apart. */
const blockSeconds = 0.2;

/** What a tone has ahead of the frequencies beside it. Recorded test tones have 20 dB and more, noise has none. */
const prominenceDb = 10;
/** Beside: 8 % away, beyond the width of a block's window and nearer than any other test tone. */
const beside = [0.92, 1.08];
const silenceDb = -120;

/**
 * Level of a steady tone in dBFS (0: a full-scale sine), by Goertzel's algorithm, as the median over blocks: a
 * tone that is there most of the time counts, a click does not. A block in which it does not stand out is silent,
 * so that the loud noise of a wrong codec is no tone.
 */
export function toneLevelDb({ sampleRate, samples }: Sound, hz: number): number {
  const block = Math.round(blockSeconds * sampleRate);
  const levels: number[] = [];
  for (let at = 0; at + block <= samples.length; at += block) {
    const levelDb = (frequency: number): number =>
      decibels(goertzel(samples.subarray(at, at + block), frequency / sampleRate));
    const level = levelDb(hz);
    const stands = beside.every(factor => level > levelDb(hz * factor) + prominenceDb);
    levels.push(stands ? level : silenceDb);
  }
  levels.sort((a, b) => a - b);
  return levels[Math.floor(levels.length / 2)] ?? silenceDb;
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

function decibels(amplitude: number): number {
  return Math.max(silenceDb, 20 * Math.log10(Math.max(1e-9, amplitude)));
}

export function fromInt16(samples: Int16Array, sampleRate: number): Sound {
  return { sampleRate, samples: Float32Array.from(samples, value => value / 32768) };
}
