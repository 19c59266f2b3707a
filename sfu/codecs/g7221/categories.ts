import { frameLength } from './transform.js';

/** Regions of 20 coefficients, 500 Hz each, up to 7 kHz. */
export const regions = 14;
export const regionLength = 20;
/** Of which the encoder chose one, with 4 bits. */
const controls = 16;
/** How finely a region is quantised: 0 the finest, 7 as noise alone. */
export const noiseCategory = 7;
/** Bits that a region of each category takes on average. */
const expectedBits = [52, 47, 43, 37, 29, 22, 16, 0];

const finest = new Int32Array(regions);
const coarsest = new Int32Array(regions);
const balances = new Int32Array(2 * controls);

function clamped(category: number): number {
  return category < 0 ? 0 : category > noiseCategory ? noiseCategory : category;
}

function bitsAt(offset: number, powers: Int32Array): number {
  let bits = 0;
  for (let region = 0; region < regions; region++) {
    bits += expectedBits[clamped((offset - powers[region]!) >> 1)]!;
  }
  return bits;
}

/**
 * ITU-T G.722.1 §5.4: the category of each region, which encoder and decoder find alike from the regions' powers
 * (in steps of 3 dB) and the bits that are left for the coefficients. `control` is the encoder's choice, 0 to 15.
 */
export function categorize(powers: Int32Array, bits: number, control: number, categories: Int32Array): void {
  // At higher rates a region takes more than is expected.
  const available = bits > frameLength ? frameLength + (((bits - frameLength) * 5) >> 3) : bits;
  let offset = -32;
  for (let step = 32; step > 0; step >>= 1) {
    if (bitsAt(offset + step, powers) >= available - 32) offset += step;
  }
  for (let region = 0; region < regions; region++) {
    finest[region] = coarsest[region] = clamped((offset - powers[region]!) >> 1);
  }
  const expected = bitsAt(offset, powers);
  let most = expected;
  let least = expected;
  let first = controls;
  let end = controls;
  for (let n = 0; n < controls - 1; n++) {
    if (most + least <= 2 * available) {
      const region = nextFiner(offset, powers);
      balances[--first] = region;
      most += expectedBits[finest[region]! - 1]! - expectedBits[finest[region]!]!;
      finest[region]!--;
    } else {
      const region = nextCoarser(offset, powers);
      balances[end++] = region;
      least += expectedBits[coarsest[region]! + 1]! - expectedBits[coarsest[region]!]!;
      coarsest[region]!++;
    }
  }
  categories.set(finest);
  for (let n = 0; n < control; n++) categories[balances[first + n]!]!++;
}

/** The region that gains most by one category less: the lowest of equals. */
function nextFiner(offset: number, powers: Int32Array): number {
  let found = 0;
  let best = Infinity;
  for (let region = 0; region < regions; region++) {
    const rest = offset - powers[region]! - 2 * finest[region]!;
    if (finest[region]! > 0 && rest < best) {
      best = rest;
      found = region;
    }
  }
  return found;
}

/** The region that loses least by one category more: the highest of equals. */
function nextCoarser(offset: number, powers: Int32Array): number {
  let found = 0;
  let best = -Infinity;
  for (let region = regions - 1; region >= 0; region--) {
    const rest = offset - powers[region]! - 2 * coarsest[region]!;
    if (coarsest[region]! < noiseCategory && rest > best) {
      best = rest;
      found = region;
    }
  }
  return found;
}
