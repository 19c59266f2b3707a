/**
 * Makes a piece of speech or music a little shorter or longer without a change of pitch, by leaving out or
 * repeating one period of it with a cross-fade (as in WSOLA): how the playout delay changes unheard.
 */

/** Periods that are looked for, at 48 kHz: 2.5 to 8 ms. */
const shortestLag = 120;
const longestLag = 384;
/** What is compared and cross-faded: 5 ms. */
const overlap = 240;
const coarse = 4;

/** Samples that `shorten` and `lengthen` need at least; how many more `lengthen` may make. */
export const stretchableSamples = longestLag + overlap;
export const longestStretch = longestLag;

/**
 * Leaves out one period of `pcm` (mono, 48 kHz), in place. Returns how many samples are left; the same number
 * when it is too short.
 */
export function shorten(pcm: Int16Array, length: number): number {
  if (length < stretchableSamples) return length;
  const lag = bestLag(pcm);
  // The beginning fades into what comes a period later, and goes on from there.
  for (let i = 0; i < overlap; i++) {
    const rise = i / overlap;
    pcm[i] = Math.round(pcm[i]! * (1 - rise) + pcm[i + lag]! * rise);
  }
  pcm.copyWithin(overlap, overlap + lag, length);
  return length - lag;
}

/**
 * Repeats one period of `pcm`, in place; the array must have room for `longestLag` samples more than `length`.
 * Returns the new length.
 */
export function lengthen(pcm: Int16Array, length: number): number {
  if (length < stretchableSamples || pcm.length < length + longestLag) return length;
  const lag = bestLag(pcm);
  // A period, then a fade from what follows it back to the beginning, and on from there.
  pcm.copyWithin(lag, 0, length);
  for (let i = lag; i < lag + overlap; i++) {
    const rise = (i - lag) / overlap;
    // At `i` the beginning stands now; what had followed the period stands a period later.
    pcm[i] = Math.round(pcm[i + lag]! * (1 - rise) + pcm[i]! * rise);
  }
  return length + lag;
}

/** The lag by which the beginning is most like itself: a pitch period of speech, anything in silence. */
function bestLag(pcm: Int16Array): number {
  let lag = search(pcm, shortestLag, longestLag, coarse);
  lag = search(pcm, Math.max(shortestLag, lag - coarse), Math.min(longestLag, lag + coarse), 1);
  return lag;
}

function search(pcm: Int16Array, from: number, to: number, step: number): number {
  let best = from;
  let bestLikeness = -Infinity;
  for (let lag = from; lag <= to; lag += step) {
    let product = 0;
    let energy = 1;
    for (let i = 0; i < overlap; i += step) {
      const shifted = pcm[i + lag]!;
      product += pcm[i]! * shifted;
      energy += shifted * shifted;
    }
    const likeness = product / Math.sqrt(energy);
    if (likeness > bestLikeness) {
      bestLikeness = likeness;
      best = lag;
    }
  }
  return best;
}
