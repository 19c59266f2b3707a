import { audioTimescale, videoTimescale, type SegmentEntry } from '../../recorder/timeline/entry.js';

/** Where a playback is in one track: the next sample, by the timeline's tables. It reads no media. */
export class TrackCursor {
  /** Index of its segment in the list; the list's length: there is nothing left. */
  segment = 0;
  /** Of the next sample: when it is due in the recording, in the track's timescale. */
  time = 0;
  /** Of the next sample, in the segment's file. */
  offset = 0;
  bytes = 0;
  readonly #timescale: number;
  #sample = 0;
  #run = 0;
  #leftInRun = 0;

  constructor(
    private readonly kind: 'video' | 'audio',
    private readonly segments: readonly SegmentEntry[],
  ) {
    this.#timescale = kind === 'video' ? videoTimescale : audioTimescale;
    this.moveTo(0);
  }

  get atEnd(): boolean {
    return this.segment >= this.segments.length;
  }

  get timeMs(): number {
    return (this.time * 1000) / this.#timescale;
  }

  /** The first sample of its segment: pictures can be decoded from here on. */
  get isFirst(): boolean {
    return this.#sample === 0;
  }

  /** To the first sample of this segment, or of the first one behind it that has any of the track. */
  moveTo(segment: number): void {
    while (segment < this.segments.length && this.segments[segment]![this.kind].sizes.length === 0) segment++;
    this.segment = segment;
    this.#sample = 0;
    this.#run = 0;
    if (this.atEnd) return;
    const { time, offset, sizes, durations } = this.segments[segment]![this.kind];
    this.time = time;
    this.offset = offset;
    this.bytes = sizes[0]!;
    this.#leftInRun = durations[0]?.[0] ?? 0;
  }

  advance(): void {
    if (this.atEnd) return;
    const { sizes, durations } = this.segments[this.segment]![this.kind];
    if (++this.#sample >= sizes.length) return this.moveTo(this.segment + 1);
    this.time += durations[this.#run]?.[1] ?? 0;
    this.offset += this.bytes;
    this.bytes = sizes[this.#sample]!;
    if (--this.#leftInRun <= 0) this.#leftInRun = durations[++this.#run]?.[0] ?? 0;
  }
}
