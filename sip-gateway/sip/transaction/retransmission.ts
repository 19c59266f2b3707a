import type { Clock, Timer } from '../clock.js';
import { timers } from './timers.js';

/** Sends again and again, doubling the interval from T1 up to `capMs` (Infinity: without bound), until stopped. */
export class Retransmission {
  #timer: Timer | undefined;
  #intervalMs: number = timers.t1;

  constructor(
    private readonly clock: Clock,
    private readonly send: () => void,
    private readonly capMs: number,
  ) {
    this.#schedule();
  }

  /** Timer E in Proceeding (§17.1.2.2): from now on at the longest interval. */
  slowDown(): void {
    this.stop();
    this.#intervalMs = this.capMs;
    this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #schedule(): void {
    this.#timer = this.clock.after(this.#intervalMs, () => {
      this.#intervalMs = Math.min(this.#intervalMs * 2, this.capMs);
      this.#schedule();
      this.send();
    });
  }
}
