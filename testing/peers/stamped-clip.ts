import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Surface } from '../../sfu/codecs/surface.js';
import { writeStamps } from '../synthetic/frame-stamp.js';

/** A clip (H.264 in MP4, for baresip) of which every picture says its number, all over. */
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
  for (let n = 0; n < fps * seconds; n++) {
    writeStamps(surface, n);
    const picture = Buffer.concat(surface.planes);
    if (!ffmpeg.stdin.write(picture)) await once(ffmpeg.stdin, 'drain');
  }
  ffmpeg.stdin.end();
  const [code] = (await exited) as [number];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}
