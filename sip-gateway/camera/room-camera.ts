import type { Motion } from './h281.js';

/** A key of the room's remote control, pressed or still held. */
export type Arrow = 'left' | 'right' | 'up' | 'down';

/** What the call's owner is told. */
export interface CameraOwner {
  /** Once when an arrow is pressed, and each second while it is held. */
  pressed(arrow: Arrow): void;
}

/** Far-end camera control of one call, both ways. */
export interface RoomCamera {
  /** Whether the room takes what `move` and the presets send. */
  readonly movable: boolean;
  /** For so long, unless something else comes before; how far that is, the room's camera knows. */
  move(motion: Motion, durationMs: number): void;
  stop(): void;
  /** 0–15 */
  storePreset(preset: number): void;
  activatePreset(preset: number): void;
  /** Idempotent. */
  close(): void;
}
