import type { TrackRun } from '../timeline/entry.js';
import { box, fullBox, u32, u64 } from './box.js';
import { audioTrackId, videoTrackId } from './movie.js';

/** One access unit or AAC frame. */
export interface Sample {
  /** In the track's timescale. */
  duration: number;
  keyframe: boolean;
  data: Buffer;
}

export interface SampleRun {
  /** Decode time of the first sample, in the track's timescale. */
  time: number;
  samples: readonly Sample[];
}

export interface Segment {
  /** To be written one after the other. */
  parts: Buffer[];
  bytes: number;
  video: TrackRun;
  audio: TrackRun;
}

/** sample_flags (ISO/IEC 14496-12 §8.8.3.1): depends on no other; depends on others and is no sync sample. */
const syncSample = 0x02000000;
const nonSyncSample = 0x01010000;

/** A fragment of video, then one of audio. A track without samples has no fragment. */
export function muxSegment(number: number, video: SampleRun, audio: SampleRun): Segment {
  const parts: Buffer[] = [];
  let bytes = 0;
  const append = (trackId: number, sequence: number, run: SampleRun): TrackRun => {
    const head = run.samples.length > 0 ? fragmentHead(trackId, sequence, run) : Buffer.alloc(0);
    const offset = bytes + head.length;
    parts.push(head, ...run.samples.map(sample => sample.data));
    const sizes = run.samples.map(sample => sample.data.length);
    bytes = offset + sizes.reduce((sum, size) => sum + size, 0);
    return {
      time: run.time,
      duration: durationOf(run.samples),
      offset,
      sizes,
      durations: durationRuns(run.samples),
    };
  };
  const videoRun = append(videoTrackId, number * 2 - 1, video);
  const audioRun = append(audioTrackId, number * 2, audio);
  return { parts, bytes, video: videoRun, audio: audioRun };
}

export function durationOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, sample) => sum + sample.duration, 0);
}

/** moof and the header of mdat. */
function fragmentHead(trackId: number, sequence: number, { time, samples }: SampleRun): Buffer {
  const perSample = Buffer.alloc(samples.length * 12);
  let dataBytes = 0;
  samples.forEach((sample, index) => {
    perSample.writeUInt32BE(sample.duration, index * 12);
    perSample.writeUInt32BE(sample.data.length, index * 12 + 4);
    perSample.writeUInt32BE(sample.keyframe ? syncSample : nonSyncSample, index * 12 + 8);
    dataBytes += sample.data.length;
  });
  const build = (dataOffset: number): Buffer =>
    box(
      'moof',
      fullBox('mfhd', 0, 0, u32(sequence)),
      box(
        'traf',
        fullBox('tfhd', 0, 0x020000, u32(trackId)), // default-base-is-moof
        fullBox('tfdt', 1, 0, u64(time)),
        // data offset, and for each sample duration, size and flags
        fullBox('trun', 0, 0x000701, u32(samples.length, dataOffset), perSample),
      ),
    );
  const mdatHeaderBytes = 8;
  const moof = build(build(0).length + mdatHeaderBytes);
  const mdatHeader = Buffer.concat([u32(mdatHeaderBytes + dataBytes), Buffer.from('mdat', 'latin1')]);
  return Buffer.concat([moof, mdatHeader]);
}

function durationRuns(samples: readonly Sample[]): TrackRun['durations'] {
  const runs: TrackRun['durations'] = [];
  for (const { duration } of samples) {
    const last = runs.at(-1);
    if (last?.[1] === duration) last[0]++;
    else runs.push([1, duration]);
  }
  return runs;
}
