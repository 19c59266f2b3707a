import type { AudioDecoder } from './audio-decoder.js';

/** How much of what was passed over is decoded after all when sound begins, so that the decoder is in step again. */
const keptPackets = 2;
/** A sender is listened to for so long first: it may have begun to talk, or to play music, before we came. */
const watchedPackets = 50;
/** A steady noise that came slowly never says "voice": each second (of 20 ms packets) one packet is looked at. */
const mostPassedOver = 50;

/**
 * Decodes what can be heard. While a site is silent, packets that say themselves that they are quiet become silence
 * unseen: of fifty sites three talk, and decoding is the dearest part of mixing. The first packet that may be louder
 * is decoded whole, together with those before it, so that no word loses its beginning.
 */
export class SparingDecoder {
  /** Packets that were not decoded. */
  passedOver = 0;
  readonly #kept: Buffer[] = [];
  #watched = 0;
  #inARow = 0;
  readonly #silence = new Int16Array(5760);

  constructor(private readonly decoder: AudioDecoder) {}

  /**
   * `silent`: nobody has talked here for a while. `quiet`: what the packet's header says of its level (RFC 6464);
   * null when it says nothing. Null when the payload is none of this codec.
   */
  decode(payload: Buffer, silent: boolean, quiet: boolean | null): Int16Array | null {
    // Asked each time, since some count along.
    const seemsQuiet = this.decoder.isQuiet(payload);
    if (this.#watched < watchedPackets) {
      this.#watched++;
    } else if (silent && (quiet ?? seemsQuiet) && this.#inARow < mostPassedOver) {
      const samples = this.decoder.samplesOf(payload);
      if (samples > 0) return this.#passOver(payload, samples);
    }
    this.#inARow = 0;
    for (const earlier of this.#kept) this.decoder.decode(earlier);
    this.#kept.length = 0;
    return this.decoder.decode(payload);
  }

  conceal(samples: number): Int16Array {
    // In silence that was passed over, the decoder would go on with what was said before it.
    return this.#kept.length > 0 ? this.#silence.subarray(0, samples) : this.decoder.conceal(samples);
  }

  /** See `AudioDecoder.carriesLost`. */
  carriesLost(payload: Buffer): boolean {
    return this.decoder.carriesLost?.(payload) ?? false;
  }

  /** See `AudioDecoder.recover`. */
  recover(next: Buffer, samples: number): Int16Array | null {
    return this.#kept.length > 0 ? null : (this.decoder.recover?.(next, samples) ?? null);
  }

  /** See `AudioDecoder.isPause`. */
  isPause(payload: Buffer): boolean {
    return this.decoder.isPause?.(payload) ?? false;
  }

  close(): void {
    this.#kept.length = 0;
    this.decoder.close();
  }

  #passOver(payload: Buffer, samples: number): Int16Array {
    this.passedOver++;
    this.#inARow++;
    if (this.#kept.length === keptPackets) this.#kept.shift();
    this.#kept.push(payload);
    return this.#silence.subarray(0, samples);
  }
}
