import { box, fullBox, text, u16, u32, zeros } from './box.js';

export const videoTrackId = 1;
export const audioTrackId = 2;
/** Of mvhd and tkhd: milliseconds, so that 32 bits last 49 days. */
export const movieTimescale = 1000;

const identityMatrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
/** Seconds from 1904-01-01 to 1970-01-01. */
const epoch1904 = 2_082_844_800;

export interface TrackHeader {
  trackId: number;
  kind: 'video' | 'audio';
  timescale: number;
  /** In the track's timescale; 0 in an init segment: fragments tell. */
  duration: number;
  width: number;
  height: number;
  /** The sample table: `stbl`. */
  sampleTable: Buffer;
}

/** ISO/IEC 14496-12 §8.2.2. `startedAt`: RFC 3339. */
export function movieHeader(startedAt: string, durationMs: number): Buffer {
  const time = Math.max(0, Math.floor(Date.parse(startedAt) / 1000) + epoch1904) || 0;
  return fullBox(
    'mvhd',
    0,
    0,
    u32(time, time, movieTimescale, durationMs, 0x10000),
    u16(0x0100),
    zeros(10),
    identityMatrix,
    zeros(24),
    u32(audioTrackId + 1), // next_track_ID
  );
}

/** §8.3.1, with all that is below it. */
export function track(header: TrackHeader): Buffer {
  const { trackId, kind, timescale, duration, width, height, sampleTable } = header;
  const durationMs = Math.round((duration * movieTimescale) / timescale);
  const tkhd = fullBox(
    'tkhd',
    0,
    3, // enabled, in the movie
    u32(0, 0, trackId, 0, durationMs),
    zeros(8),
    u16(0, kind === 'audio' ? 1 : 0, kind === 'audio' ? 0x0100 : 0, 0),
    identityMatrix,
    u32(width * 0x10000, height * 0x10000),
  );
  // 64-bit duration: 90 kHz overflows 32 bits after 13 hours.
  const mdhd = fullBox(
    'mdhd',
    1,
    0,
    zeros(16),
    u32(timescale, Math.floor(duration / 2 ** 32), duration >>> 0),
    u16(0x55c4, 0), // language "und"
  );
  const hdlr = fullBox(
    'hdlr',
    0,
    0,
    u32(0),
    Buffer.from(kind === 'video' ? 'vide' : 'soun', 'latin1'),
    zeros(12),
    text(kind === 'video' ? 'VideoHandler' : 'SoundHandler'),
  );
  const mediaHeader = kind === 'video' ? fullBox('vmhd', 0, 1, zeros(8)) : fullBox('smhd', 0, 0, zeros(4));
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  return box('trak', tkhd, box('mdia', mdhd, hdlr, box('minf', mediaHeader, dinf, sampleTable)));
}

/** §8.5.2 */
export function sampleDescriptions(...entries: Buffer[]): Buffer {
  return fullBox('stsd', 0, 0, u32(entries.length), ...entries);
}

export function fileType(major: string, ...compatible: string[]): Buffer {
  return box('ftyp', ...[major, '\0\0\0\0', ...compatible].map(brand => Buffer.from(brand, 'latin1')));
}
