import type { ConferencePlan } from '../plan.js';
import type { AudioStatistics } from './audio-conference.js';

/** What the audio thread starts with. */
export interface AudioThreadStart {
  /** See `systemClock`: the same for all threads of the process. */
  wallOffsetMs: number;
  /** Memory of `LipSync.allocate()`. */
  lipSync: SharedArrayBuffer;
  maxDelayMs?: number;
}

/** Main thread → audio thread. */
export type AudioCommand =
  { type: 'plan'; plan: ConferencePlan } | { type: 'remove'; conferenceId: string } | { type: 'close' };

/** Audio thread → main thread. */
export type AudioEvent =
  | { type: 'dtmf'; conferenceId: string; session: string; digit: string }
  | { type: 'sessionFailed'; conferenceId: string; session: string; reason: string }
  /** A plan that makes no sense; the last one goes on. */
  | { type: 'planFailed'; conferenceId: string; reason: string }
  /** Once a second. */
  | { type: 'statistics'; conferences: Record<string, AudioStatistics>; worstLatenessMs: number }
  | { type: 'closed' };
