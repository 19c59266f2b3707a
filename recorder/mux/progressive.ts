import {
  audioTimescale,
  videoTimescale,
  type InitEntry,
  type SegmentEntry,
  type TrackRun,
} from '../timeline/entry.js';
import { box, fullBox, u32, u64 } from './box.js';
import { audioTrackId, fileType, movieHeader, sampleDescriptions, track, videoTrackId } from './movie.js';
import { avc1, mp4a } from './track-config.js';

/**
 * What comes before the media of a progressive MP4: ftyp, moov, the header of mdat. After it follow the segment
 * files as they are, one after the other: the tables point at the samples in them, and the fragment headers
 * between are bytes of mdat that nothing points at (about 1 KB a second). So a byte of the download is a byte
 * of a stored file, and any range of it can be read without reading what is before.
 */
export function progressiveHead(
  startedAt: string,
  inits: readonly InitEntry[],
  segments: readonly SegmentEntry[],
): Buffer {
  const mediaBytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const ftyp = fileType('isom', 'isom', 'iso6', 'avc1', 'mp41');
  const mdatHeader = Buffer.concat([u32(1), Buffer.from('mdat', 'latin1'), u64(16 + mediaBytes)]);
  const descriptions = new Map(inits.map((init, index) => [init.init, index + 1]));
  const tables = {
    video: collectTable(segments, 'video', segment => descriptions.get(segment.init) ?? 1),
    audio: collectTable(segments, 'audio', () => 1),
  };
  // Chunk offsets count from the start of the file, moov's own size included; it does not depend on their values.
  const wide = mediaBytes > 0xf000_0000;
  const build = (mediaOffset: number): Buffer => movie(startedAt, inits, tables, mediaOffset, wide);
  const mediaOffset = ftyp.length + build(0).length + mdatHeader.length;
  return Buffer.concat([ftyp, build(mediaOffset), mdatHeader]);
}

function movie(
  startedAt: string,
  inits: readonly InitEntry[],
  tables: { video: SampleTable; audio: SampleTable },
  mediaOffset: number,
  wide: boolean,
): Buffer {
  const { video, audio } = tables;
  const durationMs = Math.max(video.duration / videoTimescale, audio.duration / audioTimescale) * 1000;
  const first = inits[0];
  return box(
    'moov',
    movieHeader(startedAt, Math.round(durationMs)),
    track({
      trackId: videoTrackId,
      kind: 'video',
      timescale: videoTimescale,
      duration: video.duration,
      width: first?.width ?? 0,
      height: first?.height ?? 0,
      sampleTable: sampleTable(
        inits.map(({ width, height, avcC }) => avc1({ width, height, avcC: Buffer.from(avcC, 'base64') })),
        video,
        mediaOffset,
        wide,
      ),
    }),
    track({
      trackId: audioTrackId,
      kind: 'audio',
      timescale: audioTimescale,
      duration: audio.duration,
      width: 0,
      height: 0,
      sampleTable: sampleTable(
        [mp4a(Buffer.from(first?.audioConfig ?? '', 'base64'))],
        audio,
        mediaOffset,
        wide,
      ),
    }),
  );
}

/** What a track's tables hold (ISO/IEC 14496-12 §8.6, §8.7). A chunk is what one segment has of the track. */
interface SampleTable {
  /** stts, stss (video), stsc, stsz */
  boxes: Buffer[];
  /** Of each chunk, from where the segments begin. */
  offsets: number[];
  /** In the track's timescale. */
  duration: number;
}

function sampleTable(entries: Buffer[], table: SampleTable, mediaOffset: number, wide: boolean): Buffer {
  const offsets = table.offsets.map(offset => mediaOffset + offset);
  const chunkOffsets = wide
    ? fullBox('co64', 0, 0, u32(offsets.length), table64(offsets))
    : fullBox('stco', 0, 0, u32(offsets.length), table32(offsets));
  return box('stbl', sampleDescriptions(...entries), ...table.boxes, chunkOffsets);
}

function collectTable(
  segments: readonly SegmentEntry[],
  kind: 'video' | 'audio',
  description: (segment: SegmentEntry) => number,
): SampleTable {
  const times = new Pairs();
  const chunks = new Chunks();
  const offsets: number[] = [];
  const sizes: number[] = [];
  const keyframes: number[] = [];
  let segmentOffset = 0;
  for (const [index, segment] of segments.entries()) {
    const run = segment[kind];
    if (run.sizes.length > 0) {
      keyframes.push(sizes.length + 1);
      for (const size of run.sizes) sizes.push(size);
      offsets.push(segmentOffset + run.offset);
      chunks.add(run.sizes.length, description(segment));
      for (const [count, ticks] of run.durations) times.add(count, ticks);
      times.extendLast(gapAfter(segments, index, kind));
    }
    segmentOffset += segment.bytes;
  }
  const boxes = [
    fullBox('stts', 0, 0, u32(times.pairs.length / 2), table32(times.pairs)),
    // A segment begins with a keyframe; every AAC frame is one, so audio needs no such table (§8.6.2).
    ...(kind === 'video' ? [fullBox('stss', 0, 0, u32(keyframes.length), table32(keyframes))] : []),
    fullBox('stsc', 0, 0, u32(chunks.triples.length / 3), table32(chunks.triples)),
    fullBox('stsz', 0, 0, u32(0, sizes.length), table32(sizes)),
  ];
  return { boxes, offsets, duration: trackDuration(segments, kind) };
}

/** Ticks from the end of a segment's run to the next run of the track: the last sample lasts over it. */
function gapAfter(segments: readonly SegmentEntry[], index: number, kind: 'video' | 'audio'): number {
  const run: TrackRun = segments[index]![kind];
  for (let next = index + 1; next < segments.length; next++) {
    const following = segments[next]![kind];
    if (following.sizes.length > 0) return Math.max(0, following.time - run.time - run.duration);
  }
  return 0;
}

function trackDuration(segments: readonly SegmentEntry[], kind: 'video' | 'audio'): number {
  const runs = segments.map(segment => segment[kind]).filter(run => run.sizes.length > 0);
  const first = runs[0];
  const last = runs.at(-1);
  return first && last ? last.time + last.duration - first.time : 0;
}

/** stts: equal durations in a row are one entry. */
class Pairs {
  readonly pairs: number[] = [];

  add(count: number, ticks: number): void {
    if (this.pairs.at(-1) === ticks) this.pairs[this.pairs.length - 2]! += count;
    else this.pairs.push(count, ticks);
  }

  extendLast(ticks: number): void {
    const last = this.pairs.at(-1);
    if (ticks === 0 || last === undefined) return;
    if (--this.pairs[this.pairs.length - 2]! === 0) this.pairs.splice(-2);
    this.add(1, last + ticks);
  }
}

/** stsc: first chunk, samples in each, sample description; chunks alike in a row are one entry. */
class Chunks {
  readonly triples: number[] = [];
  #count = 0;

  add(samples: number, description: number): void {
    this.#count++;
    if (this.triples.at(-2) === samples && this.triples.at(-1) === description) return;
    this.triples.push(this.#count, samples, description);
  }
}

function table32(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (let index = 0; index < values.length; index++) bytes.writeUInt32BE(values[index]!, index * 4);
  return bytes;
}

function table64(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (let index = 0; index < values.length; index++)
    bytes.writeBigUInt64BE(BigInt(values[index]!), index * 8);
  return bytes;
}
