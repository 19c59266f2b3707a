import type { Surface } from '../../codecs/surface.js';
import type { TextBitmap } from '../../codecs/text.js';

/** Luma of text, and of the plate behind it (limited range); the plate lets a third of the picture through. */
const textLuma = 230;
const plateLuma = 24;
const plateOpacity = 0.66;

/** Text to be laid over a picture: each pixel becomes `pixel · keep + add`, chroma fades to grey. */
export interface Overlay {
  width: number;
  height: number;
  /** 1/256 */
  keep: Uint16Array;
  add: Uint8Array;
  /** At half the size, like chroma. */
  keepChroma: Uint16Array;
}

/** The text alone, for a calm background. */
export function plainOverlay(text: TextBitmap): Overlay {
  return overlay(text, 0, () => 0);
}

/** The text on a dark, translucent plate with round corners, readable on any picture. */
export function plateOverlay(text: TextBitmap, lineHeight = text.height): Overlay {
  const margin = Math.round(lineHeight / 6) * 2;
  const radius = lineHeight / 4;
  return overlay(text, margin, (x, y, width, height) => {
    const dx = Math.max(radius - x - 0.5, x + 0.5 - (width - radius), 0);
    const dy = Math.max(radius - y - 0.5, y + 0.5 - (height - radius), 0);
    return plateOpacity * Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(dx, dy)));
  });
}

function overlay(
  text: TextBitmap,
  margin: number,
  plateAt: (x: number, y: number, width: number, height: number) => number,
): Overlay {
  const width = Math.ceil((text.width + 2 * margin) / 2) * 2;
  const height = Math.ceil(text.height / 2) * 2;
  const keep = new Uint16Array(width * height);
  const add = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = x - margin;
      const inText = column >= 0 && column < text.width && y < text.height;
      const ink = inText ? text.coverage[y * text.width + column]! / 255 : 0;
      const plate = plateAt(x, y, width, height);
      keep[y * width + x] = Math.round((1 - plate) * (1 - ink) * 256);
      add[y * width + x] = Math.round(plateLuma * plate * (1 - ink) + textLuma * ink);
    }
  }
  const keepChroma = new Uint16Array((width * height) / 4);
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const at = y * width + x;
      const sum = keep[at]! + keep[at + 1]! + keep[at + width]! + keep[at + width + 1]!;
      keepChroma[(y / 2) * (width / 2) + x / 2] = sum >> 2;
    }
  }
  return { width, height, keep, add, keepChroma };
}

/** Lays it over `surface` with its corner at (x, y), which must be even; what leaves the surface is cut off. */
export function blend(overlay: Overlay, surface: Surface, x: number, y: number): void {
  const { keep, add, keepChroma } = overlay;
  const width = Math.min(overlay.width, surface.width - x);
  const height = Math.min(overlay.height, surface.height - y);
  if (x < 0 || y < 0 || width <= 0 || height <= 0) return;
  const [luma, cb, cr] = surface.planes;
  const [stride, chromaStride] = surface.strides;
  for (let row = 0; row < height; row++) {
    let at = (y + row) * stride + x;
    let from = row * overlay.width;
    for (let column = 0; column < width; column++, at++, from++) {
      luma[at] = ((luma[at]! * keep[from]!) >> 8) + add[from]!;
    }
  }
  for (let row = 0; row < height >> 1; row++) {
    let at = ((y >> 1) + row) * chromaStride + (x >> 1);
    let from = (row * overlay.width) >> 1;
    for (let column = 0; column < width >> 1; column++, at++, from++) {
      const share = keepChroma[from]!;
      cb[at] = 128 + (((cb[at]! - 128) * share) >> 8);
      cr[at] = 128 + (((cr[at]! - 128) * share) >> 8);
    }
  }
}
