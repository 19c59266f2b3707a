import t from 'tap';
import { equalTiles, tileAspect, tilesPerPage, type Rectangle } from './grid.js';

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.left < b.left + b.width - 0.01 &&
  b.left < a.left + a.width - 0.01 &&
  a.top < b.top + b.height - 0.01 &&
  b.top < a.top + a.height - 0.01;

void t.test('tiles are equal, keep their shape, stay inside and do not overlap', async t => {
  for (const area of [
    { width: 1264, height: 600 },
    { width: 374, height: 700 },
    { width: 800, height: 260 },
  ]) {
    for (let count = 1; count <= 24; count++) {
      const tiles = equalTiles(count, area, 8);
      const isEqual = new Set(tiles.map(tile => Math.round(tile.width))).size === 1;
      const keepsShape = tiles.every(tile => Math.abs(tile.width / tile.height - tileAspect) < 1e-6);
      const isInside = tiles.every(
        tile =>
          tile.left >= -0.01 &&
          tile.top >= -0.01 &&
          tile.left + tile.width <= area.width + 0.01 &&
          tile.top + tile.height <= area.height + 0.01,
      );
      const overlaps = tiles.some((tile, index) =>
        tiles.slice(index + 1).some(other => overlap(tile, other)),
      );
      t.same(
        { all: tiles.length, isEqual, keepsShape, isInside, overlaps },
        { all: count, isEqual: true, keepsShape: true, isInside: true, overlaps: false },
        `${count} in ${area.width}×${area.height}`,
      );
    }
  }
});

void t.test('the number of columns is the one with the largest tiles', async t => {
  const columns = (count: number, width: number, height: number) =>
    new Set(equalTiles(count, { width, height }, 0).map(tile => Math.round(tile.left))).size;
  t.equal(columns(2, 1600, 900), 2, 'two beside each other on a wide stage');
  t.equal(columns(2, 400, 800), 1, 'two above each other on an upright one');
  t.equal(columns(4, 1600, 900), 2);
  t.equal(columns(9, 1600, 900), 3);
});

void t.test('a last row that is not full stands in the middle', async t => {
  const tiles = equalTiles(3, { width: 1600, height: 900 }, 0);
  t.same(
    tiles.map(tile => [tile.left, tile.top]),
    [
      [0, 0],
      [800, 0],
      [400, 450],
    ],
  );
});

void t.test('no stage, no tiles', async t => {
  t.same(equalTiles(3, { width: 0, height: 100 }, 8), []);
  t.same(equalTiles(0, { width: 100, height: 100 }, 8), []);
});

void t.test('a page holds as many tiles as stay wide enough, and at least one', async t => {
  const area = { width: 1000, height: 562 };
  t.equal(tilesPerPage(4, area, 0, 200), 4);
  const shown = tilesPerPage(50, area, 8, 200);
  t.ok(equalTiles(shown, area, 8)[0]!.width >= 200);
  t.ok(equalTiles(shown + 1, area, 8)[0]!.width < 200, 'one more would be too small');
  t.equal(tilesPerPage(5, { width: 100, height: 60 }, 8, 200), 1);
});
