import { audioTimescale, videoTimescale } from '../timeline/entry.js';
import type { Sample, SampleRun } from './segment.js';
import { aacFrameSamples, type VideoConfig } from './track-config.js';

/** What a segment is made of, ready to be muxed and written. */
export interface ClosedSegment {
  config: VideoConfig;
  video: SampleRun;
  audio: SampleRun;
}

/** Where an earlier recorder stopped, so that another goes on. Ticks of 90 and 48 kHz. */
export interface SegmenterStart {
  videoTime: number;
  audioTime: number;
  /** The keyframe shown until new pictures come; absent at the very beginning. */
  held?: { config: VideoConfig; keyframe: Buffer };
}

interface Picture {
  time: number;
  keyframe: boolean;
  data: Buffer;
}

interface OpenSegment {
  config: VideoConfig;
  start: number;
  pictures: Picture[];
  /** Of an earlier picture, and nothing new since. */
  held: boolean;
}

/** Ticks of 90 kHz from here on. */
const segmentTicks = videoTimescale;
/** Keyframes that come faster (everybody asks for one) do not each begin a segment. */
const shortestTicks = videoTimescale / 10;
/** No picture for so long: the last one is held, and segments end by the clock. Nothing is at risk before: it is in the journal. */
const stallTicks = videoTimescale * 1.2;
/** Smaller steps back are taken for jitter. */
const setBackTicks = videoTimescale / 10;
/** How long the very last picture is shown. */
const pictureTicks = videoTimescale / 30;
/** A sender without keyframes cannot make a segment, or our memory, longer than this. */
const longestTicks = videoTimescale * 10;
const longestBytes = 32 * 1024 * 1024;
/** Segments that wait for their sound. Beyond it they go without. */
const maxWaiting = 8;

/**
 * Cuts pictures and sound, each with its time on the recording's clock, into segments that begin with a keyframe
 * and last a second: at each keyframe, so that none is longer when the sender makes one a second.
 *
 * Picture and sound have no gaps. Where pictures are missing the last one is held; when that lasts longer than the
 * segment, the following segments show the last keyframe (what came after it cannot begin a segment). The sound is
 * held together by audio-track.ts. Time comes from outside: the segmenter has no clock and does no I/O.
 */
export class Segmenter {
  readonly counts = { undecodable: 0, early: 0, oversized: 0 };
  #open: OpenSegment | undefined;
  /** The last keyframe, for holding. */
  #held: { config: VideoConfig; keyframe: Buffer } | undefined;
  #needsKeyframe = true;
  #overdue = false;
  #lastTime = 0;
  #openBytes = 0;
  readonly #waiting: { segment: OpenSegment; end: number }[] = [];
  readonly #audio: Buffer[] = [];
  /** Of the first frame in `#audio`, and of the next to come: 48 kHz. */
  #audioStart: number;
  #audioEnd: number;

  constructor(
    private readonly onSegment: (segment: ClosedSegment) => void,
    private readonly start: SegmenterStart = { videoTime: 0, audioTime: 0 },
  ) {
    this.#audioStart = this.#audioEnd = start.audioTime;
    this.#held = start.held;
    if (start.held) this.#open = this.#hold(start.videoTime);
  }

  /** Up to where pictures came: 90 kHz. */
  get videoTime(): number {
    return this.#lastTime;
  }

  /** Up to where sound came: 48 kHz. */
  get audioTime(): number {
    return this.#audioEnd;
  }

  /** Ask the sender for one: nothing can be decoded before it, or the segment is getting long. */
  get keyframeWanted(): boolean {
    return this.#needsKeyframe || this.#overdue;
  }

  /** Pictures are missing from here on (a packet was lost): nothing can be decoded until a keyframe. */
  interrupt(): void {
    this.#needsKeyframe = true;
  }

