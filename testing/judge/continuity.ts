import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Region } from './picture.js';

const run = promisify(execFile);
const big = { maxBuffer: 1 << 29 } as const;

/** A hole in a stream: the next packet comes `missingMs` later than those before it lead to expect. */
export interface Gap {
  stream: 'audio' | 'video';
  atMs: number;
  missingMs: number;
}

/** Holes of more than `toleranceMs` in either stream of a file or playlist, in order of time. */
export async function gaps(file: string, toleranceMs = 20): Promise<Gap[]> {
  const { stdout } = await run(
    'ffprobe',
    ['-v', 'error', '-of', 'csv=p=0', '-show_entries', 'packet=codec_type,pts_time', file],
    big,
  );
  const found = (['audio', 'video'] as const).flatMap(stream => {
    const timesMs = stdout
      .split('\n')
      .filter(line => line.startsWith(stream))
      .map(line => Number(line.split(',')[1]) * 1000)
      .sort((a, b) => a - b);
    const steps = timesMs.slice(1).map((timeMs, index) => timeMs - timesMs[index]!);
    const usualMs = [...steps].sort((a, b) => a - b)[steps.length >> 1] ?? 0;
    return steps.flatMap((stepMs, index): Gap[] =>
      stepMs - usualMs > toleranceMs
        ? [{ stream, atMs: timesMs[index]! + usualMs, missingMs: stepMs - usualMs }]
        : [],
    );
  });
  return found.sort((a, b) => a.atMs - b.atMs);
}

/** A mean change of luma (0–255) between two frames that an encoder makes of a picture that stands still. */
const stillChange = 0.02;

/** Times in which nothing moves in a region, ms: a source that stalled, a frozen composite. */
export async function frozenIntervals(
  file: string,
  { x, y, width, height }: Region,
): Promise<{ fromMs: number; toMs: number }[]> {
  const crop = `crop=iw*${width}:ih*${height}:iw*${x}:ih*${y}`;
  // Averaging first takes the encoder's noise away.
  const graph = `${crop},format=yuv420p,scale=96:54:flags=area,signalstats,metadata=print:key=lavfi.signalstats.YDIF:file=-`;
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-nostdin', '-i', file, '-map', '0:v:0', '-fps_mode', 'passthrough']
      .concat(['-vf', graph])
      .concat(['-f', 'null', '-']),
    big,
  );
  const frames = [...stdout.matchAll(/pts_time:(-?[\d.]+)\s+lavfi\.signalstats\.YDIF=([\d.]+)/g)];
  const intervals: { fromMs: number; toMs: number }[] = [];
  let still = false;
  let before = 0;
  frames.forEach(([, time, change], index) => {
    const atMs = Number(time) * 1000;
    const stands = index > 0 && Number(change) < stillChange;
    if (stands && !still) intervals.push({ fromMs: before, toMs: atMs });
    if (stands) intervals.at(-1)!.toMs = atMs;
    still = stands;
    before = atMs;
  });
  return intervals;
}
