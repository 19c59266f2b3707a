import { execFileSync } from 'node:child_process';
import t from 'tap';
import { encodeJpeg } from './jpeg-encoder.js';
import { Surface } from './surface.js';

void t.test('a surface becomes a JPEG of its size and colours, in full range', async t => {
  const surface = Surface.allocate(64, 32);
  surface.fill(235, 128, 128);
  surface.region(0, 0, 32, 32).fill(16, 128, 128);
  const jpeg = encodeJpeg(surface);
  t.equal(jpeg.readUInt16BE(0), 0xffd8, 'begins with SOI');
  const pixels = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-f', 'mjpeg', '-i', '-', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'],
    { input: jpeg },
  );
  t.equal(pixels.length, 64 * 32);
  t.ok(pixels[5]! < 6, `left is black: ${pixels[5]}`);
  t.ok(pixels[60]! > 249, `right is white: ${pixels[60]}`);
  t.throws(() => encodeJpeg(surface.region(0, 0, 32, 32)), RangeError);
});
