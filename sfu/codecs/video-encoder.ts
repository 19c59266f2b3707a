import type { EncodedCodecName } from '../rtp/video-packetizer.js';
import { FixedRateEncoder, type FixedRateCodec } from './fixed-rate-encoder.js';
import { H264Encoder, type EncodedPicture, type H264EncoderOptions } from './h264-encoder.js';
import type { Surface } from './surface.js';

/** Surfaces → pictures of one codec, none of them late. */
export interface VideoEncoder {
  /** bit/s; may be changed at any time. */
  bitrate: number;
  requestKeyframe(): void;
  /** `index` counts frame intervals and must grow. Null when the encoder gave nothing out. */
  encode(surface: Surface, index: number): EncodedPicture | null;
  /** Lets go of the surfaces it was given; it may go on with another, from a keyframe. */
  rest(): void;
  close(): void;
}

export function createVideoEncoder(codec: EncodedCodecName, options: H264EncoderOptions): VideoEncoder {
  return codec === 'H264'
    ? new H264Encoder(options)
    : new FixedRateEncoder(codec satisfies FixedRateCodec, options);
}
