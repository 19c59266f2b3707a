import type { TextBitmap, TextRenderer } from '../../codecs/text.js';

/** Names in all their sizes; some 20 KB each. */
const most = 500;

/** Keeps drawn texts: drawing takes milliseconds, and plans come often. The least recently used go. */
export class TextCache {
  readonly #bitmaps = new Map<string, TextBitmap | null>();

  constructor(private readonly renderer: Pick<TextRenderer, 'render'>) {}

  get(text: string, size: number, maxWidth: number): TextBitmap | null {
    const key = `${size} ${maxWidth} ${text}`;
    let bitmap = this.#bitmaps.get(key);
    if (bitmap === undefined) bitmap = this.renderer.render(text, size, maxWidth);
    // A map keeps the order of insertion: put in again, it is the youngest.
    this.#bitmaps.delete(key);
    this.#bitmaps.set(key, bitmap);
    if (this.#bitmaps.size > most) this.#bitmaps.delete(this.#bitmaps.keys().next().value!);
    return bitmap;
  }
}
