import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What every input sends: 720p30 H.264 at 2 Mbit/s, a keyframe each two seconds. */
export const input = { width: 1280, height: 720, frameRate: 30, bitrate: 2_000_000, keyframeFrames: 60 };
const seconds = 10;

export interface Clip {
  mp4: string;
  /** Annex B, for those who loop raw files. */
  h264: string;
}

/** Moving test pictures, different for each input. */
export async function makeClips(folder: string, count: number): Promise<Clip[]> {
  const clips: Clip[] = [];
  for (let n = 0; n < count; n++) {
    const [mp4, h264] = ['mp4', 'h264'].map(ending => path.join(folder, `input-${n}.${ending}`)) as [
      string,
      string,
    ];
    const picture = `testsrc2=s=${input.width}x${input.height}:r=${input.frameRate},hue=h=${n * 40}`;
    await run('ffmpeg', [
      ...['-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-t', String(seconds)],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
      ...['-pix_fmt', 'yuv420p', '-b:v', String(input.bitrate), '-g', String(input.keyframeFrames), mp4],
    ]);
    await run('ffmpeg', [
      '-nostdin',
      '-v',
      'error',
      '-y',
      '-i',
      mp4,
      '-c',
      'copy',
      '-bsf:v',
      'h264_mp4toannexb',
      h264,
    ]);
    clips.push({ mp4, h264 });
  }
  return clips;
}
