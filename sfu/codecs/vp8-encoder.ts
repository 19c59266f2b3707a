import { AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE, AV_PIX_FMT_YUV420P } from 'node-av/constants';
import { Rational } from 'node-av/lib';
import type { EncodedPicture } from './h264-encoder.js';
import { check, openEncoder } from './native.js';
import { OwnedCodec, copyOf } from './owned.js';
import { PinnedFrame } from './pinned-frame.js';
import type { Surface } from './surface.js';

export interface Vp8EncoderOptions {
  width: number;
  height: number;
  frameRate: number;
  /** bit/s */
  bitrate: number;
}

/** libvpx at its quickest, no picture late; keyframes only on request. */
export class Vp8Encoder {
  readonly #codec: OwnedCodec;
  #frame: PinnedFrame | undefined;
  #keyframeWanted = true;

  constructor(readonly options: Vp8EncoderOptions) {
    const { width, height, frameRate, bitrate } = options;
    const context = openEncoder(
      'libvpx',
      context => {
        context.width = width;
        context.height = height;
        context.pixelFormat = AV_PIX_FMT_YUV420P;
        context.timeBase = new Rational(1, frameRate);
        context.framerate = new Rational(frameRate, 1);
        context.threadCount = 1;
        context.bitRate = BigInt(bitrate);
        context.gopSize = 0x7fff;
      },
      { deadline: 'realtime', 'cpu-used': '8', 'lag-in-frames': '0', 'error-resilient': 'default' },
    );
    this.#codec = new OwnedCodec(context);
  }

  requestKeyframe(): void {
    this.#keyframeWanted = true;
  }

  /** Encodes the whole surface, which must have the encoder's size; `index` must grow. */
  encode(surface: Surface, index: number): EncodedPicture | null {
    const { width, height } = this.options;
    if (surface.width !== width || surface.height !== height || !surface.whole) {
      throw new RangeError(`an encoder of ${width}×${height} was given ${surface.width}×${surface.height}`);
    }
    if (this.#frame?.surface !== surface) {
      this.#frame?.close();
      this.#frame = new PinnedFrame(surface);
    }
    const { native } = this.#frame;
    native.pts = BigInt(index);
    native.pictType = this.#keyframeWanted ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    check(this.#codec.encode(this.#frame), 'encoding VP8');
    this.#keyframeWanted = false;
    const packet = this.#codec.receive();
    return packet && { data: copyOf(packet), keyframe: packet.isKeyframe, index: Number(packet.pts) };
  }

  close(): void {
    this.#frame?.close();
    this.#codec.close();
  }
}
