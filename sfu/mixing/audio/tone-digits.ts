/** ITU-T Q.23: a key is one of the low and one of the high frequencies, in Hz. */
const low = [697, 770, 852, 941];
const high = [1209, 1336, 1477, 1633];
const keys = ['123A', '456B', '789C', '*0#D'];

const sampleRate = 8000;
/** 12.75 ms: narrow enough to tell neighbours apart, several in the shortest key press (Q.24: 40 ms). */
const blockSamples = 102;
/** So many blocks in a row have to agree, and so many have to be without it before the same key counts again. */
const agreeing = 4;
const silent = 3;
/** -40 dBm0 or so: what is fainter is an echo, or noise. */
const leastMeanSquare = 200 ** 2;
/** Of all energy, what the two tones have together; a voice has more beside them. */
const leastShare = 0.72;
/** How much one may be louder than the other: 8 dB high over low is what bad lines do, 4 dB the other way (Q.24). */
const mostHighOverLow = 4;
const mostLowOverHigh = 6.3;
/** The next frequency of the group is fainter by 6 dB. */
const leastOverNeighbours = 4;

/**
 * Keys that are heard as tones (DTMF, ITU-T Q.24) in sound of 8 kHz: the last resort, for calls that agreed on no
 * telephone events (RFC 4733). Rather deaf to a short press than awake to a voice.
 */
export class ToneDigits {
  readonly #low = low.map(hz => new Goertzel(hz));
  readonly #high = high.map(hz => new Goertzel(hz));
  #samples = 0;
  #energy = 0;
  #candidate = '';
  #agreed = 0;
  #held = '';
  #quiet = 0;

  /** The key that has just been told from a voice; once for each press. */
  push(pcm: Int16Array): string | null {
    let pressed: string | null = null;
    for (let n = 0; n < pcm.length; n++) {
      const sample = pcm[n]!;
      this.#energy += sample * sample;
      for (let tone = 0; tone < 4; tone++) {
        this.#low[tone]!.push(sample);
        this.#high[tone]!.push(sample);
      }
      if (++this.#samples === blockSamples) pressed = this.#onBlock() ?? pressed;
    }
    return pressed;
  }

  #onBlock(): string | null {
    const key = this.#keyOf();
    this.#samples = this.#energy = 0;
    for (let tone = 0; tone < 4; tone++) {
      this.#low[tone]!.reset();
      this.#high[tone]!.reset();
    }
    if (key === this.#held) this.#quiet = 0;
    else if (this.#held !== '' && ++this.#quiet >= silent) this.#held = '';
    this.#agreed = key !== '' && key === this.#candidate ? this.#agreed + 1 : 1;
    this.#candidate = key;
    if (key === '' || key === this.#held || this.#agreed < agreeing) return null;
    this.#held = key;
    this.#quiet = 0;
    return key;
  }

  /** Of this block alone; empty: none. */
  #keyOf(): string {
    if (this.#energy < leastMeanSquare * blockSamples) return '';
    const row = loudest(this.#low);
    const column = loudest(this.#high);
    if (row < 0 || column < 0) return '';
    const [rowPower, columnPower] = [this.#low[row]!.power, this.#high[column]!.power];
    if (columnPower > rowPower * mostHighOverLow || rowPower > columnPower * mostLowOverHigh) return '';
    // A sine alone has a power of samples · energy / 2.
    const share = (2 * (rowPower + columnPower)) / (blockSamples * this.#energy);
    return share < leastShare ? '' : keys[row]![column]!;
  }
}

/** Which stands out from its group; -1: none. */
function loudest(group: readonly Goertzel[]): number {
  let best = 0;
  for (let n = 1; n < group.length; n++) if (group[n]!.power > group[best]!.power) best = n;
  const { power } = group[best]!;
  for (let n = 0; n < group.length; n++)
    if (n !== best && group[n]!.power * leastOverNeighbours > power) return -1;
  return best;
}

/** How much of one frequency is in what was pushed. */
class Goertzel {
  readonly #coefficient: number;
  #last = 0;
  #beforeLast = 0;

  constructor(hz: number) {
    this.#coefficient = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
  }

  push(sample: number): void {
    const value = sample + this.#coefficient * this.#last - this.#beforeLast;
    this.#beforeLast = this.#last;
    this.#last = value;
  }

  get power(): number {
    const [last, beforeLast] = [this.#last, this.#beforeLast];
    return last * last + beforeLast * beforeLast - this.#coefficient * last * beforeLast;
  }

  reset(): void {
    this.#last = this.#beforeLast = 0;
  }
}
