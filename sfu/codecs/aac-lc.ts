import { openDecoder } from './native.js';
import { OwnedCodec } from './owned.js';
import { SoundDecoder, layoutOf, type Channels } from './sound.js';

/** AAC-LC: what recordings have. */
export class AacLcDecoder extends SoundDecoder {
  /** `config`: AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). */
  constructor(sampleRate: number, channels: Channels, config: Buffer) {
    const context = openDecoder('libfdk_aac', context => {
      context.extraData = config;
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(channels);
    });
    super(new OwnedCodec(context), sampleRate, channels);
  }
}
