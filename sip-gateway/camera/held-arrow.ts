import type { Clock, Timer } from '../sip/clock.js';
import type { H281Message, Motion } from './h281.js';
import type { Arrow } from './room-camera.js';

const repeatMs = 1_000;
/** Two presses are further apart; what is faster is a remote control, or somebody, gone wild. */
const minPressMs = 150;
/** Where CONTINUE comes and START was lost. */
const usualTimeoutMs = 800;

/**
 * What a room does to our camera, which is the conference's picture: START is a press, CONTINUE holds the key, STOP or
 * the time-out lets go. A held arrow counts again each second.
 */
export class HeldArrow {
  #held: Arrow | undefined;
  #timeoutMs = usualTimeoutMs;
  #pressedMs = -Infinity;
  #repeat: Timer | undefined;
  #end: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly pressed: (arrow: Arrow) => void,
  ) {}

  take(message: H281Message): void {
    if (message.type === 'start') this.#press(arrowOf(message.motion), message.timeoutMs);
    else if (message.type === 'stop') this.release();
    else if (message.type === 'continue') {
      const arrow = arrowOf(message.motion);
      if (arrow === this.#held) this.#hold();
      else this.#press(arrow, usualTimeoutMs);
    }
  }

  release(): void {
    this.#held = undefined;
    this.#repeat?.cancel();
    this.#end?.cancel();
  }

  #press(arrow: Arrow | undefined, timeoutMs: number): void {
    this.release();
    if (arrow === undefined) return;
    this.#held = arrow;
    this.#timeoutMs = timeoutMs;
    this.#hold();
    this.#step(arrow);
  }

  #hold(): void {
    this.#end?.cancel();
    if (this.#held !== undefined) this.#end = this.clock.after(this.#timeoutMs, () => this.release());
  }

  #step(arrow: Arrow): void {
    this.#repeat = this.clock.after(repeatMs, () => this.#step(arrow));
    const nowMs = this.clock.now();
    if (nowMs - this.#pressedMs < minPressMs) return;
    this.#pressedMs = nowMs;
    this.pressed(arrow);
  }
}

/** Of two at once the horizontal one; zoom and focus mean nothing for a picture that is composed. */
function arrowOf({ pan, tilt }: Motion): Arrow | undefined {
  return pan ?? tilt;
}
