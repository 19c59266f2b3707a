import type { TextBitmap, TextRenderer } from '../../codecs/text.js';
import { cutTo, inARow, markBitmap, type Mark } from './marks.js';
import { Recent } from './recent.js';
import { plainOverlay, plateOverlay, type Overlay } from './overlay.js';

/** Names in all their sizes, some 30 to 200 KB each: of drawn texts, and of what is laid over pictures. */
const mostBytes = 16 * 1024 * 1024;
/** An entry without anything to be seen. */
const leastBytes = 100;
/** Few sizes (pixels), so that a name that was drawn for one layout serves others too. */
const sizes = [10, 12, 14, 18, 24, 30, 36, 54, 80] as const;
/** Of the letters' size: no name is drawn wider. */
const widest = 24;

type Ground = 'plate' | 'plain';

/**
 * Names with their marks, ready to be laid over pictures. Drawing a text takes some 20 ms, so it is drawn once and
 * kept; and a change of layout does not wait for it: what is not drawn yet is `undefined`, and there as soon as
 * `drawNext` has come to it. The least recently used go.
 */
export class Labels {
  readonly #bitmaps = new Recent<TextBitmap | null>(mostBytes);
  readonly #overlays = new Recent<Overlay | null>(mostBytes);
  readonly #missing = new Map<string, { text: string; size: number }>();

  constructor(private readonly renderer: Pick<TextRenderer, 'render'>) {}

  /** Texts wait to be drawn. */
  get pending(): boolean {
    return this.#missing.size > 0;
  }

  /** Draws one of the texts that were asked for. */
  drawNext(): void {
    const [first] = this.#missing;
    if (!first) return;
    const [key, { text, size }] = first;
    this.#missing.delete(key);
    const bitmap = this.renderer.render(text, size, Math.min(1920, widest * size));
    this.#bitmaps.set(key, bitmap, bitmap?.coverage.byteLength ?? leastBytes);
  }

  /** On a dark plate, for the corner of a picture; letters of about `size` pixels. Null: there is nothing to be seen. */
  plate(text: string, marks: readonly Mark[], size: number, maxWidth: number): Overlay | null | undefined {
    return this.#get('plate', text, marks, size, maxWidth);
  }

  /** Alone, for the middle of a calm background. */
  plain(text: string, marks: readonly Mark[], size: number, maxWidth: number): Overlay | null | undefined {
    return this.#get('plain', text, marks, size, maxWidth);
  }

  /** Lines under each other on one plate. */
  block(lines: readonly string[], about: number, maxWidth: number): Overlay | null | undefined {
    const size = sizeFor(about);
    const bitmaps = lines.map(text => this.#bitmap(text, size));
    if (bitmaps.includes(undefined)) return undefined;
    const key = JSON.stringify(['block', maxWidth, size, lines]);
    let overlay = this.#overlays.get(key);
    if (overlay === undefined) {
      const drawn = bitmaps.flatMap(bitmap =>
        bitmap ? [cutTo(bitmap, Math.min(maxWidth, bitmap.width))] : [],
      );
      overlay = drawn.length === 0 ? null : plateOverlay(stacked(drawn), drawn[0]!.height);
      this.#overlays.set(key, overlay, overlay ? bytesOf(overlay) : leastBytes);
    }
    return overlay;
  }

  #bitmap(text: string, size: number): TextBitmap | null | undefined {
    const key = `${size} ${text}`;
    const bitmap = this.#bitmaps.get(key);
    if (bitmap === undefined) this.#missing.set(key, { text, size });
    return bitmap;
  }

  #get(
    ground: Ground,
    text: string,
    marks: readonly Mark[],
    about: number,
    maxWidth: number,
  ): Overlay | null | undefined {
    const size = sizeFor(about);
    const bitmap = this.#bitmap(text, size);
    if (bitmap === undefined) return undefined;
    // A line of text is half as high again as its letters; marks are as high as the line.
    const lineHeight = bitmap?.height ?? Math.ceil((size * 1.5) / 2) * 2;
    const room = maxWidth - marks.length * lineHeight;
    const width = Math.min(room, bitmap?.width ?? 0);
    const key = `${ground} ${marks.join('+')} ${width} ${size} ${text}`;
    let overlay = this.#overlays.get(key);
    if (overlay === undefined) {
      const drawn = marks.map(mark => markBitmap(mark, lineHeight));
      const whole = inARow(bitmap && width > 0 ? [...drawn, cutTo(bitmap, width)] : drawn);
      overlay = whole && (ground === 'plate' ? plateOverlay(whole) : plainOverlay(whole));
      this.#overlays.set(key, overlay, overlay ? bytesOf(overlay) : leastBytes);
    }
    return overlay;
  }
}

function bytesOf({ keep, add, keepChroma }: Overlay): number {
  return keep.byteLength + add.byteLength + keepChroma.byteLength;
}

function sizeFor(about: number): number {
  return sizes.findLast(candidate => candidate <= about) ?? sizes[0];
}

/** Under each other, beginning at the left. */
function stacked(bitmaps: TextBitmap[]): TextBitmap {
  const width = Math.max(...bitmaps.map(bitmap => bitmap.width));
  const height = bitmaps.reduce((sum, bitmap) => sum + bitmap.height, 0);
  const coverage = new Uint8Array(width * height);
  let top = 0;
  for (const bitmap of bitmaps) {
    for (let y = 0; y < bitmap.height; y++) {
      const row = bitmap.coverage.subarray(y * bitmap.width, (y + 1) * bitmap.width);
      coverage.set(row, (top + y) * width);
    }
    top += bitmap.height;
  }
  return { width, height, coverage };
}
