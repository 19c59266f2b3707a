import t from 'tap';
import { layoutNames, overlaps, shapeOf, tilesOf, type LayoutName } from './layout.js';
import type { Tile } from './tile.js';

const hd = { width: 1920, height: 1080 };
const canvases = [
  hd,
  { width: 1280, height: 720 },
  { width: 1024, height: 768 },
  { width: 704, height: 576 },
  { width: 352, height: 288 },
  { width: 176, height: 144 },
  { width: 720, height: 1280 },
  { width: 360, height: 640 },
  { width: 1000, height: 1000 },
  { width: 2560, height: 1080 },
  { width: 642, height: 362 },
];

const apart = (a: Tile, b: Tile) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

void t.test(
  'every layout on every canvas: inside, in steps the scaler can write, apart or declared to overlap',
  async t => {
    for (const name of layoutNames) {
      for (const canvas of canvases) {
        const tiles = tilesOf(name, shapeOf(name).tiles, canvas);
        const what = `${name} on ${canvas.width}×${canvas.height}`;
        t.equal(tiles.length, shapeOf(name).tiles, what);
        for (const [index, tile] of tiles.entries()) {
          const { x, y, width, height } = tile;
          const inside = x >= 0 && y >= 0 && x + width <= canvas.width && y + height <= canvas.height;
          if (!inside) t.fail(`${what}: tile ${index} is outside: ${JSON.stringify(tile)}`);
          if (width <= 0 || height <= 0 || width % 16 || height % 2 || x % 2 || y % 2) {
            t.fail(`${what}: tile ${index} is not even: ${JSON.stringify(tile)}`);
          }
          if (overlaps(name)) continue;
          if (tiles.slice(index + 1).some(other => !apart(tile, other))) t.fail(`${what}: tiles overlap`);
        }
      }
    }
  },
);

void t.test('no tile of a common canvas is thinner than a person can be seen in', async t => {
  for (const name of layoutNames) {
    for (const canvas of [hd, { width: 1024, height: 768 }, { width: 720, height: 1280 }]) {
      const ratios = tilesOf(name, shapeOf(name).tiles, canvas).map(({ width, height }) => width / height);
      t.ok(
        Math.min(...ratios) >= 0.5 && Math.max(...ratios) < 2.4,
        `${name} on ${canvas.width}×${canvas.height}`,
      );
    }
  }
});

void t.test('the large tiles come first and are larger than all others', async t => {
  const area = (tile: Tile) => tile.width * tile.height;
  for (const name of layoutNames) {
    const { tiles: count, large } = shapeOf(name);
    if (large === 0 || large === count) continue;
    for (const canvas of canvases) {
      const areas = tilesOf(name, count, canvas).map(area);
      const least = Math.min(...areas.slice(0, large));
      const most = Math.max(...areas.slice(large));
      if (least <= most) t.fail(`${name} on ${canvas.width}×${canvas.height}: ${least} ≤ ${most}`);
    }
  }
  const [first] = tilesOf('5+1', 6, hd) as [Tile];
  t.same(first, { x: 8, y: 2, width: 1264, height: 716 });
});

void t.test('5+1, 7+1, 10, 12+1, 13: the small ones stand where one knows them', async t => {
  const grid = (name: LayoutName, unit: number) =>
    tilesOf(name, shapeOf(name).tiles, hd).map(tile => [
      Math.floor((tile.x + tile.width / 2) / (1920 / unit)),
      Math.floor((tile.y + tile.height / 2) / (1080 / unit)),
    ]);
  t.same(grid('5+1', 3).slice(1), [
    [2, 0],
    [2, 1],
    [0, 2],
    [1, 2],
    [2, 2],
  ]);
  t.same(grid('7+1', 4).slice(1), [
    [3, 0],
    [3, 1],
    [3, 2],
    [0, 3],
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  t.same(grid('2+8', 4).slice(2), [
    [0, 2],
    [1, 2],
    [2, 2],
    [3, 2],
    [0, 3],
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  t.same(tilesOf('12+1', 13, hd)[0], { x: 488, y: 272, width: 944, height: 536 });
  t.same(grid('13', 4).slice(1, 5), [
    [2, 0],
    [3, 0],
    [2, 1],
    [3, 1],
  ]);
});

void t.test('an inset lies in its corner, over the large picture', async t => {
  const corners = {
    'pip-top-left': [0, 0],
    'pip-top-right': [1, 0],
    'pip-bottom-left': [0, 1],
    'pip-bottom-right': [1, 1],
  };
  for (const [name, [right, bottom]] of Object.entries(corners)) {
    const [whole, inset] = tilesOf(name as LayoutName, 2, hd) as [Tile, Tile];
    t.same(whole, { x: 0, y: 0, ...hd });
    t.equal(Number(inset.x > 960), right, name);
    t.equal(Number(inset.y > 540), bottom, name);
    t.notOk(apart(whole, inset));
  }
});

void t.test('a portrait canvas has the large picture above, over the whole width', async t => {
  for (const name of ['5+1', '7+1', '12+1', '13', 'content-strip', 'pop'] as const) {
    const [first, ...others] = tilesOf(name, shapeOf(name).tiles, { width: 720, height: 1280 }) as [
      Tile,
      ...Tile[],
    ];
    t.ok(first.width > 700 && first.y < 10, name);
    t.ok(
      others.every(tile => tile.y >= first.y + first.height),
      name,
    );
  }
});
