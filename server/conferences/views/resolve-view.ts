import { shapeOf } from '../../../sfu/layouts/layout.js';
import type { View } from '../../../sfu/mixing/plan.js';
import type { ConferenceViews, TileWish, ViewWish } from '../../api/views.js';

/** All that a view follows from; a value. */
export interface ViewInput {
  views: ConferenceViews;
  /** Who looks; null: the recording, which sees everybody. */
  viewer: string | null;
  /** All sites, in join order. */
  sites: readonly string[];
  /** Shared content, by the source's id and the site that shares it. */
  contents: readonly { sourceId: string; siteId: string }[];
  /** Who speaks, then who spoke before. */
  speech: readonly string[];
  /** Of a steady clock; moves round robin on. */
  nowMs: number;
}

/**
 * What somebody sees, from what was wished for. Broadcasting goes before watching, watching before the site's own
 * view, that before the conference's. Nobody sees themselves large. Wishes that cannot be met (the site has left)
 * are filled by join order, so that a view is never emptier than it must be. Equal wishes of sites in equal
 * positions give equal views, which the MCU makes once.
 */
export function resolveView(input: ViewInput): View {
  const wish = effectiveWish(input);
  const contents = wish.content ? contentsFor(input) : [];
  return {
    layout: wish.layout,
    siteIds: new Seating(input, wish, contents).seats(),
    labels: wish.labels,
    border: wish.border,
    fit: wish.fit,
    background: wish.background,
  };
}

/** The wish with broadcast, watch and lecture worked in: of those, only tiles and layout are left. */
function effectiveWish({ views, viewer, sites, speech }: ViewInput): ViewWish {
  const { broadcast, watching, conference } = views;
  const own = viewer === null ? undefined : views.sites[viewer];
  const wish = own ?? conference;
  if (broadcast !== null && broadcast !== viewer && sites.includes(broadcast))
    return showing(broadcast, wish);
  const watched = viewer === null ? undefined : watching[viewer];
  if (watched !== undefined && watched !== viewer && sites.includes(watched)) {
    return { ...showing(watched, wish), layout: '1' };
  }
  if (wish.layout !== 'lecture') return wish;
  const lecturer = lecturerOf(wish, views, sites, speech);
  // Without one there is no lecture yet; the one who gives it sees the class.
  if (lecturer === undefined || lecturer === viewer) return { ...wish, layout: 'auto', tiles: [] };
  return { ...wish, tiles: [{ kind: 'site', siteId: lecturer }] };
}

/** The site large: in the layout's first tile where that stands out, else alone. It goes before content. */
function showing(siteId: string, wish: ViewWish): ViewWish {
  const tile: TileWish = { kind: 'site', siteId };
  const { large, tiles } = shapeOf(wish.layout);
  if (large === 0 || tiles === 1) return { ...wish, layout: '1', tiles: [tile], content: false };
  const others = wish.tiles.filter(other => other.kind !== 'site' || other.siteId !== siteId);
  const hasPlace = others.some(other => other.kind === 'content');
  return { ...wish, tiles: [tile, ...others.slice(1)], content: wish.content && hasPlace };
}

function lecturerOf(
  { tiles: [first] }: ViewWish,
  { chosen }: ConferenceViews,
  sites: readonly string[],
  speech: readonly string[],
): string | undefined {
  const wanted = [first?.kind === 'site' ? first.siteId : undefined, ...chosen, ...speech];
  return wanted.find(siteId => siteId !== undefined && sites.includes(siteId));
}

/** Nobody needs to see what they share themselves. */
function contentsFor({ contents, viewer }: ViewInput): string[] {
  return contents.filter(({ siteId }) => siteId !== viewer).map(({ sourceId }) => sourceId);
}

/** Of those who spoke last, so many get a tile although there are more sites than tiles. */
const mostSpeakersLetIn = 3;

/** Who sits where. A choice changes places with whom it displaces, so that all others stay where they are. */
class Seating {
  readonly #wishes: TileWish[];
  /** Beyond the tiles are those who are not seen. */
  readonly #row: (string | null)[];
  readonly #locked = new Set<number>();
  readonly #large: number;

