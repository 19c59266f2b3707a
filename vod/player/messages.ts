/** Where one stream of a playback goes to, on this machine, and as what. */
export interface StreamTarget {
  port: number;
  ssrc: number;
  payloadType: number;
}

/** Server → player thread. */
export type PlayerCommand =
  | { type: 'open'; playbackId: string; recordingId: string; video: StreamTarget; audio: StreamTarget }
  | { type: 'play' | 'pause' | 'close'; playbackId: string }
  /** Forwards, or backwards when negative; never beyond either end. */
  | { type: 'seek'; playbackId: string; byMs: number };

/** Player thread → server. */
export type PlayerEvent =
  /** It plays as soon as it is told to. The ports are those that it sends from. */
  | { type: 'opened'; playbackId: string; durationMs: number; videoPort: number; audioPort: number }
  /** After each command. */
  | { type: 'position'; playbackId: string; positionMs: number }
  /** The last picture has been sent. */
  | { type: 'ended'; playbackId: string }
  | { type: 'failed'; playbackId: string; reason: string };
