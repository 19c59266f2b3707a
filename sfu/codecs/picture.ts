import {
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AVCOL_RANGE_JPEG,
  type AVPixelFormat,
} from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { OwnedFrame } from './owned.js';

/**
 * A decoded picture: native memory that the decoder reuses, valid until the decoder's next call or `release()`.
 * Its planes can be reached only by this folder (see `Scaler`), and by nobody once it is released.
 */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly keyframe: boolean;
  /** How pixels lie in the planes; full range (JPEG) is a format of its own to the scaler. */
  readonly format: AVPixelFormat;
  #frame: OwnedFrame | undefined;

  constructor(frame: OwnedFrame) {
    const { native } = frame;
    this.#frame = frame;
    this.width = native.width;
    this.height = native.height;
    this.keyframe = native.keyFrame !== 0;
    this.format = effectiveFormat(native);
  }

  get released(): boolean {
    return this.#frame === undefined;
  }

  release(): void {
    this.#frame = undefined;
  }

  /**
   * Shows the planes to `use` and nobody else: the views must not be kept.
   * @throws Error after release: a bug of ours
   */
  withPlanes<T>(use: (planes: Buffer[], strides: number[]) => T): T | undefined {
    const native = this.#checked();
    if (!native) return undefined;
    const planes = native.data;
    const strides = native.linesize;
    if (!planes || planes.length === 0 || planes.some((_, index) => (strides[index] ?? 0) <= 0))
      return undefined;
    return use(planes, strides);
  }

  /**
   * Shows the frame itself to `use`: no buffer is made for each plane, whose megabytes would have the garbage
   * collector run several times a second. Undefined when it cannot be read as what it was.
   * @throws Error after release: a bug of ours
   */
  withFrame<T>(use: (frame: Frame) => T): T | undefined {
    const native = this.#checked();
    return native && use(native);
  }

  /** What a decoder answers is believed only as far as it fits what this picture said before. */
  #checked(): Frame | undefined {
    if (!this.#frame) throw new Error('picture used after release');
    const { native } = this.#frame;
    const same = native.width === this.width && native.height === this.height;
    return same && effectiveFormat(native) === this.format ? native : undefined;
  }
}

const fullRange = new Map<AVPixelFormat, AVPixelFormat>([
  [AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P],
  [AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUVJ422P],
  [AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUVJ444P],
]);

function effectiveFormat(frame: Frame): AVPixelFormat {
  const format = frame.format as AVPixelFormat;
  return frame.colorRange === AVCOL_RANGE_JPEG ? (fullRange.get(format) ?? format) : format;
}
