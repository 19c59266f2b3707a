import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { initSegment } from '../../recorder/mux/init-segment.js';
import { muxSegment, type Sample } from '../../recorder/mux/segment.js';
import { aacCodec, aacFrameSamples, aacLcStereo48k, videoConfig } from '../../recorder/mux/track-config.js';
import {
  audioTimescale,
  videoTimescale,
  type InitEntry,
  type SegmentEntry,
} from '../../recorder/timeline/entry.js';
import { RecordingFolder } from '../../recorder/durable/recording-folder.js';

/** For tests: what the recorder would write, made from ffmpeg's test picture and tone without any network. */
export interface SyntheticOptions {
  /** Folder of all recordings. */
  directory: string;
  recordingId: string;
  seconds: number;
  end?: 'complete' | 'interrupted' | 'none';
  startedAt?: string;
  /** Instead of the test picture and 440 Hz: a surface and a tone for each part, one after the other. */
  parts?: { colour: string; toneHz: number; seconds: number }[];
}

const frameTicks = videoTimescale / 30;

export async function writeSyntheticRecording(options: SyntheticOptions): Promise<void> {
  const { directory, recordingId, seconds, end = 'complete' } = options;
  const startedAt = options.startedAt ?? '2026-11-22T10:00:00.000Z';
  const units = encodeVideo(options);
  const frames = encodeAudio(options);
  const folder = await RecordingFolder.create(path.join(directory, recordingId), {
    type: 'recording',
    version: 1,
    recordingId,
    conferenceId: 'conference',
    title: 'Tumour board 肿瘤',
    startedAt,
  });
  const { sps, pps } = units[0]!;
  const config = videoConfig(sps!, pps!)!;
  await folder.list<InitEntry>([initSegment(config, startedAt)], {
    type: 'init',
    init: 1,
    file: 'init-1.mp4',
    codecs: `${config.codec},${aacCodec}`,
    width: config.width,
    height: config.height,
    avcC: config.avcC.toString('base64'),
    audioConfig: aacLcStereo48k.toString('base64'),
  });
  let bytes = 0;
  let audioFrame = 0;
  for (let second = 0; second < seconds; second++) {
    const video = units.slice(second * 30, second * 30 + 30).map(unit => unit.sample);
    const audioStart = audioFrame;
    while (audioFrame < frames.length && (audioFrame + 1) * aacFrameSamples <= (second + 1) * audioTimescale)
      audioFrame++;
    const { parts, ...runs } = muxSegment(
      second + 1,
      { time: second * videoTimescale, samples: video },
      {
        time: audioStart * aacFrameSamples,
        samples: frames
          .slice(audioStart, audioFrame)
          .map(data => ({ data, duration: aacFrameSamples, keyframe: true })),
      },
    );
    bytes += runs.bytes;
    await folder.list<SegmentEntry>(parts, {
      type: 'segment',
      segment: second + 1,
      init: 1,
      file: `${String(second + 1).padStart(6, '0')}.m4s`,
      at: new Date(Date.parse(startedAt) + second * 1000).toISOString(),
      video: runs.video,
      audio: runs.audio,
    });
  }
  if (end !== 'none') await folder.append({ type: 'end', state: end, durationMs: seconds * 1000, bytes });
  await folder.close();
}

interface AccessUnit {
  sample: Sample;
  sps?: Buffer;
  pps?: Buffer;
}

/** 640×360, 30 fps, a keyframe each second; the picture counts seconds. */
function encodeVideo({ seconds, parts }: SyntheticOptions): AccessUnit[] {
  const surfaces = parts?.map(part => `color=c=${part.colour}:s=640x360:r=30:d=${part.seconds}`);
  const annexB = ffmpeg(
    ['-f', 'lavfi', '-i', surfaces ? oneAfterTheOther(surfaces, 'v=1:a=0') : testPicture(seconds)],
    [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-tune',
      'zerolatency',
      '-profile:v',
      'high',
      '-pix_fmt',
      'yuv420p',
    ],
    [
      '-g',
      '30',
      '-keyint_min',
      '30',
      '-sc_threshold',
      '0',
      '-bsf:v',
      'h264_metadata=aud=insert',
      '-f',
      'h264',
      '-',
    ],
  );
  const units: AccessUnit[] = [];
  let nals: Buffer[] = [];
  const finish = (): void => {
    if (nals.length === 0) return;
    const type = (nal: Buffer): number => nal[0]! & 0x1f;
    const picture = nals.filter(nal => type(nal) === 1 || type(nal) === 5);
    const data = Buffer.concat(picture.flatMap(nal => [lengthOf(nal), nal]));
    const [sps, pps] = [7, 8].map(wanted => nals.find(nal => type(nal) === wanted));
    const sample = { data, duration: frameTicks, keyframe: picture.some(nal => type(nal) === 5) };
    units.push({ sample, ...(sps && { sps }), ...(pps && { pps }) });
    nals = [];
  };
  for (const nal of splitAnnexB(annexB)) {
    if ((nal[0]! & 0x1f) === 9) finish();
    else nals.push(nal);
  }
  finish();
  return units;
}

/** A tone of 440 Hz; AAC frames without their ADTS headers. */
function encodeAudio({
  seconds,
  parts = [{ toneHz: 440, seconds, colour: '' }],
}: SyntheticOptions): Buffer[] {
  const tones = parts.map(part => `sine=frequency=${part.toneHz}:sample_rate=48000:duration=${part.seconds}`);
  const adts = ffmpeg(
    ['-f', 'lavfi', '-i', oneAfterTheOther(tones, 'v=0:a=1')],
    ['-ac', '2', '-c:a', 'aac', '-b:a', '128k', '-f', 'adts', '-'],
  );
  const frames: Buffer[] = [];
  for (let offset = 0; offset + 7 <= adts.length;) {
    const bytes = ((adts[offset + 3]! & 3) << 11) | (adts[offset + 4]! << 3) | (adts[offset + 5]! >> 5);
    frames.push(adts.subarray(offset + 7, offset + bytes));
    offset += bytes;
  }
  return frames;
}

function testPicture(seconds: number): string {
  return `testsrc2=size=640x360:rate=30:duration=${seconds}`;
}

/** A graph of lavfi. */
function oneAfterTheOther(sources: string[], kinds: string): string {
  const named = sources.map((source, n) => `${source}[s${n}]`).join(';');
  const inputs = sources.map((_, n) => `[s${n}]`).join('');
  return `${named};${inputs}concat=n=${sources.length}:${kinds}[out0]`;
}

function ffmpeg(...args: string[][]): Buffer {
  return execFileSync('ffmpeg', ['-v', 'error', ...args.flat()], { maxBuffer: 1 << 28 });
}

export function splitAnnexB(bytes: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  let start = -1;
  for (let index = bytes.indexOf('000001', 0, 'hex'); index >= 0;) {
    if (start >= 0) nals.push(trimZeros(bytes.subarray(start, index)));
    start = index + 3;
    index = bytes.indexOf('000001', start, 'hex');
  }
  if (start >= 0) nals.push(bytes.subarray(start));
  return nals;
}

function trimZeros(nal: Buffer): Buffer {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return nal.subarray(0, end);
}

function lengthOf(nal: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(nal.length);
  return bytes;
}
