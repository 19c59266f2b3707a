import { timestampAdd } from '../../rtp/sequence.js';
import { encodingKey, timestampStep } from './audio-encoder.js';
import type { AudioSession } from './audio-session.js';

/** A session that is sent to, 20 ms each tick. */
export class AudioOutput {
  /** Which encoder it is fed by, see `EncodedStreams`. */
  streamKey: string | null = null;
  #lastTick = -1;

  constructor(
    readonly session: AudioSession,
    /** The site that is left out of the mix. */
    public without: string | undefined,
  ) {}

  /** The codec to send, if it is to be sent at all (not on hold). */
  get codec() {
    return this.session.endpoint ? this.session.session.send?.codec : undefined;
  }

  get codecKey(): string | null {
    const { codec } = this;
    return codec ? encodingKey(codec) : null;
  }

  /**
   * Timestamps are the tick's time on the wall clock: they go on when this process is restarted, and jump by what
   * really passed when ticks were missed. The marker tells that sound begins after a pause (RFC 3551 §4.1).
   */
  send(payload: Buffer, tick: number, wallMs: number, audioLevel?: number): void {
    const { codec } = this;
    if (!codec) return;
    const marker = tick !== this.#lastTick + 1;
    this.#lastTick = tick;
    const timestamp = timestampAdd(0, tick * timestampStep(codec));
    this.session.endpoint!.sendRtp(payload, timestamp, marker, wallMs, audioLevel);
  }
}
