import t from 'tap';
import { layOut } from './stage-layout.js';

const tiles = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `tile-${index}` }));
const desk = { width: 1264, height: 600 };
const phone = { width: 374, height: 640 };

void t.test('without a main picture all are equal', async t => {
  const { places, pages } = layOut(tiles(4), null, desk, 0);
  t.equal(places.size, 4);
  t.equal(pages, 1);
  t.equal(new Set([...places.values()].map(place => place.width)).size, 1);
});

void t.test('the main picture is by far the largest, the others stand beside it', async t => {
  const { places, mainKey } = layOut(tiles(4), 'tile-2', desk, 0);
  const main = places.get('tile-2')!;
  t.equal(mainKey, 'tile-2');
  t.equal(main.height, desk.height);
  for (const [key, place] of places) {
    if (key === 'tile-2') continue;
    t.ok(place.left >= main.width, `${key} is right of it`);
    t.ok(main.width > 3 * place.width);
  }
});

void t.test('on an upright stage the others stand below', async t => {
  const { places } = layOut(tiles(3), 'tile-0', phone, 0);
  const main = places.get('tile-0')!;
  t.equal(main.width, phone.width);
  t.ok([...places].every(([key, place]) => key === 'tile-0' || place.top >= main.height));
});

void t.test('the one and only picture has the whole stage', async t => {
  const { places } = layOut(tiles(1), 'tile-0', desk, 0);
  t.ok(places.get('tile-0')!.height > 0.95 * desk.height);
});

void t.test('a main picture that has gone leaves the grid', async t => {
  const { mainKey, places } = layOut(tiles(3), 'gone', desk, 0);
  t.equal(places.size, 3);
  t.equal(places.has('gone'), false);
  t.ok(mainKey === null);
});

void t.test('what does not fit comes on further pages, each tile on exactly one', async t => {
  const all = tiles(40);
  const { pages } = layOut(all, null, phone, 0);
  t.ok(pages > 1);
  const seen = Array.from({ length: pages }, (_, page) => [...layOut(all, null, phone, page).places.keys()]);
  t.same(
    seen.flat(),
    all.map(tile => tile.key),
  );
  t.equal(layOut(all, null, phone, 99).page, pages - 1, 'a page that is gone becomes the last');
});

void t.test('the main picture stays while the strip is paged', async t => {
  const { pages } = layOut(tiles(30), 'tile-5', desk, 0);
  t.ok(pages > 1);
  for (let page = 0; page < pages; page++) {
    t.ok(layOut(tiles(30), 'tile-5', desk, page).places.has('tile-5'));
  }
});
