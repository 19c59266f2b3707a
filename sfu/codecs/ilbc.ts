import { openDecoder } from './native.js';
import { OwnedCodec } from './owned.js';
import { SoundDecoder, layoutOf } from './sound.js';

const sampleRate = 8000;

/** RFC 3951: what a frame holds, in ms. */
export type IlbcMode = 20 | 30;

/** Bytes of a frame (RFC 3952 §3.1). */
export const ilbcFrameBytes = { 20: 38, 30: 50 } as const;

/** A frame in which nothing is said, as libilbc encodes it. */
const silence = {
  20: Buffer.from('ffa6340001b00000000000000049ffffffffffffffffffffffffffffc0000d962c6c6c6c3636', 'hex'),
  30: Buffer.from(
    'ffa63ffa6320006c0000000000000004d9b36310fffffffffffffffffffffffffffff00003658b0d8d86c6c363616361d876',
    'hex',
  ),
};

/** iLBC, a frame at a time. FFmpeg has no encoder. */
export class IlbcDecoder extends SoundDecoder {
  constructor(mode: IlbcMode) {
    const context = openDecoder('ilbc', context => {
      context.sampleRate = sampleRate;
      context.channelLayout = layoutOf(1);
      // It knows the mode by the bit rate only: above 14 000 bit/s, 20 ms.
      context.bitRate = mode === 20 ? 15_200n : 13_333n;
    });
    super(new OwnedCodec(context), sampleRate, 1);
    // Its first frame ever comes as a crack at full scale, whatever it holds: not if there is silence before it.
    this.decode(silence[mode]);
  }
}
