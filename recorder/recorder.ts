import { Emitter } from '../base/emitter.js';
import type { Log } from '../base/log.js';
import type { RecordingPlan } from './plan.js';
import type { S3Options } from './archive/s3-archive.js';
import type { Note } from './timeline/entry.js';

export interface RecorderOptions {
  /** Folder of all recordings; made when it is not there. Also the catalogue's. */
  directory: string;
  /** Every segment is copied there as it closes. */
  s3: S3Options | null;
  log: Log;
}

export interface RecorderEvents {
  /** A segment is durable: `durationMs` and `bytes` are the recording's so far. */
  segment(recordingId: string, durationMs: number, bytes: number): void;
  /** Disk full or unwritable; what was listed stays, and the recording is over. */
  failed(recordingId: string, reason: string): void;
  /** The process died or hung and another goes on with the same plans. */
  restarted(pid: number): void;
}

/**
 * Records conferences in a child process, since native code runs there. The process is forked at once,
 * watched by its heartbeat, and replaced with the last plans when it dies or hangs.
 */
export class Recorder {
  readonly events = new Emitter<RecorderEvents>();

  constructor(private readonly options: RecorderOptions) {}

  /** Of the process; undefined while there is none. */
  get pid(): number | undefined {
    return undefined;
  }

  /** How often the process was replaced. */
  get restarts(): number {
    return 0;
  }

  /** It was started, and has neither been stopped nor failed. */
  isRecording(recordingId: string): boolean {
    return recordingId === '';
  }

  /** Resolves when the process is there and has put what an earlier one left behind in order. */
  async ready(): Promise<void> {}

  /**
   * Starts a recording. It begins with the first keyframe, which the process asks the SFU for.
   */
  record(plan: RecordingPlan): void {
    void plan;
    void this.options;
  }

  /** The SFU moved: other ports or SSRCs, same recording. */
  update(plan: RecordingPlan): void {
    void plan;
  }

  /** Writes into the recording's timeline who was where, what was marked. */
  note(recordingId: string, note: Note): void {
    void recordingId;
    void note;
  }

  /** Resolves when all is durable and the recording plays. */
  async stop(recordingId: string): Promise<void> {
    void recordingId;
  }

  /** Stops all recordings and the process. */
  async close(): Promise<void> {}
}
