import { openDecoder } from './native.js';
import { OwnedCodec } from './owned.js';
import { SoundDecoder, layoutOf } from './sound.js';

const sampleRate = 8000;

/** G.729 and its Annex A, a frame of 10 bytes and 10 ms at a time (RFC 3551 §4.5.6). FFmpeg has no encoder. */
export class G729Decoder extends SoundDecoder {
  constructor() {
    const context = openDecoder('g729', context => {
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(1);
    });
    super(new OwnedCodec(context), sampleRate, 1);
  }
}
