import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { mapPicture } from './mapping.js';

void t.test('a picture of the tile’s shape fills it whole', async t => {
  t.same(mapPicture(1280, 720, 640, 360, 'letterbox'), {
    source: { x: 0, y: 0, width: 1280, height: 720 },
    target: { x: 0, y: 0, width: 640, height: 360 },
  });
});

void t.test('4:3 in 16:9: bars at the sides, or top and bottom cut off', async t => {
  t.same(mapPicture(640, 480, 640, 360, 'letterbox').target, { x: 80, y: 0, width: 480, height: 360 });
  t.same(mapPicture(640, 480, 640, 360, 'crop'), {
    source: { x: 0, y: 60, width: 640, height: 360 },
    target: { x: 0, y: 0, width: 640, height: 360 },
  });
});

void t.test('any sizes: inside on both sides, writable by the scaler, not distorted', async t => {
  const random = new SeededRandom(1);
  for (let n = 0; n < 5000; n++) {
    const [sw, sh] = [16 + random.below(4000), 16 + random.below(2200)];
    const [tw, th] = [16 * (2 + random.below(110)), 2 * (16 + random.below(500))];
    const fit = n % 2 ? 'letterbox' : 'crop';
    const { source, target } = mapPicture(sw, sh, tw, th, fit);
    const name = `${sw}×${sh} → ${tw}×${th} ${fit}`;
    const inside =
      source.x >= 0 &&
      source.y >= 0 &&
      source.x + source.width <= sw &&
      source.y + source.height <= sh &&
      target.x >= 0 &&
      target.y >= 0 &&
      target.x + target.width <= tw &&
      target.y + target.height <= th;
    if (!inside || source.width < 2 || source.height < 2) t.fail(`outside: ${name}`);
    if (target.width % 16 || target.height % 2 || target.x % 2 || target.y % 2) t.fail(`not even: ${name}`);
    const distortion = target.width / source.width / (target.height / source.height) - 1;
    const rounding = 2 / Math.min(source.width, source.height, target.height) + 0.001;
    const large = source.width > 100 && source.height > 100 && target.height > 40 && target.width > 40;
    if (large && Math.abs(distortion) > rounding + 0.01)
      t.fail(`${distortion.toFixed(3)} distorted: ${name}`);
  }
  t.pass('5000 sizes');
});
