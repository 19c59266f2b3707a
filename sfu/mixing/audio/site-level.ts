import { silentLevel } from '../../rtp/audio-level.js';

/**
 * How loud a site is in the mix: what the conference set for it, and what evens it out with the others. All changes
 * are ramps over a tick, so that nothing clicks.
 *
 * Evening: the level of speech alone is estimated, over seconds, and brought towards -20 dBov, at most 12 dB either
 * way and 3 dB in a second. While nobody speaks nothing moves; and who has a noisy room is raised only as far as its
 * noise stays below -54 dBov.
 */
const wantedLevel = 20;
/** Who is so near is left alone. */
const toleratedDb = 3;
const mostDb = 12;
const dbPerTick = 0.06;
/** Speech stands out of its room's noise by so much, and is louder than -50 dBov. */
const speechAboveNoiseDb = 12;
const quietestSpeech = 50;
const loudestNoise = 54;
/** A room's noise is taken for no less than this, since silence may be the sender's suppression. */
const quietestNoise = 66;
const noiseDbPerTick = 0.02;
/** Of the average over speech: about a second. */
const weight = 0.02;
const ticksBeforeTrust = 25;

export class SiteLevel {
  /** What the conference wants, as a factor; 0: muted. */
  wanted = 1;
  /** Nothing of this tick's sound is heard. */
  muted = false;
  #applied = 1;
  #evenedDb = 0;
  #noise = 0;
  #speechPower = 0;
  #speechTicks = 0;

  /** Makes this tick's sound as loud as it is to be; `level` is its own (-dBov). */
  process(pcm: Int16Array, level: number): void {
    this.#listen(level);
    const from = this.#applied;
    const to = this.wanted * 10 ** (this.#evenedDb / 20);
    this.#applied = to;
    this.muted = from === 0 && to === 0;
    if (level === silentLevel || (from === 1 && to === 1)) return;
    const step = (to - from) / pcm.length;
    for (let i = 0; i < pcm.length; i++) {
      const value = Math.round(pcm[i]! * (from + step * (i + 1)));
      pcm[i] = value > 32767 ? 32767 : value < -32768 ? -32768 : value;
    }
  }

  #listen(level: number): void {
    const noise = Math.min(level, quietestNoise);
    this.#noise = noise > this.#noise ? noise : this.#noise - noiseDbPerTick;
    if (level > quietestSpeech || level > this.#noise - speechAboveNoiseDb) return;
    const power = 10 ** (-level / 10);
    this.#speechTicks++;
    const share = Math.max(weight, 1 / this.#speechTicks);
    this.#speechPower += (power - this.#speechPower) * share;
    if (this.#speechTicks < ticksBeforeTrust) return;
    this.#evenTowards(-10 * Math.log10(this.#speechPower) - wantedLevel);
  }

  #evenTowards(excessDb: number): void {
    const most = Math.min(mostDb, Math.max(0, this.#noise - loudestNoise));
    const near = Math.abs(excessDb) <= toleratedDb;
    const target = near ? 0 : Math.max(-mostDb, Math.min(most, excessDb));
    const change = Math.max(-dbPerTick, Math.min(dbPerTick, target - this.#evenedDb));
    this.#evenedDb += change;
    if (this.#evenedDb > most) this.#evenedDb = most;
  }
}
