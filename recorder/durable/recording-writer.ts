import { initSegment } from '../mux/init-segment.js';
import { muxSegment } from '../mux/segment.js';
import type { ClosedSegment } from '../mux/segmenter.js';
import { aacCodec, aacLcStereo48k, type VideoConfig } from '../mux/track-config.js';
import {
  videoTimescale,
  type Entry,
  type InitEntry,
  type Note,
  type PosterEntry,
  type SegmentEntry,
} from '../timeline/entry.js';
import type { RecordingFolder } from './recording-folder.js';

export interface WriterEvents {
  /** A file is durable and listed. */
  file(name: string): void;
  /** A segment is: the recording's length and size so far. `videoTime`, `audioTime`: where it ends, 90 and 48 kHz. */
  segment(totals: { durationMs: number; bytes: number; videoTime: number; audioTime: number }): void;
  /** Nothing more can be written. Comes once. */
  failed(error: Error): void;
}

/** Segments that wait for a slow disk: half a minute. What comes then is dropped and counted. */
const maxQueued = 30;

/** Muxes closed segments and lists them, one after the other, in one recording's folder. */
export class RecordingWriter {
  readonly counts = { dropped: 0 };
  #startedAtMs: number | undefined;
  #segment = 0;
  #init = 0;
  #config: VideoConfig | undefined;
  #durationMs = 0;
  #bytes = 0;
  #queued = 0;
  #failed = false;

  /**
   * @param earlier what the timeline has already, for a recording that goes on
   */
  constructor(
    private readonly folder: RecordingFolder,
    private readonly events: WriterEvents,
    earlier: readonly Entry[],
  ) {
    for (const entry of earlier) {
      if (entry.type === 'init') {
        this.#init = entry.init;
        this.#config = configOf(entry);
      } else if (entry.type === 'segment') {
        this.#startedAtMs ??= Date.parse(entry.at) - (entry.video.time * 1000) / videoTimescale;
        this.#segment = entry.segment;
        this.#count(entry);
      }
    }
  }

  get durationMs(): number {
    return this.#durationMs;
  }

  /** Wall clock at recording time 0, ms since 1970; undefined before the first picture. */
  get startedAtMs(): number | undefined {
    return this.#startedAtMs;
  }

  /** The first call counts. */
  startsAt(wallMs: number): void {
    this.#startedAtMs ??= wallMs;
  }

  /** Of the last init segment. */
  get config(): VideoConfig | undefined {
    return this.#config;
  }

  segment({ config, video, audio }: ClosedSegment): void {
    if (this.#failed) return;
    if (this.#queued >= maxQueued) {
      this.counts.dropped++;
      return;
    }
    if (!this.#config?.avcC.equals(config.avcC)) this.#beginInit(config);
    this.#segment++;
    const { parts, video: videoRun, audio: audioRun } = muxSegment(this.#segment, video, audio);
    this.#list<SegmentEntry>(parts, {
      type: 'segment',
      segment: this.#segment,
      init: this.#init,
      file: `${String(this.#segment).padStart(6, '0')}.m4s`,
      at: this.#wallTime(video.time),
      video: videoRun,
      audio: audioRun,
    }).then(
      entry => {
        this.#count(entry);
        this.events.segment({
          durationMs: this.#durationMs,
          bytes: this.#bytes,
          videoTime: videoRun.time + videoRun.duration,
          audioTime: audioRun.time + audioRun.duration,
        });
      },
      () => undefined, // told by `failed`
    );
  }

  poster(jpeg: Buffer): void {
    this.#list<PosterEntry>([jpeg], { type: 'poster', file: 'poster.jpg' }).catch(() => undefined);
  }

  note(timeMs: number, note: Note): void {
    this.append({ type: 'note', timeMs: Math.max(0, Math.round(timeMs)), note });
  }

  append(entry: Entry): void {
    if (this.#failed) return;
    this.folder.append(entry).catch((error: unknown) => this.#fail(error));
  }

  /** After everything that was given: the last line. Resolves when all is durable, also when it failed before. */
  async end(state: 'complete' | 'interrupted'): Promise<void> {
    // Segments in the queue still count: their lines come before this one.
    await this.folder.idle();
    if (!this.#failed) {
      this.append({ type: 'end', state, durationMs: this.#durationMs, bytes: this.#bytes });
    }
    await this.folder.close();
  }

  #beginInit(config: VideoConfig): void {
    this.#init++;
    this.#config = config;
    const startedAt = this.#wallTime(0);
    this.#list<InitEntry>([initSegment(config, startedAt)], {
      type: 'init',
      init: this.#init,
      file: `init-${this.#init}.mp4`,
      codecs: `${config.codec},${aacCodec}`,
      width: config.width,
      height: config.height,
      avcC: config.avcC.toString('base64'),
      audioConfig: aacLcStereo48k.toString('base64'),
    }).catch(() => undefined);
  }

  async #list<E extends Entry & { file: string; bytes: number; sha256: string }>(
    parts: readonly Buffer[],
    entry: Omit<E, 'bytes' | 'sha256'> & { file: string },
  ): Promise<E> {
    this.#queued++;
    try {
      const listed = await this.folder.list<E>(parts, entry);
      this.events.file(entry.file);
      return listed;
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.#queued--;
    }
  }

  #count({ video, bytes }: SegmentEntry): void {
    this.#durationMs = Math.round(((video.time + video.duration) * 1000) / videoTimescale);
    this.#bytes += bytes;
  }

  #wallTime(videoTime: number): string {
    return new Date((this.#startedAtMs ?? 0) + (videoTime * 1000) / videoTimescale).toISOString();
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.events.failed(error instanceof Error ? error : new Error(String(error)));
  }
}

export function configOf({ width, height, codecs, avcC }: InitEntry): VideoConfig {
  return { width, height, codec: codecs.split(',')[0] ?? '', avcC: Buffer.from(avcC, 'base64') };
}
