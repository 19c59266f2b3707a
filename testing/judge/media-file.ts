import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Region } from './picture.js';
import { goertzel, type Sound } from './tones.js';

const run = promisify(execFile);
const big = { maxBuffer: 1 << 29 } as const;

export interface Probe {
  width: number;
  height: number;
  videoCodec: string;
  audioCodec: string;
  /** Frames over the picture's duration. */
  framesPerSecond: number;
  videoSeconds: number;
  audioSeconds: number;
  /** The longest time from one frame to the next, ms. */
  longestFrameGapMs: number;
}

export async function probe(file: string): Promise<Probe> {
  const { stdout } = await run(
    'ffprobe',
    [
      ...['-v', 'error', '-of', 'json', '-show_streams', '-show_packets'],
      ...[
        '-show_entries',
        'stream=codec_type,codec_name,width,height:packet=codec_type,pts_time,duration_time',
        file,
      ],
    ],
    big,
  );
  const parsed = JSON.parse(stdout) as {
    streams: { codec_type: string; codec_name: string; width?: number; height?: number }[];
    packets: { codec_type: string; pts_time: string; duration_time: string }[];
  };
  const stream = (type: string) => parsed.streams.find(each => each.codec_type === type);
  const packets = (type: string) =>
    parsed.packets
      .filter(each => each.codec_type === type)
      .map(each => ({ at: Number(each.pts_time), seconds: Number(each.duration_time) }))
      .sort((a, b) => a.at - b.at);
  const span = (list: { at: number; seconds: number }[]) =>
    list.length === 0 ? 0 : list.at(-1)!.at + list.at(-1)!.seconds - list[0]!.at;
  const video = packets('video');
  const videoSeconds = span(video);
  return {
    width: stream('video')?.width ?? 0,
    height: stream('video')?.height ?? 0,
    videoCodec: stream('video')?.codec_name ?? '',
    audioCodec: stream('audio')?.codec_name ?? '',
    framesPerSecond: videoSeconds === 0 ? 0 : video.length / videoSeconds,
    videoSeconds,
    audioSeconds: span(packets('audio')),
    longestFrameGapMs: Math.max(0, ...video.slice(1).map((each, i) => (each.at - video[i]!.at) * 1000)),
  };
}

/** Mean luma (0–255) of a region in every frame, with its time in seconds. */
export async function luminance(file: string, region: Region): Promise<{ at: number; luma: number }[]> {
  const { x, y, width, height } = region;
  const crop = `crop=iw*${width}:ih*${height}:iw*${x}:ih*${y}`;
  const { stdout, stderr } = await run(
    'ffmpeg',
    [
      ...['-v', 'info', '-nostats', '-hide_banner', '-i', file, '-map', '0:v:0'],
      ...['-vf', `${crop},scale=8:8:flags=area,format=gray,showinfo`, '-fps_mode', 'passthrough'],
      ...['-f', 'rawvideo', '-'],
    ],
    { encoding: 'buffer', ...big },
  );
  const times = [...stderr.toString().matchAll(/pts_time:\s*([\d.]+)/g)].map(match => Number(match[1]));
  return times.map((at, index) => {
    const frame = stdout.subarray(index * 64, index * 64 + 64);
    return { at, luma: frame.reduce((sum, value) => sum + value, 0) / 64 };
  });
}

/** The sound track on the file's own timeline: gaps are silence. */
export async function soundOf(file: string): Promise<Sound> {
  const { stdout } = await run(
    'ffmpeg',
    [
      ...['-v', 'error', '-i', file, '-map', '0:a:0', '-af', 'aresample=async=1:first_pts=0'],
      ...['-ac', '1', '-ar', '48000', '-f', 'f32le', '-'],
    ],
    { encoding: 'buffer', ...big },
  );
  const bytes = Uint8Array.from(stdout);
  return { sampleRate: 48_000, samples: new Float32Array(bytes.buffer, 0, bytes.length >> 2) };
}

/** Where the region begins to be white, seconds: each flash's first frame. */
export async function flashes(file: string, region: Region): Promise<number[]> {
  const frames = await luminance(file, region);
  return rises(
    frames.map(({ at, luma }) => ({ at, value: luma })),
    180,
  );
}

/** Of the windows in which a beep is looked for, seconds: how exactly its beginning is known. */
const beepWindowSeconds = 0.005;

/** Where a beep of this frequency begins, seconds. */
export function beeps({ samples, sampleRate }: Sound, hz: number, threshold = 0.1): number[] {
  const window = Math.round(beepWindowSeconds * sampleRate);
  const levels: { at: number; value: number }[] = [];
  for (let at = 0; at + window <= samples.length; at += window) {
    levels.push({ at: at / sampleRate, value: goertzel(samples.subarray(at, at + window), hz / sampleRate) });
  }
  return rises(levels, threshold);
}

/** Beep minus flash for each flash that has a beep near, ms: positive when the sound is late. */
export async function lipSync(file: string, region: Region, beepHz: number): Promise<number[]> {
  const [seen, heard] = [await flashes(file, region), beeps(await soundOf(file), beepHz)];
  return seen.flatMap(flash => {
    const near = heard.filter(beep => Math.abs(beep - flash) < 0.4);
    if (near.length === 0) return [];
    const nearest = near.reduce((a, b) => (Math.abs(a - flash) < Math.abs(b - flash) ? a : b));
    return [(nearest - flash) * 1000];
  });
}

/** Times in which the whole picture is black, ms from → to. */
export async function blackIntervals(file: string): Promise<{ fromMs: number; toMs: number }[]> {
  const frames = await luminance(file, { x: 0, y: 0, width: 1, height: 1 });
  const intervals: { fromMs: number; toMs: number }[] = [];
  frames.forEach(({ at, luma }, index) => {
    if (luma > 17) return;
    const toMs = (frames[index + 1]?.at ?? at) * 1000;
    const last = intervals.at(-1);
    if (last && Math.abs(last.toMs - at * 1000) < 1) last.toMs = toMs;
    else intervals.push({ fromMs: at * 1000, toMs });
  });
  return intervals;
}

/** Where the value goes from below to above, once until it was below again. */
function rises(values: { at: number; value: number }[], threshold: number): number[] {
  return values
    .filter(
      ({ value }, index) => value > threshold && (values[index - 1]?.value ?? 0) <= threshold && index > 0,
    )
    .map(({ at }) => at);
}
