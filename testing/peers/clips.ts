import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { writeWav, type Sound } from './wav.js';

const run = promisify(execFile);

export interface ClipOptions {
  /** As ffmpeg writes colours: `0x2060c0`, `blue`. */
  colour: string;
  /** Default 1280×720 at 25. */
  width?: number;
  height?: number;
  fps?: number;
  seconds?: number;
}

/**
 * A surface of one colour, crossed by a darker bar every two seconds and by a bright one every three. The ending
 * decides: `.mp4` (H.264, a keyframe a second, for baresip) or `.y4m` (raw, for Chromium's fake camera).
 */
export async function makePicture(file: string, options: ClipOptions): Promise<void> {
  const { colour, width = 1280, height = 720, fps = 25, seconds = 6 } = options;
  const source = (c: string, size: string): string => `color=c=${c}:s=${size}:r=${fps}:d=${seconds}`;
  const bar = Math.round(width / 24) * 2;
  const graph = [
    `${source(colour, `${width}x${height}`)}[surface]`,
    `${source('black@0.4', `${bar}x${height}`)},format=yuva420p[dark]`,
    `${source('white@0.6', `${width}x${Math.round(height / 40) * 2}`)},format=yuva420p[bright]`,
    `[surface][dark]overlay=x='(W-w)*mod(t/2,1)'[one]`,
    `[one][bright]overlay=y='(H-h)*mod(t/3,1)',format=yuv420p`,
  ].join(';');
  await ffmpeg(['-filter_complex', graph, ...videoCodec(file, fps), file]);
}

/** A steady sine of amplitude `level` (0–1) as WAV. */
export async function makeTone(
  file: string,
  options: { hz: number; seconds?: number; level?: number; sampleRate?: number },
): Promise<void> {
  await writeWav(file, sine(options));
}

export function sine(options: { hz: number; seconds?: number; level?: number; sampleRate?: number }): Sound {
  const { hz, seconds = 5, level = 0.25, sampleRate = 48000 } = options;
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  for (let at = 0; at < samples.length; at++) {
    samples[at] = level * Math.sin((2 * Math.PI * hz * at) / sampleRate);
  }
  return { sampleRate, samples };
}

/**
 * Picture and sound in one file: at each full second the picture is white and a beep sounds, for 100 ms. With
 * `audioLateMs` the beep begins that much after the flash, which is what a judge of lip-sync has to find.
 */
export async function makeBeepAndFlash(
  file: string,
  options: ClipOptions & { beepHz?: number; toneHz?: number; audioLateMs?: number },
): Promise<void> {
  const { colour, width = 1280, height = 720, fps = 30, seconds = 10 } = options;
  const { beepHz = 1000, toneHz = 0, audioLateMs = 0 } = options;
  const picture = `color=c=${colour}:s=${width}x${height}:r=${fps}:d=${seconds},drawbox=c=white:t=fill:enable='lt(mod(t+0.0005,1),0.1)',format=yuv420p`;
  const late = audioLateMs / 1000;
  const sound = `aevalsrc='0.5*sin(2*PI*${beepHz}*t)*lt(mod(t-${late}+10,1),0.1)*gte(t,${late})+${toneHz ? 0.05 : 0}*sin(2*PI*${toneHz}*t)':s=48000:d=${seconds}`;
  await ffmpeg([
    ...['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound],
    ...videoCodec(file, fps),
    ...['-c:a', 'aac', '-b:a', '128k', '-shortest', file],
  ]);
}

function videoCodec(file: string, fps: number): string[] {
  if (file.endsWith('.y4m')) return ['-pix_fmt', 'yuv420p'];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline'];
  return [...codec, '-pix_fmt', 'yuv420p', '-g', String(fps), '-r', String(fps)];
}

async function ffmpeg(args: string[]): Promise<void> {
  await run('ffmpeg', ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...args]);
}
