import { AacLcDecoder } from '../../codecs/aac-lc.js';
import { unpackAacHbr } from '../../rtp/aac/mpeg4-generic.js';
import type { AudioDecoder } from './audio-decoder.js';
import { recordedAac } from './recorded-aac.js';
import { sampleRate } from './sound-format.js';

const channels = 2;
/** Of an access unit. */
const unitSamples = 1024;
const mostUnits = 5;

/** A recording's sound, by RFC 3640. Too slow to talk over, so it is never agreed on with a room. */
export class AacLcSource implements AudioDecoder {
  readonly #decoder = new AacLcDecoder(sampleRate, channels, Buffer.from(recordedAac, 'hex'));
  readonly #pcm = new Int16Array(unitSamples * mostUnits);
  readonly #silence = new Int16Array(960);

  decode(payload: Buffer): Int16Array | null {
    const units = unpackAacHbr(payload);
    if (units.length > mostUnits) return null;
    let length = 0;
    for (const unit of units) {
      const stereo = this.#decoder.decode(unit);
      if (!stereo || length + stereo.length / channels > this.#pcm.length) return null;
      for (let i = 0; i < stereo.length; i += channels)
        this.#pcm[length++] = (stereo[i]! + stereo[i + 1]!) >> 1;
    }
    return length === 0 ? null : this.#pcm.subarray(0, length);
  }

  /** Nothing is lost on the way from a file: what is missing is a pause. */
  conceal(samples: number): Int16Array {
    return this.#silence.fill(0).subarray(0, samples);
  }

  isQuiet(): boolean {
    return false;
  }

  samplesOf(): number {
    return 0;
  }

  close(): void {
    this.#decoder.close();
  }
}
