import type { RecorderCommand, RecorderEvent, RecordingPlan } from './plan.js';
import type { S3Options } from './archive/s3-archive.js';
import type { Note } from './timeline/entry.js';

/** What the recorder's process is told first. Secrets go this way and not through arguments or environment. */
export interface Configure {
  type: 'configure';
  directory: string;
  s3: S3Options | null;
  logLevel: string;
  /** Recordings that a process before this one was making: they go on. All others without an end are ended. */
  resume: RecordingPlan[];
}

/** Server → recorder process. */
export type ProcessCommand =
  | RecorderCommand
  | Configure
  | { type: 'note'; recordingId: string; note: Note }
  /** Ends all recordings as complete, and the process. */
  | { type: 'close' };

/** Recorder process → server. */
export type ProcessEvent = RecorderEvent;

/** How often it says that it is alive. */
export const heartbeatMs = 500;
