import { multipleBelow, type CanvasSize, type Tile } from './tile.js';

/** Most sites of the guide's continuous presence (24), with room for the one that watches. */
export const maxGridTiles = 25;

/** Columns × rows for up to so many sites, on a canvas that is wider than high. */
const grids = [
  { most: 1, columns: 1, rows: 1 },
  { most: 2, columns: 2, rows: 1 },
  { most: 4, columns: 2, rows: 2 },
  { most: 6, columns: 3, rows: 2 },
  { most: 9, columns: 3, rows: 3 },
  { most: 12, columns: 4, rows: 3 },
  { most: 16, columns: 4, rows: 4 },
  { most: 20, columns: 5, rows: 4 },
  { most: maxGridTiles, columns: 5, rows: 5 },
] as const;

/** Of the canvas' width: the space between tiles is at least the first and at most the second. */
const leastGap = 1 / 480;
const mostGap = 1 / 120;

/**
 * Equal 16:9 tiles in rows, as large as they can be, the last row centred. One site has the whole canvas.
 * More sites than `maxGridTiles` get no tile.
 */
export function automaticGrid(count: number, canvas: CanvasSize): Tile[] {
  const shown = Math.min(count, maxGridTiles);
  if (shown <= 0) return [];
  if (shown === 1) return [whole(canvas)];
  const { columns, rows } = gridFor(shown, canvas);
  const least = canvas.width * leastGap;
  const cellWidth = (canvas.width - (columns + 1) * least) / columns;
  const cellHeight = (canvas.height - (rows + 1) * least) / rows;
  const width = Math.max(16, multipleBelow(Math.min(cellWidth, (cellHeight * 16) / 9), 16));
  const height = Math.min(Math.round((width * 9) / 32) * 2, multipleBelow(canvas.height / rows, 2));
  const gapX = gap(canvas.width, columns, width, canvas.width * mostGap);
  const gapY = gap(canvas.height, rows, height, canvas.width * mostGap);
  const top = start(canvas.height, rows, height, gapY);

  return Array.from({ length: shown }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, shown - row * columns);
    return {
      x: start(canvas.width, inRow, width, gapX) + (index % columns) * (width + gapX),
      y: top + row * (height + gapY),
      width,
      height,
    };
  });
}

function whole({ width, height }: CanvasSize): Tile {
  const inner = multipleBelow(width, 16);
  return { x: multipleBelow((width - inner) / 2, 2), y: 0, width: inner, height: multipleBelow(height, 2) };
}

function gridFor(count: number, { width, height }: CanvasSize): { columns: number; rows: number } {
  const { columns, rows } = grids.find(grid => count <= grid.most)!;
  return width >= height ? { columns, rows } : { columns: rows, rows: columns };
}

/** What is left is spread evenly between and around the tiles, as far as it looks well. */
function gap(length: number, tiles: number, size: number, most: number): number {
  return Math.max(0, multipleBelow(Math.min((length - tiles * size) / (tiles + 1), most), 2));
}

function start(length: number, tiles: number, size: number, between: number): number {
  return Math.max(0, multipleBelow((length - tiles * size - (tiles - 1) * between) / 2, 2));
}
