import type { Blitter } from '../../codecs/blitter.js';
import { backdrop } from '../../codecs/scaler.js';
import { Surface } from '../../codecs/surface.js';
import type { Tile } from '../../layouts/tile.js';
import type { Background } from '../plan.js';
import { blend, type Overlay } from './overlay.js';
import type { TileMemory } from './tile-memory.js';

/** A tile without a picture: a little lighter than the backdrop. */
const emptyTile = [40, 132, 126] as const;

/** What a canvas shows. `picture` is absent where a site sends none. */
export interface Arrangement {
  tiles: {
    place: Tile;
    picture?: TileMemory;
    /** At the lower left of the picture. */
    label?: Overlay;
    /** In the middle of a tile without picture. */
    name?: Overlay;
    /** Who speaks has a border. */
    border?: boolean;
  }[];
  /** Shown when there is no tile at all. */
  waiting?: Overlay;
  /** Over all of it, at the left below the top. */
  notice?: Overlay | undefined;
  /** Default dark. */
  background?: Background;
}

/** Y, Cb, Cr */
const backgrounds: Record<Background, readonly [number, number, number]> = {
  dark: backdrop,
  black: [16, 128, 128],
  grey: [80, 128, 128],
  blue: [48, 148, 116],
};
/** A green that stands out from most pictures. */
const borderColour = [160, 100, 84] as const;

/** How long a new arrangement waits for the first pictures in its sizes, while the old one stays. */
const readyWithinMs = 150;
/** Of the first one, where receivers are shown something else until it comes (see `Outgoing`). */
const patientMs = 1_000;

/**
 * One composed picture that stays: only tiles with a new picture are copied, and a late one keeps its last.
 * A new arrangement takes over between two pictures, once it has something to show.
 */
export class Canvas {
  readonly surface: Surface;
  #shown: ShownTile[] = [];
  #notice: { overlay: Overlay; ground: Surface; x: number; y: number } | undefined;
  #background: Background = 'dark';
  #pending: { arrangement: Arrangement; sinceMs: number } | undefined;
  #started = false;

  constructor(
    width: number,
    height: number,
    private readonly blitter: Blitter,
    private readonly patient = false,
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
    this.#clearNotice();
    for (const tile of this.#shown) tile.paint(this.blitter);
    if (this.#notice) blend(this.#notice.overlay, this.surface, this.#notice.x, this.#notice.y);
    return this.#started;
  }

  /** It lets a part of the picture through, so what lies below is painted anew each time. */
  #clearNotice(): void {
    if (!this.#notice) return;
    this.#notice.ground.fill(...backgrounds[this.#background]);
    for (const tile of this.#shown) tile.repaint();
  }

  #isReady({ arrangement, sinceMs }: { arrangement: Arrangement; sinceMs: number }, nowMs: number): boolean {
    if (nowMs - sinceMs >= (this.#started || !this.patient ? readyWithinMs : patientMs)) return true;
    return arrangement.tiles.every(({ picture }) => !picture || picture.sequence > 0);
  }

  #take(arrangement: Arrangement): void {
    const { tiles, waiting, background = 'dark' } = arrangement;
    this.surface.fill(...backgrounds[background]);
    const shown: ShownTile[] = [];
    for (const tile of tiles) {
      const below = shown.filter(({ place }) => overlap(place, tile.place));
      shown.push(new ShownTile(this.surface, tile, below));
    }
    this.#shown = shown;
    if (tiles.length === 0 && waiting) centre(waiting, this.surface);
    this.#background = background;
    this.#notice = arrangement.notice && this.#noticeAt(arrangement.notice);
  }

  #noticeAt(overlay: Overlay): { overlay: Overlay; ground: Surface; x: number; y: number } {
    const { width, height } = this.surface;
    const margin = Math.round(height / 40) * 2;
    const ground = this.surface.region(
      margin,
      margin,
      Math.min(overlay.width, width - margin),
      Math.min(overlay.height, height - margin),
    );
    return { overlay, ground, x: margin, y: margin };
  }
}

class ShownTile {
  readonly place: Tile;
  /** It was painted in this round, so what lies above it must be too. */
  painted = false;
  readonly #surface: Surface;
  readonly #picture: TileMemory | undefined;
  readonly #label: Overlay | undefined;
  readonly #name: Overlay | undefined;
  readonly #border: readonly Surface[];
  /** Number of the picture that is painted; 0: the name is; -1: nothing yet. */
  #shows = -1;

  /** `below`: the tiles that it covers in part, which are painted before it. */
  constructor(
    canvas: Surface,
    { place, picture, label, name, border = false }: Arrangement['tiles'][number],
    private readonly below: readonly ShownTile[],
  ) {
    this.place = place;
    this.#surface = canvas.region(place.x, place.y, place.width, place.height);
    this.#picture = picture;
    this.#label = label;
    this.#name = name;
    this.#border = border ? borderOf(this.#surface) : [];
  }

  /** Something else was painted over it. */
  repaint(): void {
    this.#shows = -1;
  }

  paint(blitter: Blitter): void {
    const picture = this.#picture;
    const shows = picture?.live ? picture.sequence : 0;
    this.painted = shows !== this.#shows || this.below.some(tile => tile.painted);
    if (!this.painted) return;
    if (picture && shows !== 0) this.#paintPicture(picture, blitter);
    else this.#paintEmpty();
    for (const bar of this.#border) bar.fill(...borderColour);
  }

  #paintPicture(picture: TileMemory, blitter: Blitter): void {
    this.#shows = picture.read(source => blitter.copy(source, this.#surface));
    const label = this.#label;
    if (!label) return;
    const margin = Math.round(this.#surface.height / 64) * 2;
    const top = Math.floor((this.#surface.height - label.height - margin) / 2) * 2;
    blend(label, this.#surface, margin, Math.max(0, top));
  }

  #paintEmpty(): void {
    this.#shows = 0;
    this.#surface.fill(...emptyTile);
    if (this.#name) centre(this.#name, this.#surface);
  }
}

function centre(overlay: Overlay, surface: Surface): void {
  const x = Math.floor((surface.width - overlay.width) / 4) * 2;
  const y = Math.floor((surface.height - overlay.height) / 4) * 2;
  blend(overlay, surface, Math.max(0, x), Math.max(0, y));
}

function overlap(a: Tile, b: Tile): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Four bars along the edges, inside the tile. */
function borderOf(surface: Surface): Surface[] {
  const { width, height } = surface;
  const bar = Math.max(2, Math.round(height / 160) * 2);
  return [
    surface.region(0, 0, width, bar),
    surface.region(0, height - bar, width, bar),
    surface.region(0, 0, bar, height),
    surface.region(width - bar, 0, bar, height),
  ];
}
