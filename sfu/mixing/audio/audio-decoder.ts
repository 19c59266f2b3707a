import { G722Decoder } from '../../codecs/g722.js';
import { OpusDecoder } from '../../codecs/opus.js';
import { OpusRedundancy } from '../../codecs/opus-redundancy.js';
import type { RtpCodec } from '../../rtp/session.js';
import { AacSource } from './aac.js';
import { AacLcSource } from './aac-lc.js';
import { createFramedSource, isFramed } from './framed-source.js';
import { decodeG711, isQuietG711, type G711Law } from './g711.js';
import { PitchConcealment } from './pitch-concealment.js';
import { carriesLostOpus, G722Loudness, isQuietOpus, opusDurationMs } from './quiet-packet.js';
import { Upsampler } from './rate-converter.js';
import { recordedAac } from './recorded-aac.js';

/** One sender's payloads into sound of the mixer's format. What is returned is valid until the next call. */
export interface AudioDecoder {
  /** Null when the payload is none of this codec. */
  decode(payload: Buffer): Int16Array | null;
  /** Something for a lost packet: at most `samples`, which are up to 960. */
  conceal(samples: number): Int16Array;
  /** This packet carries the sound before it as well. */
  carriesLost?(payload: Buffer): boolean;
  /** The `samples` that were lost right before `next`, if it carries them; null when it does not. */
  recover?(next: Buffer, samples: number): Int16Array | null;
  /** After it the sender says nothing for a while, and means silence as it was. */
  isPause?(payload: Buffer): boolean;
  /** Whether it would be heard at all, told without decoding; false where that cannot be told. Give it all packets. */
  isQuiet(payload: Buffer): boolean;
  /** How long it is, told without decoding: samples of the mixer's rate; 0: unknown. */
  samplesOf(payload: Buffer): number;
  close(): void;
}

/** @throws Error for a codec that is none of sound's: a bug of whoever made the plan */
export function createAudioDecoder(codec: RtpCodec): AudioDecoder {
  if (isFramed(codec.name)) return createFramedSource(codec.name, codec.parameters);
  switch (codec.name) {
    case 'opus':
      return new OpusSource();
    case 'G722':
      return new G722Source();
    case 'PCMU':
    case 'PCMA':
      return new G711Source(codec.name);
    case 'mpeg4-generic':
      return codec.parameters['config'] === recordedAac ? new AacLcSource() : new AacSource(codec);
    case 'MP4A-LATM':
      return new AacSource(codec);
    default:
      throw new Error(`${codec.name} is no codec of sound`);
  }
}

/** More than 120 ms (RFC 6716 §3.2.5) is no packet of ours; more than that in G.711 would be one of 1 kB. */
const mostNarrowbandBytes = 960;

class G711Source implements AudioDecoder {
  readonly #law: G711Law;
  readonly #narrow = new Int16Array(mostNarrowbandBytes);
  readonly #upsampler = new Upsampler(6);
  readonly #concealment = new PitchConcealment();

  constructor(law: G711Law) {
    this.#law = law;
  }

  decode(payload: Buffer): Int16Array | null {
    if (payload.length === 0 || payload.length > mostNarrowbandBytes) return null;
    decodeG711(this.#law, payload, this.#narrow);
    const pcm = this.#upsampler.convert(this.#narrow.subarray(0, payload.length));
    this.#concealment.heard(pcm);
    return pcm;
  }

  conceal(samples: number): Int16Array {
    return this.#concealment.conceal(samples);
  }

  isQuiet(payload: Buffer): boolean {
    return isQuietG711(this.#law, payload);
  }

  samplesOf(payload: Buffer): number {
    return payload.length <= mostNarrowbandBytes ? payload.length * 6 : 0;
  }

  close(): void {}
}

class G722Source implements AudioDecoder {
  readonly #decoder = new G722Decoder();
  readonly #loudness = new G722Loudness();
  readonly #upsampler = new Upsampler(3);
  readonly #concealment = new PitchConcealment();

  decode(payload: Buffer): Int16Array | null {
    if (payload.length > mostNarrowbandBytes) return null;
    const wide = this.#decoder.decode(payload);
    if (!wide) return null;
    const pcm = this.#upsampler.convert(wide);
    this.#concealment.heard(pcm);
    return pcm;
  }

  conceal(samples: number): Int16Array {
    return this.#concealment.conceal(samples);
  }

  isQuiet(payload: Buffer): boolean {
    return this.#loudness.isQuiet(payload);
  }

  samplesOf(payload: Buffer): number {
    return payload.length <= mostNarrowbandBytes ? payload.length * 6 : 0;
  }

  close(): void {
    this.#decoder.close();
  }
}

/** How many packets bring a fresh decoder in step: a voice has the memory of a few pitch periods. */
const packetsBeforeLoss = 3;
/** One for all streams of the thread, made when the first packet is lost. */
let redundancy: OpusRedundancy | undefined;

class OpusSource implements AudioDecoder {
  readonly #decoder = new OpusDecoder(1);
  readonly #lostPacket = Buffer.alloc(1);
  readonly #silence = new Int16Array(960);
  readonly #last: Buffer[] = [];
  #heard = false;

  decode(payload: Buffer): Int16Array | null {
    const pcm = this.#decoder.decode(payload);
    if (pcm) {
      this.#lostPacket[0] = payload[0]!;
      this.#heard = true;
      if (this.#last.length === packetsBeforeLoss) this.#last.shift();
      this.#last.push(payload);
    }
    return pcm;
  }

  carriesLost(payload: Buffer): boolean {
    return carriesLostOpus(payload);
  }

  recover(next: Buffer, samples: number): Int16Array | null {
    if (!this.#heard || opusDurationMs(next) * 48 !== samples || !this.carriesLost(next)) return null;
    redundancy ??= new OpusRedundancy();
    const pcm = redundancy.recover(this.#last, next, samples);
    // The stream's own decoder goes on as after any loss.
    if (pcm) this.conceal(samples);
    return pcm;
  }

  /** DTX (RFC 7587 §3.1.3): the decoder goes on with the noise that it heard. */
  isPause(payload: Buffer): boolean {
    return payload.length <= 2;
  }

  /**
   * A packet of nothing but its first byte holds one empty frame, and for that libopus conceals (RFC 6716 §4.4),
   * in the mode of the last real packet.
   */
  conceal(samples: number): Int16Array {
    if (this.#heard && samples >= 480) {
      this.#lostPacket[0] = emptyFrame(this.#lostPacket[0]!, samples >= 960);
      const pcm = this.#decoder.decode(this.#lostPacket);
      if (pcm && pcm.length <= samples) return pcm;
    }
    return this.#silence.subarray(0, samples);
  }

  isQuiet(payload: Buffer): boolean {
    return isQuietOpus(payload);
  }

  samplesOf(payload: Buffer): number {
    return opusDurationMs(payload) * 48;
  }

  close(): void {
    this.#decoder.close();
  }
}

/** The same mode and bandwidth, one frame of 20 or 10 ms (RFC 6716 §3.1, table 2). */
function emptyFrame(toc: number, long: boolean): number {
  const config = toc >> 3;
  let wanted: number;
  if (config < 12) wanted = (config & ~3) | (long ? 1 : 0);
  else if (config < 16) wanted = (config & ~1) | (long ? 1 : 0);
  else wanted = (config & ~3) | (long ? 3 : 2);
  return (wanted << 3) | (toc & 4);
}
