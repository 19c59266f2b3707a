import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fluencyOf, type Fluency } from '../../testing/judge/freezes.js';
import { readStamps, stampDelta } from '../../testing/synthetic/frame-stamp.js';
import { median } from '../result.js';

const run = promisify(execFile);

/** Labels lie over the lowest of the eight bands. */
const judgedBands = 7;

/** What a peer showed at a time: the numbers in it, from top to bottom. */
export interface SeenPicture {
  atMs: number;
  stamps: (number | null)[];
}

export interface Sight extends Fluency {
  /** Looked at. */
  pictures: number;
  /** Share of the pictures looked at in which something is wrong or older than the picture before, 0–1. */
  damaged: number;
  /** Share of all the area that is. */
  damagedArea: number;
}

/** Decodes snapshots, numbered from 1 in `pattern` (`…/%04d.png`), at any size. */
export async function readSnapshots(
  pattern: string,
  timesMs: readonly number[],
  width: number,
  height: number,
): Promise<SeenPicture[]> {
  if (timesMs.length === 0) return [];
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-i', pattern, '-vf', `scale=${width}:${height}:flags=neighbor`].concat([
      '-fps_mode',
      'passthrough',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
      '-',
    ]),
    { encoding: 'buffer', maxBuffer: 1 << 30 },
  );
  return timesMs.flatMap((atMs, n) => {
    const luma = stdout.subarray(n * width * height, (n + 1) * width * height);
    return luma.length === width * height ? [{ atMs, stamps: readStamps(luma, width, height) }] : [];
  });
}

/** Freezes and damage by content. `usualMs`: how far apart the pictures looked at are at least. */
export function judgePictures(pictures: readonly SeenPicture[], fromMs: number, toMs: number): Sight {
  const moved: number[] = [];
  let last: number | null = null;
  let damaged = 0;
  let wrongBands = 0;
  for (const { atMs, stamps } of pictures) {
    const judged = stamps.slice(0, judgedBands);
    const said = judged.filter(stamp => stamp !== null);
    const newest = said.length > 0 ? Math.round(median(said)) : null;
    // A band that is one picture behind is none that anybody sees.
    const wrong = judged.filter(
      stamp => stamp === null || newest === null || Math.abs(stampDelta(stamp, newest)) > 1,
    ).length;
    if (wrong > 0) damaged++;
    wrongBands += wrong;
    if (newest === null || newest === last) continue;
    last = newest;
    moved.push(atMs);
  }
  const count = Math.max(1, pictures.length);
  return {
    pictures: pictures.length,
    ...fluencyOf(moved, fromMs, toMs),
    damaged: pictures.length === 0 ? 1 : damaged / count,
    damagedArea: pictures.length === 0 ? 1 : wrongBands / (count * judgedBands),
  };
}
