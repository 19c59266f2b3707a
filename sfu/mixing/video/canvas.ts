import type { Blitter } from '../../codecs/blitter.js';
import { backdrop } from '../../codecs/scaler.js';
import { Surface } from '../../codecs/surface.js';
import type { TextBitmap } from '../../codecs/text.js';
import type { Tile } from '../../layouts/tile.js';
import { blend, plainOverlay, plateOverlay, type Overlay } from './overlay.js';
import type { TileMemory } from './tile-memory.js';

/** A tile without a picture: a little lighter than the backdrop. */
const emptyTile = [40, 132, 126] as const;

/** What a canvas shows. `picture` is absent where a site sends none. */
export interface Arrangement {
  tiles: {
    place: Tile;
    picture?: TileMemory;
    /** At the lower left of the picture. */
    label?: TextBitmap;
    /** In the middle of a tile without picture. */
    name?: TextBitmap;
  }[];
  /** Shown when there is no tile at all. */
  waiting?: TextBitmap;
}

/** How long a new arrangement waits for the first pictures in its sizes, while the old one stays. */
const readyWithinMs = 150;

/**
 * One composed picture that stays: only tiles with a new picture are copied, and a late one keeps its last.
 * A new arrangement takes over between two pictures, once it has something to show.
 */
export class Canvas {
  readonly surface: Surface;
  #shown: ShownTile[] = [];
  #pending: { arrangement: Arrangement; sinceMs: number } | undefined;
  #started = false;

  constructor(
    width: number,
    height: number,
    private readonly blitter: Blitter,
  ) {
    this.surface = Surface.allocate(width, height);
    this.surface.fill(...backdrop);
  }

  arrange(arrangement: Arrangement, nowMs: number): void {
    // The wait counts from the first of several changes, or a lively conference would never change its picture.
    this.#pending = { arrangement, sinceMs: this.#pending?.sinceMs ?? nowMs };
  }

  /** Brings the surface up to date. False while there has been nothing to show yet. */
  compose(nowMs: number): boolean {
    if (this.#pending && this.#isReady(this.#pending, nowMs)) {
      this.#take(this.#pending.arrangement);
      this.#pending = undefined;
      this.#started = true;
    }
    for (const tile of this.#shown) tile.paint(this.blitter);
    return this.#started;
  }

  #isReady({ arrangement, sinceMs }: { arrangement: Arrangement; sinceMs: number }, nowMs: number): boolean {
    if (nowMs - sinceMs >= readyWithinMs) return true;
    return arrangement.tiles.every(({ picture }) => !picture || picture.sequence > 0);
  }

  #take(arrangement: Arrangement): void {
    this.surface.fill(...backdrop);
    this.#shown = arrangement.tiles.map(tile => new ShownTile(this.surface, tile));
    if (arrangement.tiles.length === 0 && arrangement.waiting) {
      centre(plainOverlay(arrangement.waiting), this.surface);
    }
  }
}

class ShownTile {
  readonly #surface: Surface;
  readonly #picture: TileMemory | undefined;
  readonly #label: Overlay | undefined;
  readonly #name: Overlay | undefined;
  /** Number of the picture that is painted; 0: the name is; -1: nothing yet. */
  #painted = -1;

  constructor(canvas: Surface, { place, picture, label, name }: Arrangement['tiles'][number]) {
    this.#surface = canvas.region(place.x, place.y, place.width, place.height);
    this.#picture = picture;
    this.#label = label && plateOverlay(label);
    this.#name = name && plainOverlay(name);
  }

  paint(blitter: Blitter): void {
    const picture = this.#picture;
    if (!picture?.live || picture.sequence === 0) {
      if (this.#painted !== 0) this.#paintEmpty();
      return;
    }
    if (picture.sequence === this.#painted) return;
    this.#painted = picture.read(source => blitter.copy(source, this.#surface));
    const label = this.#label;
    if (!label) return;
    const margin = Math.round(this.#surface.height / 64) * 2;
    const top = Math.floor((this.#surface.height - label.height - margin) / 2) * 2;
    blend(label, this.#surface, margin, Math.max(0, top));
  }

  #paintEmpty(): void {
    this.#painted = 0;
    this.#surface.fill(...emptyTile);
    if (this.#name) centre(this.#name, this.#surface);
  }
}

function centre(overlay: Overlay, surface: Surface): void {
  const x = Math.floor((surface.width - overlay.width) / 4) * 2;
  const y = Math.floor((surface.height - overlay.height) / 4) * 2;
  blend(overlay, surface, Math.max(0, x), Math.max(0, y));
}
