import type { RtpSession } from '../sfu/rtp/session.js';

/** What is recorded, as one value: kept in the recording's folder, and sent again to a restarted recorder. */
export interface RecordingPlan {
  recordingId: string;
  conferenceId: string;
  title: string;
  /** RFC 3339, when the conference's operator pressed record. */
  startedAt: string;
  /** The composite, H.264, a keyframe every second; and the mix of everybody, Opus. Both from the SFU. */
  video: RtpSession;
  audio: RtpSession;
}

/** Server → recorder process. */
export type RecorderCommand =
  | { type: 'record'; plan: RecordingPlan }
  /** The SFU moved: other ports or SSRCs, same recording. */
  | { type: 'update'; plan: RecordingPlan }
  | { type: 'stop'; recordingId: string };

/** Files that are copied to the other archive, since the process began; `waiting` now. */
export interface Archiving {
  uploaded: number;
  failures: number;
  waiting: number;
}

/** Recorder process → server. */
export type RecorderEvent =
  | { type: 'ready' }
  /** `archiving` where recordings are copied to another archive. */
  | { type: 'alive'; archiving?: Archiving }
  | { type: 'segment'; recordingId: string; durationMs: number; bytes: number }
  /** All is durable, the manifest says so. */
  | { type: 'stopped'; recordingId: string }
  /** Disk full or unwritable: what was listed stays; the reason is for people. */
  | { type: 'failed'; recordingId: string; reason: string };
