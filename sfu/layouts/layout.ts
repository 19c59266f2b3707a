import { automaticGrid, maxGridTiles } from './automatic-grid.js';
import { bands, tileWithin, tilesOfCells, type Cell, type CellGrid } from './cells.js';
import type { CanvasSize, Tile } from './tile.js';

/** How a layout is drawn; `large` is how many of its first tiles stand out. Portrait canvases have a form of their own. */
interface Layout {
  tiles: number;
  large: number;
  place: (count: number, canvas: CanvasSize) => Tile[];
  /** Later tiles lie over the first one. */
  overlaps?: true;
}

const equal = (tiles: number): Layout => ({
  tiles,
  large: 0,
  place: (_count, canvas) => automaticGrid(tiles, canvas),
});

const unequal = (large: number, landscape: CellGrid, portrait: CellGrid = landscape): Layout => ({
  tiles: landscape.cells.length,
  large,
  place: (_count, canvas) => tilesOfCells(canvas.width >= canvas.height ? landscape : portrait, canvas),
});

/** A large square at the upper left, small ones to its right, then below it. */
function corner(size: number): CellGrid {
  const cells: Cell[] = [[0, 0, size, size]];
  for (let y = 0; y < size; y++) cells.push([size, y, 1, 1]);
  for (let x = 0; x <= size; x++) cells.push([x, size, 1, 1]);
  return { columns: size + 1, rows: size + 1, cells };
}

/** Large cells first, then all free unit cells of a 4 × 4 grid, row by row. */
function around(...large: Cell[]): CellGrid {
  const isFree = (x: number, y: number) =>
    large.every(
      ([left, top, width, height]) => x < left || y < top || x >= left + width || y >= top + height,
    );
  const units = Array.from({ length: 16 }, (_, n): Cell => [n % 4, Math.floor(n / 4), 1, 1]);
  return { columns: 4, rows: 4, cells: [...large, ...units.filter(([x, y]) => isFree(x, y))] };
}

/** The inset's share of the canvas' width and height, and its distance from the edges. */
const insetShare = 1 / 4;
const insetMargin = 1 / 40;

const insetAt = (right: 0 | 1, bottom: 0 | 1): Layout => ({
  tiles: 2,
  large: 1,
  overlaps: true,
  place: (_count, canvas) => {
    const [width, height] = [canvas.width * insetShare, canvas.height * insetShare];
    const margin = canvas.width * insetMargin;
    const x = right ? canvas.width - width - margin : margin;
    const y = bottom ? canvas.height - height - margin : margin;
    return [...automaticGrid(1, canvas), tileWithin(x, y, width, height)];
  },
});

const automatic: Layout = { tiles: maxGridTiles, large: 0, place: automaticGrid };

/** Every layout there is, by the name that a view gives it. */
const layouts = {
  auto: automatic,
  '1': { ...equal(1), large: 1 },
  '2': equal(2),
  '3': equal(3),
  '4': equal(4),
  '6': equal(6),
  '9': equal(9),
  '16': equal(16),
  '20': equal(20),
  '24': equal(24),
  '2+1': unequal(
    1,
    {
      columns: 3,
      rows: 2,
      cells: [
        [0, 0, 2, 2],
        [2, 0, 1, 1],
        [2, 1, 1, 1],
      ],
    },
    bands([2, 1], [1, 2]),
  ),
  '3+1': unequal(
    1,
    {
      columns: 4,
      rows: 3,
      cells: [
        [0, 0, 3, 3],
        [3, 0, 1, 1],
        [3, 1, 1, 1],
        [3, 2, 1, 1],
      ],
    },
    bands([2, 1], [1, 3]),
  ),
  '5+1': unequal(1, corner(2), bands([2, 1], [1, 3], [1, 2])),
  '7+1': unequal(1, corner(3), bands([3, 1], [1, 2], [1, 3], [1, 2])),
  '2+8': unequal(
    2,
    around([0, 0, 2, 2], [2, 0, 2, 2]),
    bands([2, 1], [2, 1], [1, 2], [1, 2], [1, 2], [1, 2]),
  ),
  '12+1': unequal(1, around([1, 1, 2, 2]), bands([3, 1], [1, 3], [1, 3], [1, 3], [1, 3])),
  '13': unequal(1, around([0, 0, 2, 2]), bands([2, 1], [1, 4], [1, 4], [1, 4])),
  'side-by-side': unequal(0, bands([1, 2]), bands([1, 1], [1, 1])),
  'pip-top-left': insetAt(0, 0),
  'pip-top-right': insetAt(1, 0),
  'pip-bottom-left': insetAt(0, 1),
  'pip-bottom-right': insetAt(1, 1),
  pop: unequal(
    1,
    {
      columns: 4,
      rows: 4,
      cells: [
        [0, 0.5, 3, 3],
        [3, 2.5, 1, 1],
      ],
    },
    bands([3, 1], [1, 1]),
  ),
  /** As the class sees it; the lecturer sees the class in `auto`. */
  lecture: { ...equal(1), large: 1 },
  'content-strip': unequal(
    1,
    { columns: 10, rows: 10, cells: [[1, 0, 8, 8], ...[0, 2, 4, 6, 8].map((x): Cell => [x, 8, 2, 2])] },
    bands([2, 1], [1, 2], [1, 3]),
  ),
} satisfies Record<string, Layout>;

export type LayoutName = keyof typeof layouts;

/** The automatic one first. (JavaScript puts keys that are numbers before all others.) */
export const layoutNames = ['auto', ...Object.keys(layouts).filter(name => name !== 'auto')] as LayoutName[];

/** The tiles of the first sites, in the order of the view; sites beyond them are not seen. Later tiles lie above. */
export function tilesOf(layout: LayoutName, count: number, canvas: CanvasSize): Tile[] {
  return layouts[layout].place(count, canvas);
}

/** Most tiles that the layout has, and how many of the first stand out by their size. */
export function shapeOf(layout: LayoutName): { tiles: number; large: number } {
  return layouts[layout];
}

/** Whether later tiles may lie over the first: what is painted below must be painted before. */
export function overlaps(layout: LayoutName): boolean {
  const known: Layout = layouts[layout];
  return known.overlaps ?? false;
}
