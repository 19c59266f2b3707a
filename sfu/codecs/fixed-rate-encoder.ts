import {
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  type FFEncoderCodec,
} from 'node-av/constants';
import { Rational } from 'node-av/lib';
import type { EncodedPicture } from './h264-encoder.js';
import { check, openEncoder } from './native.js';
import { OwnedCodec, copyOf } from './owned.js';
import { PinnedFrame } from './pinned-frame.js';
import type { Surface } from './surface.js';

/** RFC 2190, RFC 4629, RFC 4587, RFC 7741, RFC 9628 name them so. */
export type FixedRateCodec = 'H261' | 'H263' | 'H263-1998' | 'VP8' | 'VP9';

export interface FixedRateOptions {
  width: number;
  height: number;
  frameRate: number;
  /** bit/s */
  bitrate: number;
  /** Seconds between keyframes; 0: only on request. */
  keyframeIntervalS?: number;
}

const realtime = { deadline: 'realtime', 'lag-in-frames': '0', 'error-resilient': 'default' };

/** With `qmin` a group of blocks rarely exceeds a packet, which it cannot be cut for. */
const codecs: Record<FixedRateCodec, { name: FFEncoderCodec; options: Record<string, string> }> = {
  H261: { name: 'h261' as FFEncoderCodec, options: { qmin: '5' } },
  // Each row of macroblocks begins with a start code at a byte: where RFC 2190 cuts.
  H263: { name: 'h263' as FFEncoderCodec, options: { ps: '1', qmin: '4' } },
  'H263-1998': { name: 'h263p' as FFEncoderCodec, options: {} },
  VP8: { name: 'libvpx' as FFEncoderCodec, options: { ...realtime, 'cpu-used': '8' } },
  VP9: { name: 'libvpx-vp9' as FFEncoderCodec, options: { ...realtime, 'cpu-used': '8', 'row-mt': '0' } },
};

/** How long a burst above the bit rate may last. */
const bufferMs = 500;

/**
 * The codecs whose bit rate is fixed when they are opened: another rate opens another, which begins with a keyframe.
 */
export class FixedRateEncoder {
  #codec: OwnedCodec;
  #bitrate: number;
  readonly #frames = new Map<Surface, PinnedFrame>();
  #keyframeWanted = true;
  #lastKeyframe = 0;
  #closed = false;

  constructor(
    readonly codec: FixedRateCodec,
    readonly options: FixedRateOptions,
  ) {
    this.#bitrate = options.bitrate;
    this.#codec = this.#open();
  }

  get bitrate(): number {
    return this.#bitrate;
  }

  set bitrate(bitrate: number) {
    if (bitrate === this.#bitrate) return;
    this.#bitrate = bitrate;
    this.#codec.close();
    this.#codec = this.#open();
    this.#keyframeWanted = true;
  }

  requestKeyframe(): void {
    this.#keyframeWanted = true;
  }

  /** Encodes the whole surface, which must have the encoder's size; `index` must grow. */
  encode(surface: Surface, index: number): EncodedPicture | null {
    const { width, height, frameRate, keyframeIntervalS = 0 } = this.options;
    if (surface.width !== width || surface.height !== height || !surface.whole)
      throw new RangeError(`an encoder of ${width}×${height} was given ${surface.width}×${surface.height}`);
    let frame = this.#frames.get(surface);
    if (!frame) this.#frames.set(surface, (frame = new PinnedFrame(surface)));
    if (keyframeIntervalS > 0 && index - this.#lastKeyframe >= keyframeIntervalS * frameRate)
      this.#keyframeWanted = true;
    const { native } = frame;
    native.pts = BigInt(index);
    native.pictType = this.#keyframeWanted ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    check(this.#codec.encode(frame), `encoding ${this.codec}`);
    this.#keyframeWanted = false;
    const packet = this.#codec.receive();
    if (!packet) return null;
    if (packet.isKeyframe) this.#lastKeyframe = index;
    return { data: copyOf(packet), keyframe: packet.isKeyframe, index: Number(packet.pts) };
  }

  rest(): void {
    for (const frame of this.#frames.values()) frame.close();
    this.#frames.clear();
    this.#keyframeWanted = true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#codec.close();
    this.rest();
  }

  #open(): OwnedCodec {
    const { width, height, frameRate } = this.options;
    const { name, options } = codecs[this.codec];
    return new OwnedCodec(
      openEncoder(
        name,
        context => {
          context.width = width;
          context.height = height;
          context.pixelFormat = AV_PIX_FMT_YUV420P;
          context.timeBase = new Rational(1, frameRate);
          context.framerate = new Rational(frameRate, 1);
          context.maxBFrames = 0;
          context.threadCount = 1;
          context.bitRate = BigInt(this.#bitrate);
          context.rcMaxRate = BigInt(this.#bitrate);
          context.rcBufferSize = Math.round((this.#bitrate * bufferMs) / 1000);
          context.gopSize = 0x7fff;
        },
        options,
      ),
    );
  }
}
