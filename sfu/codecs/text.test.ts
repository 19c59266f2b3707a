import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { TextRenderer } from './text.js';

const renderer = new TextRenderer();

void t.test(
  'Chinese and English names become different bitmaps of the asked height',
  { skip: !renderer.font },
  async t => {
    const chinese = renderer.render('第一手术室', 24, 400)!;
    const english = renderer.render("Dr. O'Neil: 100% [a,b]\\ ", 24, 400)!;
    t.equal(chinese.height, 36);
    t.ok(chinese.width > 100 && chinese.width < 140, `five characters of 24 px: ${chinese.width}`);
    t.ok(english.width > 150);
    for (const { coverage } of [chinese, english]) {
      const inked = coverage.filter(value => value > 128).length / coverage.length;
      t.ok(inked > 0.03 && inked < 0.5, `${inked} is ink`);
    }
    const other = renderer.render('第二手术室', 24, 400)!;
    t.notSame(Buffer.from(other.coverage), Buffer.from(chinese.coverage));
  },
);

void t.test('a long name ends softly at the width given', { skip: !renderer.font }, async t => {
  const long = renderer.render('x'.repeat(300), 30, 200)!;
  t.equal(long.width, 200);
  const lastColumn = Array.from({ length: long.height }, (_, y) => long.coverage[y * 200 + 199]!);
  t.ok(Math.max(...lastColumn) < 30);
});

void t.test('nothing to draw, or to draw with, is no error', async t => {
  t.equal(renderer.render('', 24, 400), null);
  t.equal(renderer.render(' \n\t\u0000 ', 24, 400), null);
  t.equal(renderer.render('a', 24, 4), null);
  const lost = new TextRenderer('/does/not/exist.ttf');
  t.equal(lost.font, renderer.font);
});

void t.test('any characters at all', async t => {
  const random = new SeededRandom(5);
  for (let n = 0; n < 15; n++) {
    const text = String.fromCharCode(...Array.from({ length: 20 }, () => random.below(65536)));
    const bitmap = renderer.render(text, 10 + random.below(40), 30 + random.below(600));
    if (bitmap) t.equal(bitmap.coverage.length, bitmap.width * bitmap.height);
  }
});
