import type { TextBitmap } from '../../codecs/text.js';

/** What a site's label says beside its name. */
export type Mark = 'muted' | 'weak';

/** Each pixel is looked at in so many places a side: edges become smooth. */
const samples = 4;

/** A mark as high as a line of text; drawn in a square of 0 … 1, x to the right, y downwards. */
export function markBitmap(mark: Mark, height: number): TextBitmap {
  const ink = drawings[mark];
  const width = height;
  const coverage = new Uint8Array(width * height);
  for (let at = 0; at < coverage.length; at++) {
    let sum = 0;
    for (let n = 0; n < samples * samples; n++) {
      const x = (at % width) + ((n % samples) + 0.5) / samples;
      const y = Math.floor(at / width) + (Math.floor(n / samples) + 0.5) / samples;
      sum += ink(x / width, y / height);
    }
    coverage[at] = (255 * sum) / (samples * samples);
  }
  return { width, height, coverage };
}

/** Bitmaps of one height in a row. */
export function inARow(bitmaps: readonly TextBitmap[]): TextBitmap | null {
  const [first] = bitmaps;
  if (!first || bitmaps.length === 1) return first ?? null;
  const { height } = first;
  const width = bitmaps.reduce((sum, bitmap) => sum + bitmap.width, 0);
  const coverage = new Uint8Array(width * height);
  let left = 0;
  for (const bitmap of bitmaps) {
    for (let y = 0; y < Math.min(height, bitmap.height); y++) {
      const row = bitmap.coverage.subarray(y * bitmap.width, (y + 1) * bitmap.width);
      coverage.set(row, y * width + left);
    }
    left += bitmap.width;
  }
  return { width, height, coverage };
}

/** Pixels at the right end over which what is too wide fades out. */
const fadePixels = 24;

/** The first `width` columns; what is cut off fades out. */
export function cutTo(bitmap: TextBitmap, width: number): TextBitmap {
  if (bitmap.width <= width) return bitmap;
  const coverage = new Uint8Array(width * bitmap.height);
  for (let y = 0; y < bitmap.height; y++) {
    for (let x = 0; x < width; x++) {
      const value = bitmap.coverage[y * bitmap.width + x]!;
      coverage[y * width + x] = (value * Math.min(fadePixels, width - x)) / fadePixels;
    }
  }
  return { width, height: bitmap.height, coverage };
}

/** Distance of (x, y) from the line between two points. */
function fromLine(x: number, y: number, x1: number, y1: number, x2: number, y2: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

const drawings: Record<Mark, (x: number, y: number) => number> = {
  /** A microphone, struck out. */
  muted: (x, y) => {
    const stroke = fromLine(x, y, 0.22, 0.2, 0.78, 0.8);
    if (stroke < 0.045) return 1;
    if (stroke < 0.1) return 0; // a gap on both sides of the stroke
    if (fromLine(x, y, 0.5, 0.3, 0.5, 0.47) < 0.11) return 1;
    const arc = Math.abs(Math.hypot(x - 0.5, y - 0.47) - 0.2);
    if (y > 0.47 && arc < 0.035) return 1;
    return fromLine(x, y, 0.5, 0.67, 0.5, 0.78) < 0.035 ? 1 : 0;
  },
  /** Three bars of reception, of which only the first is full. */
  weak: (x, y) => {
    const bar = [0.2, 0.42, 0.64].findIndex(left => x >= left && x < left + 0.15);
    if (bar < 0 || y > 0.76 || y < 0.6 - bar * 0.17) return 0;
    return bar === 0 ? 1 : 0.35;
  },
};
