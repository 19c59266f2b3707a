import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Judgement {
  width: number;
  height: number;
  videoCodec: string;
  audioCodec: string;
  /** Frames decoded, over the picture's duration. */
  framesPerSecond: number;
  videoSeconds: number;
  audioSeconds: number;
  /** Where flashes and beeps begin, seconds. */
  flashes: number[];
  beeps: number[];
  /** For each flash with a beep near: beep minus flash, ms. */
  offsetsMs: number[];
  /** What ffmpeg complained of when it decoded everything. */
  errors: string;
  /** The longest time without a new picture, ms. */
  longestGapMs: number;
}

/** Decodes a recording of `BeepFlashFeed` with ffmpeg, and measures what is seen and heard. */
export async function judgeBeepFlash(input: string): Promise<Judgement> {
  const probed = await run(
    'ffprobe',
    [
      ...['-v', 'error', '-show_streams', '-show_frames', '-select_streams', 'v', '-of', 'json'],
      ...['-show_entries', 'stream=width,height,codec_name:frame=pts_time,pkt_dts_time', input],
    ],
    { maxBuffer: 1 << 28 },
  );
  const probe = JSON.parse(probed.stdout) as {
    streams: { width: number; height: number; codec_name: string }[];
    frames: { pts_time: string }[];
  };
  const times = probe.frames.map(frame => Number(frame.pts_time));
  const luma = await run(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      input,
      '-map',
      '0:v',
      '-vf',
      'scale=16:8:flags=area,format=gray',
      ...['-fps_mode', 'passthrough', '-enc_time_base', '-1'],
      '-f',
      'rawvideo',
      '-',
    ],
    { encoding: 'buffer', maxBuffer: 1 << 28 },
  );
  const sound = await run(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      input,
      '-map',
      '0:a',
      '-af',
      'aresample=async=1:first_pts=0',
      '-ac',
      '1',
      '-ar',
      '48000',
      '-f',
      's16le',
      '-',
    ],
    { encoding: 'buffer', maxBuffer: 1 << 28 },
  );
  const audio = JSON.parse(
    (
      await run('ffprobe', [
        '-v',
        'error',
        '-select_streams',
        'a',
        '-show_entries',
        'stream=codec_name',
        '-of',
        'json',
        input,
      ])
    ).stdout,
  ) as { streams: { codec_name: string }[] };
  const [video] = probe.streams;
  const white = times.map((_, index) => mean(luma.stdout.subarray(index * 128, index * 128 + 128)) > 160);
  // A flash whose beginning was lost tells nothing of when it began; one that lasts is a held picture.
  const whole = (time: number): boolean => {
    const begin = times.indexOf(time);
    const end = white.indexOf(false, begin);
    return (
      begin > 0 && end > 0 && time - times[begin - 1]! < 0.05 && Math.abs(times[end]! - time - 0.1) < 0.05
    );
  };
  const flashes = risesOf(times, index => Number(white[index]), 0).filter(whole);
  const windows = Math.floor(sound.stdout.length / 2 / beepWindow);
  const beeps = risesOf(
    Array.from({ length: windows }, (_, index) => (index * beepWindow) / 48_000),
    index => level(sound.stdout, index * beepWindow),
    2000,
  );
  const videoSeconds = (times.at(-1) ?? 0) - (times[0] ?? 0) + 1 / 30;
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  return {
    width: video?.width ?? 0,
    height: video?.height ?? 0,
    videoCodec: video?.codec_name ?? '',
    audioCodec: audio.streams[0]?.codec_name ?? '',
    framesPerSecond: times.length / videoSeconds,
    videoSeconds,
    audioSeconds: sound.stdout.length / 2 / 48_000,
    flashes,
    beeps,
    offsetsMs: flashes.flatMap(flash => {
      const beep = beeps.find(each => Math.abs(each - flash) < 0.4);
      return beep === undefined ? [] : [(beep - flash) * 1000];
    }),
    errors: `${luma.stderr.toString()}${sound.stderr.toString()}`,
    longestGapMs: Math.max(0, ...gaps) * 1000,
  };
}

/** Samples of 48 kHz: 1 ms. */
const beepWindow = 48;

function risesOf(times: number[], value: (index: number) => number, threshold: number): number[] {
  const rises: number[] = [];
  let quietSince = -1;
  for (const [index, time] of times.entries()) {
    const loud = value(index) > threshold;
    // A tone is below the threshold each half period: only after some quiet it begins anew.
    if (loud && time - quietSince > 0.3) rises.push(time);
    if (loud) quietSince = time;
  }
  return rises;
}

function mean(bytes: Buffer): number {
  return bytes.reduce((sum, each) => sum + each, 0) / bytes.length;
}

function level(pcm: Buffer, start: number): number {
  let peak = 0;
  for (let at = start; at < start + beepWindow; at++)
    peak = Math.max(peak, Math.abs(pcm.readInt16LE(at * 2)));
  return peak;
}
