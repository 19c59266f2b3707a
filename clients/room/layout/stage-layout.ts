import { equalTiles, tileAspect, tilesPerPage, type Area, type Rectangle } from './grid.js';

/** What the stage can show: one picture of a site. */
export interface StageTile {
  /** Unique, and stable while the picture lasts: the element on the page is kept when it moves. */
  key: string;
}

export interface StageLayout {
  /** Where each tile is; tiles without a place are not shown. */
  places: Map<string, Rectangle>;
  /** The large one, if any. */
  mainKey: string | null;
  page: number;
  pages: number;
  /** Where one turns the pages; null with one page. */
  pager: Rectangle | null;
}

/** In CSS pixels. Narrower tiles show nothing that one could recognise. */
const gap = 8;
const minGridTileWidth = 220;
const maxStripShare = 0.24;
const stripTileWidth = { min: 120, max: 260 };
const pagerHeight = 44;

/**
 * Where everything goes. With `mainKey` one picture is large and the others stand in a strip beside it (below it
 * where the stage is upright); without it all are equal. What does not fit comes on the next page.
 */
export function layOut(tiles: StageTile[], mainKey: string | null, area: Area, page: number): StageLayout {
  const others = tiles.filter(tile => tile.key !== mainKey);
  if (mainKey === null || others.length === tiles.length) return layOutGrid(tiles, area, page);
  if (others.length === 0) return layOutGrid(tiles, area, 0, mainKey);
  return layOutStrip(others, mainKey, area, page);
}

function layOutGrid(
  tiles: StageTile[],
  area: Area,
  page: number,
  mainKey: string | null = null,
): StageLayout {
  const minWidth = Math.min(minGridTileWidth, (area.width - gap) / 2);
  const above = { width: area.width, height: Math.max(0, area.height - pagerHeight) };
  const allFit = tilesPerPage(tiles.length, area, gap, minWidth) >= tiles.length;
  const paged = takePage(
    tiles,
    allFit ? tiles.length : tilesPerPage(tiles.length, above, gap, minWidth),
    page,
  );
  const rectangles = equalTiles(paged.shown.length, allFit ? area : above, gap);
  const pager = allFit ? null : { left: 0, top: above.height, width: area.width, height: pagerHeight };
  return { places: placesOf(paged.shown, rectangles), mainKey, page: paged.page, pages: paged.pages, pager };
}

function layOutStrip(others: StageTile[], mainKey: string, area: Area, page: number): StageLayout {
  const upright = area.width < area.height;
  const extent = upright ? area.width : area.height;
  const clamp = (width: number) => Math.min(stripTileWidth.max, Math.max(stripTileWidth.min, width));
  const width = upright
    ? Math.min(clamp(area.height * maxStripShare * tileAspect * 0.7), (area.width - gap) / 2)
    : clamp(area.width * maxStripShare * 0.8);
  const height = width / tileAspect;
  const step = (upright ? width : height) + gap;
  const fitting = (length: number) => Math.max(1, Math.floor((length + gap) / step));
  const allFit = fitting(extent) >= others.length;
  // Upright, the pager lies below the strip, else at the strip's end: the large picture is left alone.
  const below = !allFit && upright ? pagerHeight : 0;
  const room = allFit || upright ? extent : extent - pagerHeight;
  const paged = takePage(others, allFit ? others.length : fitting(room), page);
  const start = Math.max(0, (room - (paged.shown.length * step - gap)) / 2);
  const stripTop = area.height - height - below;
  const main: Rectangle = upright
    ? { left: 0, top: 0, width: area.width, height: Math.max(0, stripTop - gap) }
    : { left: 0, top: 0, width: Math.max(0, area.width - width - gap), height: area.height };
  const strip = paged.shown.map((_, index): Rectangle =>
    upright
      ? { left: start + index * step, top: stripTop, width, height }
      : { left: area.width - width, top: start + index * step, width, height },
  );
  const places = placesOf(paged.shown, strip);
  places.set(mainKey, main);
  const pager = {
    left: upright ? 0 : area.width - width,
    top: area.height - pagerHeight,
    width: upright ? area.width : width,
    height: pagerHeight,
  };
  return { places, mainKey, page: paged.page, pages: paged.pages, pager: allFit ? null : pager };
}

function takePage<T>(all: T[], size: number, wanted: number): { shown: T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const page = Math.min(Math.max(0, wanted), pages - 1);
  return { shown: all.slice(page * size, (page + 1) * size), page, pages };
}

function placesOf(tiles: StageTile[], rectangles: Rectangle[]): Map<string, Rectangle> {
  return new Map(
    tiles.flatMap((tile, index) => {
      const rectangle = rectangles[index];
      return rectangle ? [[tile.key, rectangle] as const] : [];
    }),
  );
}
