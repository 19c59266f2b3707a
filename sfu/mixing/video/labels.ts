import type { TextRenderer } from '../../codecs/text.js';
import { inARow, markBitmap, type Mark } from './marks.js';
import { plainOverlay, plateOverlay, type Overlay } from './overlay.js';

/** Names in all their sizes; some 60 KB each. */
const most = 500;

/**
 * Names with their marks, ready to be laid over pictures: drawn once, kept, and handed from thread to thread as
 * shared memory, for drawing takes milliseconds and plans come often. The least recently used go.
 */
export class Labels {
  readonly #overlays = new Map<string, Overlay | null>();

  constructor(private readonly renderer: Pick<TextRenderer, 'render'>) {}

  /** On a dark plate, for the corner of a picture. Null: there is nothing to be seen. */
  plate(text: string, marks: readonly Mark[], size: number, maxWidth: number): Overlay | null {
    return this.#get('plate', text, marks, size, maxWidth);
  }

  /** Alone, for the middle of a calm background. */
  plain(text: string, marks: readonly Mark[], size: number, maxWidth: number): Overlay | null {
    return this.#get('plain', text, marks, size, maxWidth);
  }

  #get(
    on: 'plate' | 'plain',
    text: string,
    marks: readonly Mark[],
    size: number,
    maxWidth: number,
  ): Overlay | null {
    const key = `${on} ${marks.join('+')} ${size} ${maxWidth} ${text}`;
    let overlay = this.#overlays.get(key);
    if (overlay === undefined) overlay = this.#draw(on, text, marks, size, maxWidth);
    // A map keeps the order of insertion: put in again, it is the youngest.
    this.#overlays.delete(key);
    this.#overlays.set(key, overlay);
    if (this.#overlays.size > most) this.#overlays.delete(this.#overlays.keys().next().value!);
    return overlay;
  }

  #draw(
    on: 'plate' | 'plain',
    text: string,
    marks: readonly Mark[],
    size: number,
    maxWidth: number,
  ): Overlay | null {
    // A line of text is half as high again as its letters; marks are as high as the line.
    const lineHeight = Math.ceil((size * 1.5) / 2) * 2;
    const drawn = marks.map(mark => markBitmap(mark, lineHeight));
    const name = this.renderer.render(text, size, maxWidth - marks.length * lineHeight);
    const bitmap = inARow(name ? [...drawn, name] : drawn);
    return bitmap && (on === 'plate' ? plateOverlay(bitmap) : plainOverlay(bitmap));
  }
}
