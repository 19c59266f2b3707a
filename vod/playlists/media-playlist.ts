import { videoTimescale, type SegmentEntry } from '../../recorder/timeline/entry.js';
import type { RecordingIndex } from '../catalogue/recording-index.js';

/**
 * The HLS media playlist (RFC 8216 §4.3.3) of a recording: of type EVENT while it is being recorded, so that a player
 * may seek back to its start and follows its end, and VOD with an end from the second that it stops.
 *
 * @returns null before the first segment
 */
export function mediaPlaylist(index: RecordingIndex, recording: boolean): string | null {
  const { segments } = index;
  if (segments.length === 0) return null;
  const durations = segments.map((segment, position) => secondsOf(segment, segments[position + 1]));
  const files = new Map(index.inits.map(init => [init.init, init.file]));
  const resumptions = new Set(index.resumptions.map(({ segment }) => segment));
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7', // EXT-X-MAP in a playlist of pictures (§7)
    // Each EXTINF, rounded, is at most this (§4.3.3.1).
    `#EXT-X-TARGETDURATION:${durations.reduce((longest, each) => Math.max(longest, Math.round(each)), 1)}`,
    `#EXT-X-PLAYLIST-TYPE:${recording ? 'EVENT' : 'VOD'}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  let init: number | undefined;
  for (const [position, segment] of segments.entries()) {
    if (segment.init !== init) {
      if (init !== undefined) lines.push('#EXT-X-DISCONTINUITY'); // other encoding parameters (§4.3.2.3)
      lines.push(`#EXT-X-MAP:URI="${files.get(segment.init) ?? `init-${segment.init}.mp4`}"`);
    }
    if (segment.init !== init || resumptions.has(segment.segment)) {
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${segment.at}`);
    }
    init = segment.init;
    lines.push(`#EXTINF:${durations[position]!.toFixed(5)},`, segment.file);
  }
  if (!recording) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

/** To the next segment's start: what lies between, should one have been lost, is the last picture's time. */
function secondsOf({ video }: SegmentEntry, next: SegmentEntry | undefined): number {
  return (next ? next.video.time - video.time : video.duration) / videoTimescale;
}
