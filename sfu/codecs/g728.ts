import { openDecoder } from './native.js';
import { OwnedCodec } from './owned.js';
import { SoundDecoder, layoutOf } from './sound.js';

const sampleRate = 8000;

/** G.728 at 16 kbit/s: groups of 5 bytes, four code words of 10 bits and 2.5 ms (RFC 3551 §4.5.5). FFmpeg has no encoder. */
export class G728Decoder extends SoundDecoder {
  constructor() {
    const context = openDecoder('g728', context => {
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(1);
    });
    super(new OwnedCodec(context), sampleRate, 1);
  }
}
