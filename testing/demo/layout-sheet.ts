/** `node build/testing/demo/layout-sheet.js FILE.jpg`: every layout on three canvases, painted by the MCU's own canvas. */
import { writeFile } from 'node:fs/promises';
import { Blitter } from '../../sfu/codecs/blitter.js';
import { encodeJpeg } from '../../sfu/codecs/jpeg-encoder.js';
import { Surface } from '../../sfu/codecs/surface.js';
import { TextRenderer } from '../../sfu/codecs/text.js';
import { layoutNames, shapeOf, tilesOf } from '../../sfu/layouts/layout.js';
import type { Tile } from '../../sfu/layouts/tile.js';
import { Canvas } from '../../sfu/mixing/video/canvas.js';
import { Labels } from '../../sfu/mixing/video/labels.js';
import type { Overlay } from '../../sfu/mixing/video/overlay.js';
import { TileMemory } from '../../sfu/mixing/video/tile-memory.js';

const canvases = [
  { width: 480, height: 270 },
  { width: 360, height: 270 },
  { width: 160, height: 270 },
];
const cell = { width: 1024, height: 310 };
const columns = 2;
const names = ['手术室 1', '骨科会诊', 'Ward 3', '王医生', 'Lecture hall', '教室'];
const labels = new Labels(new TextRenderer());
const blitter = new Blitter();

/** Here one does wait until it is drawn. */
function drawn(find: () => Overlay | null | undefined): Overlay | null {
  for (;;) {
    const overlay = find();
    if (overlay !== undefined) return overlay;
    labels.drawNext();
  }
}

function tileOf(place: Tile, n: number) {
  const memory = TileMemory.allocate(place.width, place.height);
  const angle = n * 2.4;
  memory.next.fill(90 + (n % 5) * 22, 128 + 50 * Math.cos(angle), 128 + 50 * Math.sin(angle));
  memory.publish();
  memory.live = true;
  const size = Math.min(18, Math.max(10, Math.round(place.height / 14)));
  const marks = n % 3 === 1 ? (['muted'] as const) : n % 4 === 2 ? (['muted', 'weak'] as const) : [];
  const text = `${n + 1} ${names[n % names.length]}`;
  const label = drawn(() => labels.plate(text, marks, size, place.width - 3 * size));
  return { place, picture: memory, border: n === 1, ...(label && { label }) };
}

const rows = Math.ceil(layoutNames.length / columns);
const sheet = Surface.allocate(columns * cell.width, rows * cell.height);
sheet.fill(200, 128, 128);
layoutNames.forEach((name, index) => {
  let x = (index % columns) * cell.width + 8;
  const y = Math.floor(index / columns) * cell.height + 36;
  const title = drawn(() => labels.plain(name, [], 20, 400));
  if (title) {
    const region = sheet.region(x, y - 34, Math.ceil(title.width / 2) * 2, title.height);
    region.fill(40, 128, 128);
    for (let row = 0; row < title.height; row++) {
      for (let column = 0; column < title.width; column++) {
        const add = title.add[row * title.width + column]!;
        if (add > 60) region.planes[0][row * region.strides[0] + column] = add;
      }
    }
  }
  for (const size of canvases) {
    const canvas = new Canvas(size.width, size.height, blitter);
    canvas.arrange(
      { tiles: tilesOf(name, Math.min(shapeOf(name).tiles, name === 'auto' ? 7 : 99), size).map(tileOf) },
      0,
    );
    canvas.compose(0);
    blitter.copy(canvas.surface, sheet.region(x, y, size.width, size.height));
    x += size.width + 8;
  }
});
await writeFile(process.argv[2] ?? 'layouts.jpg', encodeJpeg(sheet));
blitter.close();
