import { audioTimescale, videoTimescale } from '../timeline/entry.js';
import { box, fullBox, u32 } from './box.js';
import { audioTrackId, fileType, movieHeader, sampleDescriptions, track, videoTrackId } from './movie.js';
import { aacLcStereo48k, avc1, mp4a, type VideoConfig } from './track-config.js';

/**
 * The header of all segments that share one configuration (ISO/IEC 23000-19 §7.3.1).
 *
 * One file holds both tracks, each as a CMAF fragment of its own (see segment.ts). Why not two sets of files:
 * a second of the recording is durable, listed, hashed, uploaded and fetched as one thing, at half the fsyncs
 * and half the requests (300 viewers ask 300 times a second, not 600), and picture and sound cannot be lost
 * apart. hls.js and MSE take both tracks in one source buffer. And since a fragment holds one track only, a
 * byte range of a segment is a CMAF fragment still, for whoever wants the tracks apart.
 */
export function initSegment(video: VideoConfig, startedAt: string): Buffer {
  return Buffer.concat([
    fileType('iso6', 'iso6', 'cmfc', 'mp41'),
    box(
      'moov',
      movieHeader(startedAt, 0),
      track({
        trackId: videoTrackId,
        kind: 'video',
        timescale: videoTimescale,
        duration: 0,
        width: video.width,
        height: video.height,
        sampleTable: emptySampleTable(avc1(video)),
      }),
      track({
        trackId: audioTrackId,
        kind: 'audio',
        timescale: audioTimescale,
        duration: 0,
        width: 0,
        height: 0,
        sampleTable: emptySampleTable(mp4a(aacLcStereo48k)),
      }),
      box('mvex', trackExtends(videoTrackId), trackExtends(audioTrackId)),
    ),
  ]);
}

/** ISO/IEC 14496-12 §8.8.3; fragments tell every value themselves. */
function trackExtends(trackId: number): Buffer {
  return fullBox('trex', 0, 0, u32(trackId, 1, 0, 0, 0));
}

function emptySampleTable(sampleEntry: Buffer): Buffer {
  return box(
    'stbl',
    sampleDescriptions(sampleEntry),
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, u32(0)),
  );
}
