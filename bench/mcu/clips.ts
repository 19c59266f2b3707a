import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What an input sends: H.264 at 30 frames a second, a keyframe each two seconds. */
export interface InputSize {
  name: string;
  width: number;
  height: number;
  /** bit/s */
  bitrate: number;
}

export const hd: InputSize = { name: '720p30', width: 1280, height: 720, bitrate: 2_000_000 };
export const sd: InputSize = { name: '360p30', width: 640, height: 360, bitrate: 600_000 };
export const inputFrameRate = 30;

/** One picture as a simulcast sender encodes it, by spatial layer. */
const layerSizes = [{ name: '180p30', width: 320, height: 180, bitrate: 180_000 }, sd, hd];
const keyframeFrames = 60;
const seconds = 10;

export interface Clip {
  mp4: string;
  /** Annex B, for those who loop raw files. */
  h264: string;
}

/** Moving test pictures, different for each input. */
export function makeClips(folder: string, count: number, size: InputSize): Promise<Clip[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => makeClip(folder, n, size)));
}

/** The same pictures as a simulcast sender's layer. */
export function makeLayerClips(folder: string, count: number, spatialLayer: number): Promise<Clip[]> {
  return makeClips(folder, count, layerSizes[spatialLayer]!);
}

const made = new Map<string, Promise<Clip>>();

function makeClip(folder: string, n: number, size: InputSize): Promise<Clip> {
  const base = path.join(folder, `input-${size.name}-${n}`);
  let clip = made.get(base);
  if (!clip) made.set(base, (clip = encodeClip(base, n, size)));
  return clip;
}

async function encodeClip(base: string, n: number, size: InputSize): Promise<Clip> {
  const [mp4, h264] = [`${base}.mp4`, `${base}.h264`];
  const { width, height, bitrate } = size;
  const picture = `testsrc2=s=${width}x${height}:r=${inputFrameRate},hue=h=${n * 40}`;
  await run('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-t', String(seconds)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
    ...['-pix_fmt', 'yuv420p', '-b:v', String(bitrate), '-g', String(keyframeFrames), mp4],
  ]);
  const remux = ['-i', mp4, '-c', 'copy', '-bsf:v', 'h264_mp4toannexb', h264];
  await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...remux]);
  return { mp4, h264 };
}
