import { AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import { Rational } from 'node-av/lib';
import { openDecoder, openEncoder } from './native.js';
import { OwnedCodec } from './owned.js';
import { SoundDecoder, SoundEncoder, layoutOf } from './sound.js';

/** G.722 samples at 16 kHz, though its RTP clock says 8000 (RFC 3551 §4.5.2). */
const sampleRate = 16_000;

export class G722Decoder extends SoundDecoder {
  constructor() {
    const context = openDecoder('g722', context => {
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(1);
    });
    super(new OwnedCodec(context), sampleRate, 1);
  }
}

export class G722Encoder extends SoundEncoder {
  constructor(packetMs = 20) {
    const context = openEncoder('g722', context => {
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(1);
      context.sampleFormat = AV_SAMPLE_FMT_S16;
      context.bitRate = 64_000n;
      context.timeBase = new Rational(1, sampleRate);
    });
    super(new OwnedCodec(context), sampleRate, 1, (sampleRate / 1000) * packetMs);
  }
}
