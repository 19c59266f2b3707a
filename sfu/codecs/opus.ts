import { AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import { Rational } from 'node-av/lib';
import { openDecoder, openEncoder } from './native.js';
import { OwnedCodec } from './owned.js';
import { SoundDecoder, SoundEncoder, layoutOf, type Channels } from './sound.js';

/** RFC 7587 §4.1: Opus' RTP clock and sound are 48 kHz whatever it carries. */
const sampleRate = 48_000;

/** Opus at 48 kHz; `channels` is what comes out, mixed down or doubled by the codec itself. */
export class OpusDecoder extends SoundDecoder {
  constructor(channels: Channels = 1) {
    const context = openDecoder('libopus', context => {
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(channels);
    });
    super(new OwnedCodec(context), sampleRate, channels);
  }
}

export interface OpusEncoderOptions {
  channels?: Channels;
  /** bit/s */
  bitrate?: number;
  /** ms of sound in a packet */
  packetMs?: 10 | 20 | 40 | 60;
  /** 0–10; 5 costs a third less than 10 and is hard to tell from it. */
  complexity?: number;
  /** `music` for mixes and all else: better at 48 kbit/s and half as dear; in-band redundancy exists with `voice` only. */
  signal?: 'voice' | 'music';
  /** In-band redundancy (RFC 7587 §3.3) for this loss in percent; 0: none. */
  expectedLossPercent?: number;
}

export class OpusEncoder extends SoundEncoder {
  constructor(options: OpusEncoderOptions = {}) {
    const {
      channels = 1,
      bitrate = 48_000,
      packetMs = 20,
      complexity = 5,
      signal = 'voice',
      expectedLossPercent = 0,
    } = options;
    const context = openEncoder(
      'libopus',
      context => {
        context.sampleRate = sampleRate;
        context.channelLayout = layoutOf(channels);
        context.sampleFormat = AV_SAMPLE_FMT_S16;
        context.bitRate = BigInt(bitrate);
        context.timeBase = new Rational(1, sampleRate);
      },
      {
        application: signal === 'voice' ? 'voip' : 'audio',
        vbr: 'on',
        frame_duration: String(packetMs),
        compression_level: String(complexity),
        fec: expectedLossPercent > 0 ? '1' : '0',
        packet_loss: String(expectedLossPercent),
      },
    );
    super(new OwnedCodec(context), sampleRate, channels, (sampleRate / 1000) * packetMs);
  }
}
