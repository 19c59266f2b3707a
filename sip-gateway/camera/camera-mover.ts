import type { Clock, Timer } from '../sip/clock.js';
import type { H281Message, Motion } from './h281.js';

/** H.281 §4.3: the room's camera stops by itself so long after the last START or CONTINUE. */
const timeoutMs = 800;
/** One of them may be lost. */
const continueMs = 350;

/** Moves the room's camera: START, CONTINUE for as long as it is to move, STOP. */
export class CameraMover {
  #motion: Motion | undefined;
  #continue: Timer | undefined;
  #end: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly send: (message: H281Message) => void,
  ) {}

  move(motion: Motion, durationMs: number): void {
    this.stop();
    this.#motion = motion;
    this.send({ type: 'start', motion, timeoutMs });
    this.#goOn(motion);
    this.#end = this.clock.after(durationMs, () => this.stop());
  }

  stop(): void {
    this.#continue?.cancel();
    this.#end?.cancel();
    if (this.#motion) this.send({ type: 'stop', motion: this.#motion });
    this.#motion = undefined;
  }

  #goOn(motion: Motion): void {
    this.#continue = this.clock.after(continueMs, () => {
      this.send({ type: 'continue', motion });
      this.#goOn(motion);
    });
  }
}
