import t from 'tap';
import { parseSps } from './h264-sps.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';

// Made by x264 (ffmpeg 5.1) for the size beside each.
const sets: [hex: string, width: number, height: number, profileIdc: number, levelIdc: number][] = [
  ['67640028acd940780227e5c044000003000400000300c83c60c658', 1920, 1080, 100, 40],
  ['6742c01ed900a02ff97011000003000100000300320f162e48', 640, 360, 66, 30],
  ['674d401feca02802dd80880000030008000003019078c18cb0', 1280, 720, 77, 31],
  ['6764000dacd941519e226c0440000003004000000c83c50a6580', 322, 182, 100, 13],
  ['67640028acd94078044fde0220000003002000000643e2c5b2c0', 1920, 1080, 100, 40],
  ['67f4001e919b281407b60220000003002000000641e2c5b2c0', 640, 480, 244, 30],
];

void t.test('size, profile and level are read, cropped, interlaced and 4:4:4 too', async t => {
  for (const [hex, width, height, profileIdc, levelIdc] of sets)
    t.match(parseSps(Buffer.from(hex, 'hex')), { width, height, profileIdc, levelIdc }, `${width}x${height}`);
  t.equal(parseSps(Buffer.from(sets[4]![0], 'hex'))?.interlaced, true);
  t.equal(parseSps(Buffer.from(sets[0]![0], 'hex'))?.interlaced, false);
});

void t.test('what is no parameter set, or ends early, is null', async t => {
  t.equal(parseSps(Buffer.from('68ebe3cb22c0', 'hex')), null);
  const whole = Buffer.from(sets[0]![0], 'hex');
  for (let length = 0; length < 9; length++) t.equal(parseSps(whole.subarray(0, length)), null);
});

void t.test('broken sets never throw, and sizes stay sane', async t => {
  const random = new SeededRandom(4);
  for (let i = 0; i < 20_000; i++) {
    const data = random.mutate(Buffer.from(sets[i % sets.length]![0], 'hex'));
    const sps = parseSps(data);
    if (sps && !(sps.width > 0 && sps.width <= 16384 && sps.height > 0 && sps.height <= 16384))
      t.fail(`${sps.width}x${sps.height}`);
  }
});
