import { AV_CODEC_FLAG_GLOBAL_HEADER, AV_PROFILE_AAC_LD, AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import { Rational } from 'node-av/lib';
import { openDecoder, openEncoder } from './native.js';
import { OwnedCodec } from './owned.js';
import { SoundDecoder, SoundEncoder, layoutOf, type Channels } from './sound.js';

export interface AacLdFormat {
  sampleRate: number;
  channels: Channels;
  frameSamples: 480 | 512;
}

/** ER AAC-LD by libfdk_aac: FFmpeg's own decoder garbles units of 480 samples. */
export class AacLdDecoder extends SoundDecoder {
  /** `config`: AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). */
  constructor({ sampleRate, channels }: AacLdFormat, config: Buffer) {
    const context = openDecoder('libfdk_aac', context => {
      context.extraData = config;
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(channels);
    });
    super(new OwnedCodec(context), sampleRate, channels);
  }
}

/** Each `samplesPerPacket` samples make one access unit. */
export class AacLdEncoder extends SoundEncoder {
  constructor({ sampleRate, channels, frameSamples }: AacLdFormat, bitrate: number) {
    const context = openEncoder(
      'libfdk_aac',
      context => {
        context.sampleRate = sampleRate;
        context.channelLayout = layoutOf(channels);
        context.sampleFormat = AV_SAMPLE_FMT_S16;
        context.bitRate = BigInt(bitrate);
        context.timeBase = new Rational(1, sampleRate);
        context.profile = AV_PROFILE_AAC_LD;
        context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
      },
      frameSamples === 480 ? { frame_length: '480' } : {},
    );
    super(new OwnedCodec(context), sampleRate, channels, frameSamples);
  }
}
