/** A place on the stage, in CSS pixels from its upper left corner. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Area {
  width: number;
  height: number;
}

/** Width by height of a tile: what cameras send. */
export const tileAspect = 16 / 9;

/**
 * `count` equal tiles as large as they can be in `area`. Rows are centred; a last row that is not full stands in
 * the middle.
 * @param gap between two tiles, in CSS pixels
 */
export function equalTiles(count: number, area: Area, gap: number): Rectangle[] {
  if (count < 1 || area.width <= 0 || area.height <= 0) return [];
  const { columns, width } = bestColumns(count, area, gap);
  const height = width / tileAspect;
  const rows = Math.ceil(count / columns);
  const firstTop = (area.height - rows * height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const firstLeft = (area.width - inRow * width - (inRow - 1) * gap) / 2;
    return {
      left: firstLeft + (index - row * columns) * (width + gap),
      top: firstTop + row * (height + gap),
      width,
      height,
    };
  });
}

/** Width of the tiles when `count` of them share `area`; the number of columns that makes it largest. */
function bestColumns(count: number, area: Area, gap: number): { columns: number; width: number } {
  let best = { columns: 1, width: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const byWidth = (area.width - (columns - 1) * gap) / columns;
    const byHeight = ((area.height - (rows - 1) * gap) / rows) * tileAspect;
    const width = Math.max(0, Math.min(byWidth, byHeight));
    // Of two equally good ones, a wide stage takes the one with the tiles beside each other.
    const equal = Math.abs(width - best.width) < 0.5 && area.width > area.height;
    if (width > best.width || equal) best = { columns, width };
  }
  return best;
}

/** How many tiles one page shows, so that none becomes narrower than `minWidth`. At least one. */
export function tilesPerPage(count: number, area: Area, gap: number, minWidth: number): number {
  for (let shown = count; shown > 1; shown--) {
    if (bestColumns(shown, area, gap).width >= minWidth) return shown;
  }
  return 1;
}
