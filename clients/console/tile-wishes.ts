import type { TileWish, ViewWish } from '../../server/api/views.js';

/** What a tile of the layout shows, as the board's list of choices names it: a site's id, or one of these. */
export type TileChoice =
  'automatic' | 'speech' | 'round-robin' | 'chair' | 'content' | 'empty' | `site:${string}`;

const roundRobinS = 10;

export function choiceOf(tile: TileWish | undefined): TileChoice {
  if (!tile) return 'automatic';
  if (tile.kind === 'site') return `site:${tile.siteId}`;
  return tile.kind === 'join-order' ? 'automatic' : tile.kind;
}

/**
 * The view with this choice at this place. A site is in one tile only: dropped from another, the two change places, as
 * one expects of things that are moved. Places before it that nobody chose become automatic ones: filled as by join
 * order, but the first, which is for who speaks.
 */
export function withTile(view: ViewWish, place: number, choice: TileChoice): ViewWish {
  const tiles = Array.from(
    { length: Math.max(view.tiles.length, place + 1) },
    (_, n) => view.tiles[n] ?? automatic(n),
  );
  const wish = wishOf(choice, place);
  if (wish.kind === 'site') {
    const other = tiles.findIndex(tile => tile.kind === 'site' && tile.siteId === wish.siteId);
    if (other >= 0 && other !== place) tiles[other] = tiles[place]!;
  }
  tiles[place] = wish;
  while (tiles.length > 0 && isAutomatic(tiles.at(-1)!, tiles.length - 1)) tiles.pop();
  return { ...view, tiles };
}

function wishOf(choice: TileChoice, place: number): TileWish {
  if (choice === 'automatic') return automatic(place);
  if (choice === 'round-robin') return { kind: 'round-robin', everyS: roundRobinS };
  if (choice.startsWith('site:')) return { kind: 'site', siteId: choice.slice(5) };
  return { kind: choice as 'speech' | 'chair' | 'content' | 'empty' };
}

function automatic(place: number): TileWish {
  return { kind: place === 0 ? 'speech' : 'join-order' };
}

function isAutomatic(tile: TileWish, place: number): boolean {
  return tile.kind === automatic(place).kind;
}
