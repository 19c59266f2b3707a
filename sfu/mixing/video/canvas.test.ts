import t from 'tap';
import { Blitter } from '../../codecs/blitter.js';
import type { TextBitmap } from '../../codecs/text.js';
import { tilesOf } from '../../layouts/layout.js';
import { Canvas } from './canvas.js';
import { plainOverlay, plateOverlay } from './overlay.js';
import { TileMemory } from './tile-memory.js';

const blitter = new Blitter();
t.teardown(() => blitter.close());

const bitmap: TextBitmap = { width: 60, height: 20, coverage: new Uint8Array(1200).fill(255) };
const [plate, text] = [plateOverlay(bitmap), plainOverlay(bitmap)];

function picture(width: number, height: number, luma: number): TileMemory {
  const tile = TileMemory.allocate(width, height);
  show(tile, luma);
  return tile;
}

function show(tile: TileMemory, luma: number): void {
  tile.next.fill(luma, 90, 160);
  tile.publish();
  tile.live = true;
}

const [left, right] = tilesOf('auto', 2, { width: 640, height: 360 });
const luma = (canvas: Canvas, x: number, y: number) => canvas.surface.planes[0][y * 640 + x]!;
const middle = (canvas: Canvas, place = left!) =>
  luma(canvas, place.x + place.width / 2, place.y + place.height / 2);

void t.test('each tile shows its picture, its newest one, and its label at the lower left', async t => {
  const canvas = new Canvas(640, 360, blitter);
  const [a, b] = [picture(left!.width, left!.height, 100), picture(right!.width, right!.height, 200)];
  canvas.arrange(
    {
      tiles: [
        { place: left!, picture: a, label: plate },
        { place: right!, picture: b },
      ],
    },
    0,
  );
  t.ok(canvas.compose(0));
  t.equal(middle(canvas, left), 100);
  t.equal(middle(canvas, right), 200);
  show(a, 120);
  canvas.compose(33);
  t.equal(middle(canvas, left), 120);
  t.equal(middle(canvas, right), 200, 'the late one keeps its last');
  const lowerLeft = luma(canvas, left!.x + 24, left!.y + left!.height - 14);
  t.ok(lowerLeft > 220, `text is ${lowerLeft}`);
  t.equal(luma(canvas, right!.x + 24, right!.y + right!.height - 14), 200, 'no label, no text');
});

void t.test(
  'a site that sends no picture shows its name; so does one that stops, until it is back',
  async t => {
    const canvas = new Canvas(640, 360, blitter);
    const a = picture(left!.width, left!.height, 150);
    canvas.arrange(
      {
        tiles: [
          { place: left!, picture: a, name: text },
          { place: right!, name: text },
        ],
      },
      0,
    );
    canvas.compose(0);
    t.equal(middle(canvas, left), 150);
    t.ok(middle(canvas, right) > 220, 'the name is in the middle');
    t.ok(luma(canvas, right!.x + 2, right!.y + 2) < 60, 'on a dark tile');
    a.live = false;
    canvas.compose(33);
    t.ok(middle(canvas, left) > 220);
    show(a, 160);
    canvas.compose(66);
    t.equal(middle(canvas, left), 160);
  },
);

void t.test(
  'a new arrangement takes over when its pictures are there, at the latest after 150 ms',
  async t => {
    const canvas = new Canvas(640, 360, blitter);
    const [whole] = tilesOf('auto', 1, { width: 640, height: 360 });
    canvas.arrange({ tiles: [{ place: whole!, picture: picture(640, 360, 99) }] }, 0);
    canvas.compose(0);
    const small = TileMemory.allocate(left!.width, left!.height);
    canvas.arrange(
      {
        tiles: [
          { place: left!, picture: small },
          { place: right!, name: text },
        ],
      },
      10,
    );
    canvas.compose(33);
    t.equal(middle(canvas, right), 99, 'the old one stays');
    show(small, 77);
    canvas.compose(66);
    t.equal(middle(canvas, left), 77);
    t.ok(middle(canvas, right) > 220);
    canvas.arrange({ tiles: [{ place: whole!, picture: TileMemory.allocate(640, 360), name: text }] }, 100);
    canvas.arrange({ tiles: [{ place: whole!, picture: TileMemory.allocate(640, 360), name: text }] }, 200);
    canvas.compose(251);
    t.ok(middle(canvas, whole) > 220, 'the name, in place of a picture that does not come');
  },
);

void t.test(
  'nothing is encoded before there was something to show; an empty conference says that it waits',
  async t => {
    const canvas = new Canvas(640, 360, blitter);
    t.equal(canvas.compose(0), false);
    canvas.arrange({ tiles: [], waiting: text }, 5);
    t.equal(canvas.compose(10), true);
    t.ok(luma(canvas, 320, 180) > 220);
  },
);

void t.test('an inset stays above the large picture, whichever of them is new', async t => {
  const canvas = new Canvas(640, 360, blitter);
  const [whole, inset] = tilesOf('pip-bottom-right', 2, { width: 640, height: 360 });
  const [large, small] = [picture(640, 360, 100), picture(inset!.width, inset!.height, 200)];
  canvas.arrange(
    {
      tiles: [
        { place: whole!, picture: large },
        { place: inset!, picture: small },
      ],
    },
    0,
  );
  canvas.compose(0);
  t.equal(middle(canvas, inset), 200);
  t.equal(middle(canvas, whole), 100);
  show(large, 120);
  canvas.compose(33);
  t.equal(middle(canvas, whole), 120);
  t.equal(middle(canvas, inset), 200, 'painted again over the new one');
  show(small, 210);
  canvas.compose(66);
  t.equal(middle(canvas, inset), 210);
});

void t.test(
  'who speaks has a border inside the tile, also when new pictures come; the background is chosen',
  async t => {
    const canvas = new Canvas(640, 360, blitter);
    const [a, b] = [picture(left!.width, left!.height, 100), picture(right!.width, right!.height, 200)];
    const arrange = (speaks: boolean, nowMs: number) =>
      canvas.arrange(
        {
          background: 'black',
          tiles: [
            { place: left!, picture: a, border: speaks },
            { place: right!, picture: b },
          ],
        },
        nowMs,
      );
    arrange(true, 0);
    canvas.compose(0);
    show(a, 110);
    canvas.compose(33);
    const edges = (place = left!) => [
      luma(canvas, place.x, place.y + 40),
      luma(canvas, place.x + place.width - 1, place.y + 40),
      luma(canvas, place.x + 40, place.y),
      luma(canvas, place.x + 40, place.y + place.height - 1),
    ];
    t.same(edges(), [160, 160, 160, 160]);
    t.same(edges(right), [200, 200, 200, 200]);
    t.equal(middle(canvas), 110);
    t.equal(luma(canvas, 320, 2), 16);
    arrange(false, 50);
    canvas.compose(66);
    t.same(edges(), [110, 110, 110, 110], 'gone without a trace');
  },
);
