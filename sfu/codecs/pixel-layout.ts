import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV420P10LE,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV422P10LE,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  type AVPixelFormat,
} from 'node-av/constants';
import type { Rectangle } from './mapping.js';

/** How samples lie in the planes of a format that a decoder of ours can give. */
interface PixelLayout {
  bytesPerSample: 1 | 2;
  planes: 1 | 3;
  /** Chroma samples per luma sample, as shifts: 1 is half. */
  chromaShiftX: 0 | 1;
  chromaShiftY: 0 | 1;
}

const layout = (
  chromaShiftX: 0 | 1,
  chromaShiftY: 0 | 1,
  bytesPerSample: 1 | 2 = 1,
  planes: 1 | 3 = 3,
): PixelLayout => ({ bytesPerSample, planes, chromaShiftX, chromaShiftY });

const layouts = new Map<AVPixelFormat, PixelLayout>([
  [AV_PIX_FMT_YUV420P, layout(1, 1)],
  [AV_PIX_FMT_YUVJ420P, layout(1, 1)],
  [AV_PIX_FMT_YUV422P, layout(1, 0)],
  [AV_PIX_FMT_YUVJ422P, layout(1, 0)],
  [AV_PIX_FMT_YUV444P, layout(0, 0)],
  [AV_PIX_FMT_YUVJ444P, layout(0, 0)],
  [AV_PIX_FMT_YUV420P10LE, layout(1, 1, 2)],
  [AV_PIX_FMT_YUV422P10LE, layout(1, 0, 2)],
  [AV_PIX_FMT_GRAY8, layout(0, 0, 1, 1)],
]);

export function isScalable(format: AVPixelFormat): boolean {
  return layouts.has(format);
}

/** Views of the planes that begin at `area`; undefined unless every row of it lies inside the planes. */
export function planesOf(
  format: AVPixelFormat,
  planes: Buffer[],
  strides: number[],
  area: Rectangle,
): Buffer[] | undefined {
  const pixels = layouts.get(format);
  if (!pixels || planes.length < pixels.planes) return undefined;
  const views: Buffer[] = [];
  for (let index = 0; index < pixels.planes; index++) {
    const shiftX = index === 0 ? 0 : pixels.chromaShiftX;
    const shiftY = index === 0 ? 0 : pixels.chromaShiftY;
    const stride = strides[index]!;
    const rowBytes = ((area.width + shiftX) >> shiftX) * pixels.bytesPerSample;
    const rows = (area.height + shiftY) >> shiftY;
    const begin = (area.y >> shiftY) * stride + (area.x >> shiftX) * pixels.bytesPerSample;
    if (rowBytes > stride || begin + (rows - 1) * stride + rowBytes > planes[index]!.length) return undefined;
    views.push(begin === 0 ? planes[index]! : planes[index]!.subarray(begin));
  }
  return views;
}
