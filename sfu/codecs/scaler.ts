import { AV_PIX_FMT_YUV420P, SWS_BILINEAR, type AVPixelFormat } from 'node-av/constants';
import { SoftwareScaleContext } from 'node-av/lib';
import { mapPicture, type Fit, type Mapping } from './mapping.js';
import { PinnedFrame } from './pinned-frame.js';
import type { Picture } from './picture.js';
import { isScalable, planesOf } from './pixel-layout.js';
import type { Surface } from './surface.js';

/** What lies around a letter-boxed picture (Y, Cb, Cr): a dark blue-grey, the canvas's own colour. */
export const backdrop = [27, 133, 125] as const;

/** One source geometry into one target size. */
interface Conversion {
  width: number;
  height: number;
  format: AVPixelFormat;
  targetWidth: number;
  targetHeight: number;
  mapping: Mapping;
  native: SoftwareScaleContext;
  /** All of the picture goes into all of the target. */
  whole: boolean;
  /** The inner area of each target that already has its bars. */
  inner: WeakMap<Surface, Surface>;
}

/**
 * Scales the pictures of one stream into tiles of one size. Pictures may change size and format at any time;
 * their ratio of width to height is kept.
 */
export class Scaler {
  #conversion: Conversion | undefined;
  /** Targets that are filled whole: some slots of one tile. */
  readonly #targets = new Map<Surface, PinnedFrame>();

  constructor(readonly fit: Fit) {}

  /**
   * @returns false when the picture's format cannot be scaled
   * @throws RangeError when the target's width is no multiple of 16: swscale would write past its right edge
   */
  scale(picture: Picture, target: Surface): boolean {
    if (target.width % 16 !== 0) throw new RangeError(`tile width ${target.width} is no multiple of 16`);
    const conversion = this.#conversionFor(picture, target);
    if (!conversion) return false;
    if (conversion.whole && target.whole && this.#scaleWhole(conversion, picture, target)) return true;
    const { source, target: area } = conversion.mapping;
    let inner = conversion.inner.get(target);
    if (!inner) {
      if (area.width < target.width || area.height < target.height) target.fill(...backdrop);
      inner = target.region(area.x, area.y, area.width, area.height);
      conversion.inner.set(target, inner);
    }
    const into = inner;
    const scaled = picture.withPlanes((planes, strides) => {
      const from = planesOf(picture.format, planes, strides, source);
      if (!from) return false;
      const rows = conversion.native.scaleSync(
        from,
        strides,
        0,
        source.height,
        [...into.planes],
        [...into.strides],
      );
      return rows > 0;
    });
    return scaled ?? false;
  }

  close(): void {
    this.#conversion?.native.freeContext();
    this.#conversion = undefined;
    for (const frame of this.#targets.values()) frame.close();
    this.#targets.clear();
  }

  #scaleWhole(conversion: Conversion, picture: Picture, target: Surface): boolean {
    let into = this.#targets.get(target);
    if (!into) this.#targets.set(target, (into = new PinnedFrame(target)));
    const { native } = into;
    return (picture.withFrame(from => conversion.native.scaleFrameSync(native, from)) ?? -1) >= 0;
  }

  /** `scaleSync` checks nothing, so the context must be of exactly this size, format and target. */
  #conversionFor(picture: Picture, target: Surface): Conversion | undefined {
    const { width, height, format } = picture;
    const old = this.#conversion;
    if (
      old?.width === width &&
      old.height === height &&
      old.format === format &&
      old.targetWidth === target.width &&
      old.targetHeight === target.height
    ) {
      return old;
    }
    this.close();
    if (!isScalable(format) || width < 2 || height < 2) return undefined;
    const mapping = mapPicture(width, height, target.width, target.height, this.fit);
    const native = new SoftwareScaleContext();
    native.getContext(
      mapping.source.width,
      mapping.source.height,
      format,
      mapping.target.width,
      mapping.target.height,
      AV_PIX_FMT_YUV420P,
      SWS_BILINEAR,
    );
    this.#conversion = {
      width,
      height,
      format,
      targetWidth: target.width,
      targetHeight: target.height,
      mapping,
      native,
      whole:
        mapping.source.width === width &&
        mapping.source.height === height &&
        mapping.target.width === target.width &&
        mapping.target.height === target.height,
      inner: new WeakMap(),
    };
    return this.#conversion;
  }
}
