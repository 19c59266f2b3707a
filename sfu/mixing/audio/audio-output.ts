import { silentLevel } from '../../rtp/audio-level.js';
import { timestampAdd } from '../../rtp/sequence.js';
import type { RtpCodec } from '../../rtp/session.js';
import { encodingKey, marksEachPacket, timestampStep } from './audio-encoder.js';
import type { AudioSession } from './audio-session.js';
import type { EncodedStream } from './encoded-stream.js';

const ticksOfReturn = 4;

/** A session that is sent to, 20 ms each tick. */
export class AudioOutput {
  /** The encoder that it is fed by. */
  stream: EncodedStream | null = null;
  #lastTick = -1;
  #keyed: RtpCodec | undefined;
  #codecKey = '';

  /** How loud it is to be; 0: nothing is to be heard. */
  gain = 1;
  #aloneUntil = -1;

  constructor(
    readonly id: string,
    readonly session: AudioSession,
    /** The site that is left out of the mix. */
    public without: string | undefined,
  ) {}

  /**
   * Its loudness is its own, so that it shares no mix with others; and for some ticks after that is over, which
   * bring it back to theirs without a jump.
   */
  alone(tick: number): boolean {
    if (this.gain !== 1) this.#aloneUntil = tick + ticksOfReturn;
    return tick <= this.#aloneUntil;
  }

  /** The codec to send, if it is to be sent at all (not on hold). */
  get codec(): RtpCodec | undefined {
    return this.session.endpoint ? this.session.session.send?.codec : undefined;
  }

  /** See `encodingKey`; null while nothing is to be sent. */
  get codecKey(): string | null {
    const { codec } = this;
    if (!codec) return null;
    // Asked each tick: it changes with the codec only.
    if (codec !== this.#keyed) {
      this.#keyed = codec;
      this.#codecKey = encodingKey(codec);
    }
    return this.#codecKey;
  }

  /**
   * Timestamps are the tick's time on the wall clock: they go on when this process is restarted, and jump by what
   * really passed when ticks were missed. The marker tells that sound begins after a pause (RFC 3551 §4.1), if nothing else.
   */
  send(payload: Buffer, tick: number, wallMs: number, audioLevel?: number, timestampLag = 0): void {
    const { codec } = this;
    if (!codec) return;
    const marker = tick > this.#lastTick + 1 || marksEachPacket(codec);
    this.#lastTick = tick;
    const timestamp = timestampAdd(0, tick * timestampStep(codec) - timestampLag);
    const madeMs = wallMs - (timestampLag * 1000) / codec.clockRate;
    this.session.endpoint!.sendRtp(payload, timestamp, marker, madeMs, audioLevel);
  }

  /** How the silence that begins or goes on sounds (RFC 3389): what follows it is a beginning. */
  sendSilence(payload: Buffer, tick: number, wallMs: number): void {
    const { codec } = this;
    if (codec?.comfortNoisePayloadType === undefined) return;
    const timestamp = timestampAdd(0, tick * timestampStep(codec));
    const { endpoint } = this.session;
    endpoint!.sendRtp(payload, timestamp, false, wallMs, silentLevel, codec.comfortNoisePayloadType);
  }
}
