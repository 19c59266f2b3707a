import { encodeJpeg } from './jpeg-encoder.js';
import { Surface } from './surface.js';

/** JPEG's: good enough to know who is there, a few kilobytes. */
const quality = 7;

/** A small JPEG of a whole surface, `width` pixels wide; the ratio is kept. */
export function thumbnailOf(surface: Surface, width: number): Buffer {
  const height = Math.max(2, Math.round((width * surface.height) / surface.width / 2) * 2);
  if (surface.width <= width) return encodeJpeg(surface, quality);
  const small = Surface.allocate(width, height);
  for (const n of [0, 1, 2] as const) shrink(surface, small, n);
  return encodeJpeg(small, quality);
}

/** Each pixel is the mean of four that lie evenly in its area: enough for a still, and it needs no context. */
function shrink(from: Surface, to: Surface, n: 0 | 1 | 2): void {
  const half = n === 0 ? 1 : 2;
  const [width, height] = [to.width / half, to.height / half];
  const [stepX, stepY] = [from.width / to.width, from.height / to.height];
  const [source, target] = [from.planes[n], to.planes[n]];
  const stride = from.strides[n];
  for (let y = 0; y < height; y++) {
    const upper = Math.floor((y + 0.25) * stepY) * stride;
    const lower = Math.floor((y + 0.75) * stepY) * stride;
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x + 0.25) * stepX);
      const right = Math.floor((x + 0.75) * stepX);
      const sum =
        source[upper + left]! + source[upper + right]! + source[lower + left]! + source[lower + right]!;
      target[y * width + x] = (sum + 2) >> 2;
    }
  }
}
