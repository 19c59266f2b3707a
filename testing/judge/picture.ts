import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Rgb = [red: number, green: number, blue: number];

/** In fractions of the picture's width and height. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Picture {
  width: number;
  height: number;
  /** RGB, 3 bytes a pixel, row by row. */
  pixels: Buffer;
}

/** Decodes a PNG or JPEG, or a frame of a video at `atSeconds`. */
export async function readPicture(file: string, atSeconds?: number): Promise<Picture> {
  const size = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height', '-of', 'csv=p=0'],
    file,
  ]);
  const [width = 0, height = 0] = size.stdout.trim().split(',').map(Number);
  const seek = atSeconds === undefined ? [] : ['-ss', String(atSeconds)];
  const raw = await run(
    'ffmpeg',
    ['-v', 'error', ...seek, '-i', file, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
    { encoding: 'buffer', maxBuffer: 1 << 27 },
  );
  if (raw.stdout.length !== width * height * 3)
    throw new Error(`${file} has no picture at ${atSeconds ?? 0} s`);
  return { width, height, pixels: raw.stdout };
}

/** Mean colour of a region. */
export function meanColour({ width, height, pixels }: Picture, region: Region): Rgb {
  const sums: Rgb = [0, 0, 0];
  let count = 0;
  const left = Math.floor(region.x * width);
  const top = Math.floor(region.y * height);
  const right = Math.ceil((region.x + region.width) * width);
  const bottom = Math.ceil((region.y + region.height) * height);
  for (let y = top; y < bottom; y += 2) {
    for (let x = left; x < right; x += 2) {
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) sums[channel]! += pixels[at + channel]!;
      count++;
    }
  }
  return sums.map(sum => Math.round(sum / count)) as Rgb;
}

export type Hue = 'red' | 'green' | 'blue' | 'white' | 'black' | 'grey';

/** What a person would call it; test signals are of the clear colours. */
export function hueOf([r, g, b]: Rgb): Hue {
  const most = Math.max(r, g, b);
  const least = Math.min(r, g, b);
  if (most - least < 45) return most > 200 ? 'white' : most < 40 ? 'black' : 'grey';
  return most === r ? 'red' : most === g ? 'green' : 'blue';
}

/** Mean difference of all bytes, 0–255: 0 for the same picture. */
export function difference(a: Picture, b: Picture): number {
  if (a.pixels.length !== b.pixels.length) return 255;
  let sum = 0;
  let count = 0;
  for (let at = 0; at < a.pixels.length; at += 7) {
    sum += Math.abs(a.pixels[at]! - b.pixels[at]!);
    count++;
  }
  return sum / count;
}
