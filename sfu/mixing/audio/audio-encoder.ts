import { G722Encoder } from '../../codecs/g722.js';
import { OpusEncoder } from '../../codecs/opus.js';
import { agreedAac } from '../../rtp/aac/agreed-aac.js';
import type { RtpCodec } from '../../rtp/session.js';
import { encodeG711, type G711Law } from './g711.js';
import { AacSink, aacBitrate } from './aac.js';
import { describeSilence } from './comfort-noise.js';
import { PausingEncoder } from './pausing-encoder.js';
import { Downsampler } from './rate-converter.js';
import { tickMs } from './sound-format.js';

/** 20 ms of the mixer's sound into a payload. */
export interface AudioEncoder {
  /** The payload, valid until the next call; null when there is none this time. */
  encode(pcm: Int16Array): Buffer | null;
  /** The last payload says how silence sounds (RFC 3389). */
  readonly describesSilence?: boolean;
  /** Further payloads of the same 20 ms, until null. */
  next?(): Buffer | null;
  /** How much earlier than these 20 ms the last payload's sound began, in ticks of the RTP clock. */
  readonly timestampLag?: number;
  close(): void;
}

/** Ticks of the RTP clock in 20 ms. */
export function timestampStep(codec: RtpCodec): number {
  return (codec.clockRate / 1000) * tickMs;
}

/** RFC 3640 §2.2, RFC 6416 §6.1: the marker says that units end with the packet, as all of ours do. */
export function marksEachPacket({ name }: RtpCodec): boolean {
  return name === 'mpeg4-generic' || name === 'MP4A-LATM';
}

/** Equal keys make equal payloads of equal sound, whatever payload types they go by. */
export function encodingKey(codec: RtpCodec): string {
  if (codec.name === 'mpeg4-generic' || codec.name === 'MP4A-LATM') {
    const { name, clockRate, parameters } = codec;
    return [
      name,
      clockRate,
      JSON.stringify(agreedAac(codec)),
      parameters.cpresent,
      aacBitrate(codec, 1),
    ].join(' ');
  }
  if (codec.name !== 'opus')
    return `${codec.name}${codec.comfortNoisePayloadType === undefined ? '' : ' CN'}`;
  const { bitrate, expectedLossPercent } = opusOptions(codec);
  return `opus ${bitrate} ${expectedLossPercent}${wantsDtx(codec) ? ' DTX' : ''}`;
}

/** @throws Error for a codec that is none of sound's: a bug of whoever made the plan */
export function createAudioEncoder(codec: RtpCodec): AudioEncoder {
  switch (codec.name) {
    case 'opus': {
      const encoder = new OpusEncoder(opusOptions(codec));
      return wantsDtx(codec) ? new PausingEncoder(encoder) : encoder;
    }
    case 'G722':
      return new G722Sink();
    case 'PCMU':
    case 'PCMA': {
      const encoder = new G711Sink(codec.name);
      return codec.comfortNoisePayloadType === undefined
        ? encoder
        : new PausingEncoder(encoder, describeSilence(comfortLevel));
    }
    case 'mpeg4-generic':
    case 'MP4A-LATM':
      return new AacSink(codec);
    default:
      throw new Error(`${codec.name} is no codec of sound`);
  }
}

const defaultBitrate = 48_000;
/** Of what is heard while nobody talks, where the receiver makes it itself: a quiet room, -dBov. */
const comfortLevel = 70;

/** RFC 7587 §6.1 */
function wantsDtx({ parameters }: RtpCodec): boolean {
  return parameters.usedtx === '1';
}

/** RFC 7587 §6.1: what the receiver wants. */
function opusOptions({ parameters }: RtpCodec) {
  const wanted = Number(parameters.maxaveragebitrate);
  return {
    bitrate: wanted >= 6000 && wanted <= 510_000 ? Math.min(wanted, defaultBitrate) : defaultBitrate,
    ...(parameters.useinbandfec === '1'
      ? { signal: 'voice' as const, expectedLossPercent: 5 }
      : { signal: 'music' as const, expectedLossPercent: 0 }),
  };
}

class G711Sink implements AudioEncoder {
  readonly #law: G711Law;
  readonly #downsampler = new Downsampler(6);
  readonly #payload = Buffer.alloc(8 * tickMs);

  constructor(law: G711Law) {
    this.#law = law;
  }

  encode(pcm: Int16Array): Buffer {
    encodeG711(this.#law, this.#downsampler.convert(pcm), this.#payload);
    return this.#payload;
  }

  close(): void {}
}

class G722Sink implements AudioEncoder {
  readonly #encoder = new G722Encoder(tickMs);
  readonly #downsampler = new Downsampler(3);

  encode(pcm: Int16Array): Buffer | null {
    return this.#encoder.encode(this.#downsampler.convert(pcm));
  }

  close(): void {
    this.#encoder.close();
  }
}
