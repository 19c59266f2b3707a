import { audioTimescale, videoTimescale, type InitEntry } from '../../recorder/timeline/entry.js';
import { H264Packetizer } from '../../sfu/rtp/h264-packetizer.js';
import { packAacHbr } from '../../sfu/rtp/aac/mpeg4-generic.js';
import type { RecordingIndex } from '../catalogue/recording-index.js';
import { annexB, parameterSets } from './annex-b.js';
import type { RtpStream } from './rtp-stream.js';
import type { SegmentWindow } from './segment-window.js';
import { TrackCursor } from './track-cursor.js';

export interface PlaybackOwner {
  onEnd(): void;
}

const reportMs = 500;
/** While nothing plays the receiver is told so often that somebody is there. */
const presenceMs = 1_000;
/** The receiver shows and plays what it has; then it is over. */
const lastMs = 300;

/**
 * Sends a recording as it was: H.264 and AAC frame by frame, when they are due, with nothing decoded. RTP timestamps
 * go on with the wall clock over pauses and seeks, so for the receiver it is one live stream. `tick` drives it.
 */
export class Playback {
  readonly durationMs: number;
  readonly #video: TrackCursor;
  readonly #audio: TrackCursor;
  readonly #packetizer = new H264Packetizer(1);
  readonly #parameterSets: Map<number, Buffer>;
  #playing = false;
  /** A picture to look at, while nothing plays. */
  #stillWanted = false;
  /** `mediaMs` of the recording is due at `atMs`; undefined: it stands still, or waits for data. */
  #run: { atMs: number; mediaMs: number } | undefined;
  #positionMs = 0;
  #reportedMs = -Infinity;
  #presentMs = -Infinity;
  #endMs: number | undefined;

  constructor(
    private readonly index: RecordingIndex,
    private readonly window: SegmentWindow,
    private readonly streams: { video: RtpStream; audio: RtpStream },
    private readonly owner: PlaybackOwner,
    /** Wall clock minus the clock of `tick`, ms. */
    private readonly wallOffsetMs: number,
  ) {
    this.durationMs = index.durationMs;
    this.#video = new TrackCursor('video', index.segments);
    this.#audio = new TrackCursor('audio', index.segments);
    this.#parameterSets = new Map(index.inits.map(init => [init.init, setsOf(init)]));
    window.moveTo(0);
  }

  /** ms of the recording. */
  get positionMs(): number {
    return Math.round(this.#positionMs);
  }

  play(): void {
    this.#playing = true;
  }

  pause(): void {
    this.#playing = false;
    this.#run = undefined;
  }

  /** To the segment that holds the moment: it begins with a keyframe, a second before at most. */
  seek(byMs: number): void {
    const { segments } = this.index;
    const wanted = Math.max(0, this.#positionMs + byMs) * (videoTimescale / 1000);
    const behind = segments.findIndex(({ video }) => video.time + video.duration > wanted);
    const segment = behind < 0 ? segments.length : behind;
    this.#video.moveTo(segment);
    this.#audio.moveTo(segment);
    this.#run = undefined;
    this.#endMs = undefined;
    this.#positionMs = this.#video.atEnd ? this.durationMs : this.#video.timeMs;
    this.#stillWanted = true;
    this.window.moveTo(segment);
  }

  /** Somebody cannot decode what was sent. While it plays the next keyframe is a second away at most. */
  showAgain(): void {
    if (!this.#playing && !this.#stillWanted) this.seek(0);
  }

  /** Call every 10 ms or so; sends what is due. */
  tick(nowMs: number): void {
    if (nowMs - this.#reportedMs >= reportMs) {
      this.#reportedMs = nowMs;
      this.streams.video.report(nowMs + this.wallOffsetMs);
      this.streams.audio.report(nowMs + this.wallOffsetMs);
    }
    if (!this.#run) this.#stand(nowMs);
    const run = this.#run;
    if (!run) return;
    const dueMs = nowMs - run.atMs + run.mediaMs;
    const whole = this.#sendDue(this.#video, dueMs, run) && this.#sendDue(this.#audio, dueMs, run);
    const first = Math.min(this.#video.segment, this.#audio.segment);
    this.window.moveTo(first);
    this.#positionMs = Math.min(dueMs, this.durationMs);
    // Data are late: time stands still until they are there.
    if (!whole) this.#run = undefined;
    if (!this.#video.atEnd || !this.#audio.atEnd) return;
    this.#endMs ??= nowMs + lastMs;
    if (nowMs >= this.#endMs) this.#end();
  }

  #end(): void {
    this.pause();
    this.owner.onEnd();
  }

  #stand(nowMs: number): void {
    const isThere = this.#isThere(this.#video) && this.#isThere(this.#audio);
    if (isThere && this.#playing) {
      this.#run = { atMs: nowMs, mediaMs: this.#positionMs };
      this.#stillWanted = false;
      return;
    }
    if (isThere && this.#stillWanted && !this.#video.atEnd) {
      this.#stillWanted = false;
      this.#send(this.#video, { atMs: nowMs, mediaMs: this.#video.timeMs });
    }
    if (nowMs - this.#presentMs < presenceMs) return;
    this.#presentMs = nowMs;
    this.streams.video.repeat();
  }

  #isThere({ atEnd, segment }: TrackCursor): boolean {
    return atEnd || this.window.get(segment) !== undefined;
  }

  /** False: something is due that is not there. */
  #sendDue(track: TrackCursor, dueMs: number, run: { atMs: number; mediaMs: number }): boolean {
    while (!track.atEnd && track.timeMs <= dueMs) {
      if (!this.#isThere(track)) return false;
      this.#send(track, run);
    }
    return true;
  }

  #send(track: TrackCursor, { atMs, mediaMs }: { atMs: number; mediaMs: number }): void {
    const data = this.window.get(track.segment)!.subarray(track.offset, track.offset + track.bytes);
    const wallMs = atMs + track.timeMs - mediaMs + this.wallOffsetMs;
    if (track === this.#video) {
      const timestamp = timestampOf(track.time, atMs - mediaMs, videoTimescale);
      const { init } = this.index.segments[track.segment]!;
      const picture = annexB(data, track.isFirst ? this.#parameterSets.get(init) : undefined);
      this.#packetizer.packetize(picture, (payload, marker) =>
        this.streams.video.send(payload, marker, timestamp, wallMs),
      );
    } else {
      const timestamp = timestampOf(track.time, atMs - mediaMs, audioTimescale);
      this.streams.audio.send(packAacHbr([data]), true, timestamp, wallMs);
    }
    track.advance();
  }
}

/** The distance of a run is the same for all of its samples, so that no sample's time is rounded. */
function timestampOf(time: number, distanceMs: number, clockRate: number): number {
  return time + Math.round((distanceMs * clockRate) / 1000);
}

function setsOf({ avcC }: InitEntry): Buffer {
  return parameterSets(Buffer.from(avcC, 'base64'));
}