  constructor(
    private readonly input: ViewInput,
    private readonly wish: ViewWish,
    private readonly contents: string[],
  ) {
    const { viewer, sites } = input;
    this.#large = shapeOf(wish.layout).large;
    this.#row = wish.ownPicture ? [...sites] : sites.filter(siteId => siteId !== viewer);
    this.#wishes = this.#tileWishes();
    while (this.#row.length < this.#wishes.length) this.#row.push(null);
  }

  /** Empty when there is nobody to be seen. */
  seats(): (string | null)[] {
    this.#wishes.forEach((wish, place) => {
      if (wish.kind === 'empty') this.#insert(place, null);
      if (wish.kind !== 'content') return;
      const content = this.contents.shift();
      if (content !== undefined) this.#insert(place, content);
    });
    for (const kind of ['site', 'chair', 'speech'] as const) {
      this.#wishes.forEach((wish, place) => {
        if (wish.kind === kind) this.#seat(place, this.#firstFree(place, this.#wanted(wish)));
      });
    }
    this.#seatInTurn();
    this.#letSpeakersIn();
    this.#closeGaps();
    const seats = this.#row.slice(0, this.#wishes.length);
    return seats.some(seat => seat !== null) ? seats : [];
  }

  /** One for each tile: as wished, else speech for the large ones and join order for the others. */
  #tileWishes(): TileWish[] {
    const { layout, tiles } = this.wish;
    const shape = shapeOf(layout);
    const isAutomatic = layout === 'auto';
    const hasPlace = this.contents.length === 0 || tiles.some(({ kind }) => kind === 'content');
    const added = hasPlace ? 0 : isAutomatic ? this.contents.length : 1;
    const needed = Math.max(this.#row.length + added, tiles.length);
    return Array.from({ length: isAutomatic ? Math.min(shape.tiles, needed) : shape.tiles }, (_, place) => {
      if (place < added) return { kind: 'content' };
      return tiles[place] ?? { kind: place < this.#large ? 'speech' : 'join-order' };
    });
  }

  #wanted(wish: TileWish): readonly string[] {
    if (wish.kind === 'site') return [wish.siteId];
    return wish.kind === 'chair' ? this.input.views.chosen : this.input.speech;
  }

  /** All round-robin tiles go on together: each turn shows the next ones of those who have no other tile. */
  #seatInTurn(): void {
    const places = this.#wishes.flatMap(({ kind }, place) => (kind === 'round-robin' ? [place] : []));
    const pool = this.input.sites.filter(siteId => {
      const at = this.#row.indexOf(siteId);
      return places.includes(at) || at >= this.#wishes.length;
    });
    places.forEach((place, n) => {
      const wish = this.#wishes[place]!;
      if (wish.kind !== 'round-robin' || pool.length === 0) return;
      const turn = Math.floor(this.input.nowMs / (wish.everyS * 1000)) * places.length + n;
      const start = turn % pool.length;
      this.#seat(place, this.#firstFree(place, [...pool.slice(start), ...pool.slice(0, start)]));
    });
  }

  /** With more sites than tiles and no tile for speech, who spoke lately takes a tile at the end. */
  #letSpeakersIn(): void {
    const count = this.#wishes.length;
    if (this.#wishes.some(({ kind }) => kind === 'speech')) return;
    const most = Math.min(mostSpeakersLetIn, Math.floor(count / 2));
    const unseen = this.input.speech.filter(siteId => this.#row.indexOf(siteId) >= count).slice(0, most);
    const open = this.#wishes.flatMap((_, place) => (this.#locked.has(place) ? [] : [place]));
    const places = open.slice(Math.max(0, open.length - unseen.length));
    const inJoinOrder = this.input.sites.filter(siteId => unseen.includes(siteId));
    places.forEach((place, n) => this.#seat(place, inJoinOrder[n]));
  }

  /** What is left is in join order: without holes, and without the viewer in a large tile. */
  #closeGaps(): void {
    for (let place = 0; place < this.#wishes.length; place++) {
      if (this.#locked.has(place)) continue;
      const isOwn = place < this.#large && this.#row[place] === this.input.viewer;
      if (this.#row[place] !== null && !isOwn) continue;
      const next = this.#row.findIndex((siteId, at) => at > place && this.#mayMove(place, at, siteId));
      if (next >= 0) this.#swap(place, next);
      else if (isOwn) this.#row[place] = null;
    }
  }

  #firstFree(place: number, wanted: readonly string[]): string | undefined {
    return wanted.find(siteId => this.#mayMove(place, this.#row.indexOf(siteId), siteId));
  }

  #mayMove(to: number, from: number, siteId: string | null): boolean {
    if (siteId === null || from < 0 || this.#locked.has(from)) return false;
    return to >= this.#large || siteId !== this.input.viewer;
  }

  #seat(place: number, siteId: string | undefined): void {
    if (siteId === undefined) return;
    this.#swap(place, this.#row.indexOf(siteId));
    this.#locked.add(place);
  }

  #insert(place: number, what: string | null): void {
    this.#row.splice(place, 0, what);
    this.#locked.add(place);
  }

  #swap(a: number, b: number): void {
    [this.#row[a], this.#row[b]] = [this.#row[b]!, this.#row[a]!];
  }
}
