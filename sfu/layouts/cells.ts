import { multipleBelow, type CanvasSize, type Tile } from './tile.js';

/** A rectangle of a layout in the units of its own grid. */
export type Cell = readonly [x: number, y: number, width: number, height: number];

/** A layout on a grid that is stretched over the canvas: the first cell is the one that counts most. */
export interface CellGrid {
  columns: number;
  rows: number;
  cells: readonly Cell[];
}

/** Of the canvas' width: the space between cells. */
const gapShare = 1 / 480;
/** A tile is never wider than the widest common picture; a canvas that is wider has its tiles in the middle. */
const widest = 16 / 9;

/** The cells as tiles, in their order: within the canvas, apart where the cells are apart. */
export function tilesOfCells(grid: CellGrid, canvas: CanvasSize): Tile[] {
  const width = Math.min(canvas.width, canvas.height * widest);
  const left = (canvas.width - width) / 2;
  const [unitX, unitY] = [width / grid.columns, canvas.height / grid.rows];
  const gap = grid.cells.length > 1 ? (width * gapShare) / 2 : 0;
  return grid.cells.map(([x, y, columns, rows]) =>
    tileWithin(left + x * unitX + gap, y * unitY + gap, columns * unitX - 2 * gap, rows * unitY - 2 * gap),
  );
}

/** Rows of equal cells, each row as wide as the whole: [height of the row, cells in it]. */
export function bands(...rows: (readonly [height: number, count: number])[]): CellGrid {
  const columns = rows.reduce((product, [, count]) => leastCommonMultiple(product, count), 1);
  const cells: Cell[] = [];
  let y = 0;
  for (const [height, count] of rows) {
    const width = columns / count;
    for (let n = 0; n < count; n++) cells.push([n * width, y, width, height]);
    y += height;
  }
  return { columns, rows: y, cells };
}

/** The largest tile inside a rectangle, in its middle. */
export function tileWithin(x: number, y: number, width: number, height: number): Tile {
  const inner = {
    width: Math.max(16, multipleBelow(width, 16)),
    height: Math.max(2, multipleBelow(height, 2)),
  };
  return {
    // Upwards: downwards could leave the rectangle.
    x: evenWithin(x, width, inner.width),
    y: evenWithin(y, height, inner.height),
    ...inner,
  };
}

function evenWithin(start: number, room: number, size: number): number {
  const centred = multipleBelow(start + Math.max(0, room - size) / 2, 2);
  return Math.max(0, centred < start && centred + 2 + size <= start + room ? centred + 2 : centred);
}

function leastCommonMultiple(a: number, b: number): number {
  const divisor = (m: number, n: number): number => (n === 0 ? m : divisor(n, m % n));
  return (a * b) / divisor(a, b);
}
