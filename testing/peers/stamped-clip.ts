import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Surface } from '../../sfu/codecs/surface.js';
import { writeStamps } from '../synthetic/frame-stamp.js';
import { SeededRandom } from '../synthetic/seeded-random.js';

/** How much darker or lighter a grain makes its pixel: the numbers stay readable. */
const grain = 48;

/** A clip (H.264 in MP4, for baresip) of which every picture says its number, all over; grainy, so that it costs bits. */
export async function makeStampedClip(
  file: string,
  { width, height, fps, seconds }: { width: number; height: number; fps: number; seconds: number },
): Promise<void> {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', String(fps)];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', String(fps)];
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-y', ...input, '-i', '-', ...codec, file], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const exited = once(ffmpeg, 'exit');
  const surface = Surface.allocate(width, height);
  surface.fill(128, 128, 128);
  const random = new SeededRandom(1);
  for (let n = 0; n < fps * seconds; n++) {
    writeStamps(surface, n);
    addGrain(surface.planes[0], width, random);
    const picture = Buffer.concat(surface.planes);
    if (!ffmpeg.stdin.write(picture)) await once(ffmpeg.stdin, 'drain');
  }
  ffmpeg.stdin.end();
  const [code] = (await exited) as [number];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

/** Grains of 2 × 2 pixels in one of eight places, others in each picture. */
function addGrain(luma: Uint8Array, width: number, random: SeededRandom): void {
  const rows = luma.length / width;
  for (let n = luma.length / 32; n > 0; n--) {
    const at = random.below(rows >> 1) * 2 * width + random.below(width >> 1) * 2;
    const change = luma[at]! > 128 ? -random.below(grain) : random.below(grain);
    for (const pixel of [at, at + 1, at + width, at + width + 1]) luma[pixel]! += change;
  }
}