  /**
   * @param data one access unit, NAL units with 4-byte lengths, no parameter sets
   * @returns false when it was left out, since it cannot be decoded
   */
  video(time: number, keyframe: boolean, data: Buffer, config: VideoConfig): boolean {
    if (this.#needsKeyframe && !keyframe) {
      this.counts.undecodable++;
      return false;
    }
    const open = this.#open;
    // The sender's clock was set back: until it has caught up the last picture is held.
    if (open && time < Math.max(open.start, this.#lastTime) - setBackTicks) {
      this.counts.early++;
      this.interrupt();
      return false;
    }
    // Two pictures at one time: the later one goes on by a tick (tfdt never goes back).
    const earliest = open ? Math.max(open.start, this.#lastTime) + 1 : this.start.videoTime;
    const at = Math.max(Math.round(time), earliest);
    if (!open) {
      this.#begin(at, config, data);
    } else if (!keyframe) {
      open.pictures.push({ time: at, keyframe, data });
      this.#openBytes += data.length;
      this.#limit(open, at);
    } else if (at - open.start >= shortestTicks) {
      this.#close(open, at);
      this.#begin(at, config, data);
    } else if (open.held) {
      this.#begin(open.start, config, data); // held for a moment only: shown from there on
    } else if (this.#needsKeyframe || config !== open.config) {
      this.#close(open, at);
      this.#begin(at, config, data);
    } else {
      open.pictures.push({ time: at, keyframe, data });
      this.#openBytes += data.length;
    }
    this.#lastTime = at;
    if (keyframe) {
      this.#needsKeyframe = this.#overdue = false;
      this.#held = { config, keyframe: data };
    }
    return true;
  }

  /** The next AAC frame. They have no gaps. */
  audio(frame: Buffer): void {
    this.#audio.push(frame);
    this.#audioEnd += aacFrameSamples;
    this.#release();
  }

  /** @param now on the recording's clock, 90 kHz. Call it some times a second. */
  tick(now: number): void {
    const open = this.#open;
    if (!open) return;
    if (now - Math.max(this.#lastTime, open.start) < stallTicks) return;
    this.interrupt();
    while (this.#open && now - this.#open.start >= segmentTicks + stallTicks) {
      const end = this.#heldEnd(this.#open);
      this.#close(this.#open, end);
      this.#open = this.#hold(end);
    }
  }

  /**
   * Where the recording ends when it ends `now`, 90 kHz: after the last picture, or now if there has been none for
   * long. Sound is wanted up to there.
   */
  endTime(now: number): number {
    const open = this.#open;
    if (!open) return this.#lastTime;
    const last = open.pictures.at(-1)?.time ?? open.start;
    const stalled = now - last >= stallTicks && now - open.start < longestTicks;
    return Math.round(stalled ? now : last + pictureTicks);
  }

  /** Everything becomes segments now. @param end as of `endTime` */
  finish(end = this.endTime(0)): void {
    const open = this.#open;
    this.#open = undefined;
    if (open) this.#close(open, end);
    for (const { segment, end: segmentEnd } of this.#waiting.splice(0)) this.#emit(segment, segmentEnd);
  }

  #begin(time: number, config: VideoConfig, data: Buffer): void {
    this.#open = { config, start: time, pictures: [{ time, keyframe: true, data }], held: false };
    this.#openBytes = data.length;
  }

  #hold(time: number): OpenSegment | undefined {
    if (!this.#held) return undefined;
    const { config, keyframe } = this.#held;
    this.#openBytes = keyframe.length;
    return { config, start: time, pictures: [{ time, keyframe: true, data: keyframe }], held: true };
  }

  /** A segment that is only held ends a second after it began; one with a late last picture, just after that. */
  #heldEnd(open: OpenSegment): number {
    const last = open.pictures.at(-1)?.time ?? open.start;
    return Math.max(open.start + segmentTicks, last + 1);
  }

  #close(open: OpenSegment, end: number): void {
    let segment = open;
    // Long without any new picture: it is held to the end of its second, then the last keyframe, second by second.
    while (end - segment.start > segmentTicks * 1.5 && this.#held) {
      const cut = segment.start + segmentTicks;
      if (segment.pictures.at(-1)!.time >= cut) break;
      this.#waiting.push({ segment, end: cut });
      const { config, keyframe } = this.#held;
      segment = { config, start: cut, pictures: [{ time: cut, keyframe: true, data: keyframe }], held: true };
    }
    this.#waiting.push({ segment, end });
    this.#release();
    while (this.#waiting.length > maxWaiting) {
      const { segment: first, end: firstEnd } = this.#waiting.shift()!;
      this.#emit(first, firstEnd);
    }
  }

  /** Segments whose sound is complete. */
  #release(): void {
    while (this.#waiting.length > 0) {
      const { segment, end } = this.#waiting[0]!;
      if (this.#audioEnd < toAudioTime(end)) return;
      this.#waiting.shift();
      this.#emit(segment, end);
    }
  }

  #emit(segment: OpenSegment, end: number): void {
    const { pictures, start, config } = segment;
    const samples: Sample[] = pictures.map(({ time, keyframe, data }, index) => ({
      duration: (pictures[index + 1]?.time ?? end) - time,
      keyframe,
      data,
    }));
    const audioTime = this.#audioStart;
    const frames: Sample[] = [];
    while (this.#audio.length > 0 && this.#audioStart < toAudioTime(end)) {
      frames.push({ duration: aacFrameSamples, keyframe: true, data: this.#audio.shift()! });
      this.#audioStart += aacFrameSamples;
    }
    this.onSegment({
      config,
      video: { time: start, samples },
      audio: { time: audioTime, samples: frames },
    });
  }

  #limit(open: OpenSegment, at: number): void {
    const ticks = at - open.start;
    if (ticks > segmentTicks * 1.2) this.#overdue = true;
    if (ticks < longestTicks && this.#openBytes < longestBytes) return;
    this.counts.oversized++;
    this.#close(open, at + 1);
    this.#open = this.#hold(at + 1);
    this.interrupt();
  }
}

function toAudioTime(videoTime: number): number {
  return (videoTime / videoTimescale) * audioTimescale;
}
