/**
 * Hides lost packets of codecs that cannot do it themselves (as ITU-T G.711 Appendix I): the last pitch period
 * is repeated, fading out within 60 ms, and what comes afterwards is faded in over it. For 48 kHz mono PCM.
 */
const historySamples = 1536;
/** Periods of 2.5 to 16 ms: voices of 62 to 400 Hz. */
const shortestPeriod = 120;
const longestPeriod = 768;
const compared = 480;
const fadeOutSamples = 2880;
/** Full loudness for the first 10 ms. */
const fadeAfterSamples = 480;
const fadeInSamples = 240;

export class PitchConcealment {
  readonly #history = new Float32Array(historySamples);
  readonly #out = new Int16Array(960);
  #period = 0;
  /** Samples concealed since the last real one. */
  #concealed = 0;

  /** Real sound: remembered; its beginning is faded in, in place, if something was concealed before it. */
  heard(pcm: Int16Array): void {
    if (this.#concealed > 0) {
      const count = Math.min(fadeInSamples, pcm.length);
      for (let i = 0; i < count; i++) {
        const rise = i / count;
        pcm[i] = Math.round(pcm[i]! * rise + this.#next() * (1 - rise));
      }
      this.#concealed = 0;
    }
    const history = this.#history;
    if (pcm.length >= historySamples) {
      history.set(pcm.subarray(pcm.length - historySamples));
    } else {
      history.copyWithin(0, pcm.length);
      history.set(pcm, historySamples - pcm.length);
    }
  }

  /** What is heard instead of `samples` (at most 960) lost ones; valid until the next call. */
  conceal(samples: number): Int16Array {
    const out = this.#out.subarray(0, Math.min(samples, this.#out.length));
    if (this.#concealed >= fadeOutSamples) {
      this.#concealed += out.length;
      return out.fill(0);
    }
    if (this.#concealed === 0) this.#period = this.#findPeriod();
    for (let i = 0; i < out.length; i++) out[i] = Math.round(this.#next());
    return out;
  }

  #next(): number {
    const at = this.#concealed++;
    if (at >= fadeOutSamples) return 0;
    const gain =
      at < fadeAfterSamples ? 1 : 1 - (at - fadeAfterSamples) / (fadeOutSamples - fadeAfterSamples);
    return this.#history[historySamples - this.#period + (at % this.#period)]! * gain;
  }

  /** The distance at which the last 10 ms are most like what came before them. */
  #findPeriod(): number {
    const history = this.#history;
    const start = historySamples - compared;
    let best = shortestPeriod;
    let bestLikeness = -Infinity;
    for (let period = shortestPeriod; period <= longestPeriod; period += 2) {
      let product = 0;
      let energy = 1;
      for (let i = start; i < historySamples; i += 2) {
        const before = history[i - period]!;
        product += history[i]! * before;
        energy += before * before;
      }
      const likeness = product / Math.sqrt(energy);
      if (likeness > bestLikeness) {
        bestLikeness = likeness;
        best = period;
      }
    }
    return best;
  }
}
