import t from 'tap';
import { automaticGrid, maxGridTiles } from './automatic-grid.js';
import { tilesOf } from './layout.js';
import type { Tile } from './tile.js';

const hd = { width: 1920, height: 1080 };

const columnsAndRows = (tiles: Tile[]) => [
  new Set(tiles.slice(0, tiles.length).map(tile => tile.y)).size,
  Math.max(...tiles.map(tile => tiles.filter(other => other.y === tile.y).length)),
];

void t.test('rows and columns follow the number of sites', async t => {
  t.same(tilesOf('auto', 1, hd), [{ x: 0, y: 0, ...hd }]);
  const wanted: Record<number, [rows: number, columns: number]> = {
    2: [1, 2],
    3: [2, 2],
    4: [2, 2],
    5: [2, 3],
    6: [2, 3],
    7: [3, 3],
    9: [3, 3],
    10: [3, 4],
    16: [4, 4],
    25: [5, 5],
  };
  for (const [count, grid] of Object.entries(wanted)) {
    t.same(columnsAndRows(automaticGrid(Number(count), hd)), grid, `${count} sites`);
  }
  t.same(automaticGrid(0, hd), []);
  t.equal(automaticGrid(40, hd).length, maxGridTiles);
});

void t.test('the third of three stands in the middle, below the other two', async t => {
  const [first, second, third] = automaticGrid(3, hd) as [Tile, Tile, Tile];
  const middle = (first.x + second.x + second.width) / 2;
  t.ok(Math.abs(third.x + third.width / 2 - middle) <= 2);
  t.ok(third.y >= first.y + first.height);
});

void t.test('on any canvas: inside, apart, in steps the scaler can write, 16:9', async t => {
  const sizes = [hd, { width: 1280, height: 720 }, { width: 704, height: 576 }, { width: 352, height: 288 }];
  const odd = [
    { width: 1000, height: 1000 },
    { width: 720, height: 1280 },
    { width: 176, height: 144 },
  ];
  for (const canvas of [...sizes, ...odd]) {
    for (let count = 2; count <= maxGridTiles; count++) {
      const tiles = automaticGrid(count, canvas);
      const name = `${count} on ${canvas.width}×${canvas.height}`;
      t.equal(tiles.length, count, name);
      for (const [index, { x, y, width, height }] of tiles.entries()) {
        const inside = x >= 0 && y >= 0 && x + width <= canvas.width && y + height <= canvas.height;
        if (!inside) t.fail(`${name}: tile ${index} is outside: ${JSON.stringify(tiles[index])}`);
        if (width % 16 || height % 2 || x % 2 || y % 2) t.fail(`${name}: tile ${index} is not even`);
        if (Math.abs(width / height - 16 / 9) > 16 / 9 / (height / 2) + 0.02)
          t.fail(`${name}: ${width}×${height}`);
        for (const other of tiles.slice(index + 1)) {
          const apart =
            x + width <= other.x ||
            other.x + other.width <= x ||
            y + height <= other.y ||
            other.y + other.height <= y;
          if (!apart) t.fail(`${name}: tiles overlap`);
        }
      }
    }
  }
});

void t.test('little of a 1080p canvas is wasted', async t => {
  for (const count of [4, 9, 16, 25]) {
    const area = automaticGrid(count, hd).reduce((sum, tile) => sum + tile.width * tile.height, 0);
    t.ok(area / (1920 * 1080) > 0.9, `${count}: ${(area / 1920 / 1080).toFixed(3)}`);
  }
});
