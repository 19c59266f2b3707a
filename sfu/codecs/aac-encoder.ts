import { AV_CODEC_FLAG_GLOBAL_HEADER, AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import { Rational } from 'node-av/lib';
import { check, openEncoder } from './native.js';
import { OwnedCodec, copyOf } from './owned.js';
import { PcmFrame, layoutOf, type Channels } from './sound.js';

export interface AacEncoderOptions {
  sampleRate?: number;
  channels?: Channels;
  /** bit/s */
  bitrate?: number;
}

export interface AacAccessUnit {
  /** One raw_data_block without ADTS, as MP4 stores it. */
  data: Buffer;
  /** In samples; the first ones are negative: the encoder's own delay (`primingSamples`), to be skipped at playback. */
  pts: number;
}

/** AAC-LC by libfdk_aac, for recordings: PCM in any amount, access units of 1024 samples out. */
export class AacEncoder {
  readonly sampleRate: number;
  readonly channels: Channels;
  readonly samplesPerAccessUnit: number;
  /** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1), for the `esds` box. */
  readonly config: Buffer;
  readonly #codec: OwnedCodec;
  readonly #input: PcmFrame;
  readonly #pending: Int16Array;
  #pendingLength = 0;
  #pts = 0;
  #ended = false;

  constructor(options: AacEncoderOptions = {}) {
    const { sampleRate = 48_000, channels = 2, bitrate = 64_000 * channels } = options;
    this.sampleRate = sampleRate;
    this.channels = channels;
    const context = openEncoder('libfdk_aac', context => {
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(channels);
      context.sampleFormat = AV_SAMPLE_FMT_S16;
      context.bitRate = BigInt(bitrate);
      context.timeBase = new Rational(1, sampleRate);
      context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    });
    this.#codec = new OwnedCodec(context);
    this.samplesPerAccessUnit = context.frameSize;
    this.config = Buffer.from(context.extraData ?? []);
    this.#input = new PcmFrame(sampleRate, channels, this.samplesPerAccessUnit);
    this.#pending = new Int16Array(this.samplesPerAccessUnit * channels);
  }

  /** The access units that these samples complete. */
  encode(pcm: Int16Array): AacAccessUnit[] {
    if (this.#ended) throw new Error('the encoder has ended');
    const units: AacAccessUnit[] = [];
    let offset = 0;
    while (offset < pcm.length) {
      const take = Math.min(this.#pending.length - this.#pendingLength, pcm.length - offset);
      this.#pending.set(pcm.subarray(offset, offset + take), this.#pendingLength);
      this.#pendingLength += take;
      offset += take;
      if (this.#pendingLength === this.#pending.length) this.#encodePending(units);
    }
    return units;
  }

  /** What is left, filled up with silence. Nothing may be encoded afterwards. */
  end(): AacAccessUnit[] {
    if (this.#ended) return [];
    const units: AacAccessUnit[] = [];
    if (this.#pendingLength > 0) {
      this.#pending.fill(0, this.#pendingLength);
      this.#encodePending(units);
    }
    this.#ended = true;
    check(this.#codec.encode(null), 'ending AAC');
    this.#take(units);
    return units;
  }

  close(): void {
    this.#ended = true;
    this.#input.close();
    this.#codec.close();
  }

  #encodePending(units: AacAccessUnit[]): void {
    check(this.#codec.encode(this.#input.fill(this.#pending, this.#pts)), 'encoding AAC');
    this.#pts += this.samplesPerAccessUnit;
    this.#pendingLength = 0;
    this.#take(units);
  }

  #take(units: AacAccessUnit[]): void {
    for (let packet = this.#codec.receive(); packet; packet = this.#codec.receive()) {
      units.push({ data: copyOf(packet), pts: Number(packet.pts) });
    }
  }
}
