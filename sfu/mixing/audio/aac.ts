import { AacLdDecoder, AacLdEncoder } from '../../codecs/aac-ld.js';
import { aacConfigBytes, type AacLdConfig } from '../../rtp/aac/aac-config.js';
import { agreedAac, isUsableAac, usualAac } from '../../rtp/aac/agreed-aac.js';
import { LatmReader, parseLatmConfig, writeLatm } from '../../rtp/aac/latm.js';
import { packAacHbr, unpackAacHbr } from '../../rtp/aac/mpeg4-generic.js';
import type { RtpCodec } from '../../rtp/session.js';
import type { AudioDecoder } from './audio-decoder.js';
import type { AudioEncoder } from './audio-encoder.js';
import { PitchConcealment } from './pitch-concealment.js';
import { Downsampler, Upsampler } from './rate-converter.js';
import { sampleRate } from './sound-format.js';

/** AAC-LD over RTP, by RFC 3640 (mpeg4-generic) or RFC 6416 (MP4A-LATM). */

const defaultBitrate = 64_000;
/** A packet of ours has two units; others put up to 120 ms into one. */
const mostSamples = sampleRate * 0.12;

/** RFC 6416 §7.1: unless it says 0. */
function isInBand({ parameters }: RtpCodec): boolean {
  return parameters['cpresent'] !== '0';
}

export class AacSource implements AudioDecoder {
  readonly #latm: LatmReader | undefined;
  #config: AacLdConfig | undefined;
  #decoder: AacLdDecoder | undefined;
  #upsampler: Upsampler | undefined;
  #mono = new Int16Array(0);
  readonly #pcm = new Int16Array(mostSamples);
  readonly #concealment = new PitchConcealment();

  constructor(codec: RtpCodec) {
    if (codec.name === 'MP4A-LATM')
      this.#latm = new LatmReader(isInBand(codec), parseLatmConfig(codec.parameters['config'] ?? ''));
    else this.#follow(agreedAac(codec));
  }

  decode(payload: Buffer): Int16Array | null {
    const units = this.#latm ? this.#latm.read(payload) : unpackAacHbr(payload);
    if (this.#latm && units.length > 0 && this.#latm.config !== this.#config) this.#follow(this.#latm.config);
    let length = 0;
    for (const unit of units) {
      const pcm = this.#decodeUnit(unit);
      if (!pcm || length + pcm.length > this.#pcm.length) return null;
      this.#pcm.set(pcm, length);
      length += pcm.length;
    }
    if (length === 0) return null;
    const pcm = this.#pcm.subarray(0, length);
    this.#concealment.heard(pcm);
    return pcm;
  }

  conceal(samples: number): Int16Array {
    return this.#concealment.conceal(samples);
  }

  isQuiet(): boolean {
    return false;
  }

  samplesOf(): number {
    return 0;
  }

  close(): void {
    this.#decoder?.close();
    this.#decoder = undefined;
  }

  /** In-band, a configuration comes with each packet; the decoder is a new one only when it is another. */
  #follow(config: AacLdConfig | undefined): void {
    const same = JSON.stringify(config) === JSON.stringify(this.#config);
    this.#config = config;
    if (same) return;
    this.close();
    if (!config || !isUsableAac(config)) return;
    this.#decoder = new AacLdDecoder(config, aacConfigBytes(config));
    const factor = sampleRate / config.sampleRate;
    this.#upsampler = factor === 1 ? undefined : new Upsampler(factor);
  }

  #decodeUnit(unit: Buffer): Int16Array | null {
    const pcm = this.#decoder?.decode(unit);
    if (!pcm) return null;
    const mono = this.#decoder!.channels === 1 ? pcm : this.#mixDown(pcm);
    return this.#upsampler ? this.#upsampler.convert(mono) : mono;
  }

  #mixDown(pcm: Int16Array): Int16Array {
    const samples = pcm.length / 2;
    if (this.#mono.length < samples) this.#mono = new Int16Array(samples);
    for (let i = 0; i < samples; i++) this.#mono[i] = (pcm[2 * i]! + pcm[2 * i + 1]!) >> 1;
    return this.#mono.subarray(0, samples);
  }
}

export class AacSink implements AudioEncoder {
  /** Ticks of the RTP clock by which the last payload's sound began before the mixer's tick; negative: after it. */
  timestampLag = 0;
  readonly #config: AacLdConfig;
  readonly #latm: boolean;
  readonly #inBand: boolean;
  readonly #encoder: AacLdEncoder;
  readonly #downsampler: Downsampler | undefined;
  readonly #clockPerSample: number;
  readonly #pending: Int16Array;
  #pendingSamples = 0;
  readonly #units: Buffer[] = [];

  constructor(codec: RtpCodec) {
    this.#config = agreedAac(codec) ?? usualAac;
    const { sampleRate: rate, channels, frameSamples } = this.#config;
    this.#latm = codec.name === 'MP4A-LATM';
    this.#inBand = isInBand(codec);
    this.#encoder = new AacLdEncoder(this.#config, aacBitrate(codec, channels));
    this.#downsampler = rate === sampleRate ? undefined : new Downsampler(sampleRate / rate);
    this.#clockPerSample = codec.clockRate / rate;
    this.#pending = new Int16Array(frameSamples);
  }

  encode(pcm: Int16Array): Buffer | null {
    const sound = this.#downsampler?.convert(pcm) ?? pcm;
    this.timestampLag = this.#pendingSamples * this.#clockPerSample;
    this.#units.length = 0;
    for (let at = 0; at < sound.length;) {
      const take = Math.min(this.#pending.length - this.#pendingSamples, sound.length - at);
      this.#pending.set(sound.subarray(at, at + take), this.#pendingSamples);
      this.#pendingSamples += take;
      at += take;
      if (this.#pendingSamples < this.#pending.length) break;
      this.#pendingSamples = 0;
      const unit = this.#encoder.encode(this.#interleaved());
      if (unit) this.#units.push(unit);
    }
    if (this.#latm) return this.#nextElement();
    return this.#units.length === 0 ? null : packAacHbr(this.#units);
  }

  next(): Buffer | null {
    if (!this.#latm) return null;
    this.timestampLag -= this.#pending.length * this.#clockPerSample;
    return this.#nextElement();
  }

  close(): void {
    this.#encoder.close();
  }

  /** An element of LATM carries one unit. */
  #nextElement(): Buffer | null {
    const unit = this.#units.shift();
    return unit ? writeLatm(unit, this.#inBand ? this.#config : undefined) : null;
  }

  #interleaved(): Int16Array {
    if (this.#config.channels === 1) return this.#pending;
    return Int16Array.from({ length: 2 * this.#pending.length }, (_, i) => this.#pending[i >> 1]!);
  }
}

/** bit/s; what the receiver says (RFC 6416 §7.1) within what is heard. */
export function aacBitrate({ parameters }: Pick<RtpCodec, 'parameters'>, channels: number): number {
  const wanted = Number(parameters['bitrate']);
  const most = defaultBitrate * channels;
  return wanted >= 24_000 ? Math.min(wanted, most) : most;
}
