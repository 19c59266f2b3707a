import { automaticGrid } from './automatic-grid.js';
import type { CanvasSize, Tile } from './tile.js';

/** Every layout there is, by the name that a view gives it: how many sites on which canvas → their tiles in order. */
const layouts = {
  auto: automaticGrid,
} satisfies Record<string, (count: number, canvas: CanvasSize) => Tile[]>;

export type LayoutName = keyof typeof layouts;

/** The tiles of the first sites, in the order of the view; sites beyond them are not seen. */
export function tilesOf(layout: LayoutName, count: number, canvas: CanvasSize): Tile[] {
  return layouts[layout](count, canvas);
}
