import type { Clock } from '../clock.js';

/**
 * Calls `onTick` at fixed moments of a clock, each exactly once and in order. A late timer is made up for at once,
 * so that the output never drifts; after an interruption longer than `mostCatchUp` ticks (the process slept) the
 * missed ones are skipped and counted.
 */
export class TickClock {
  /** Ticks that were not made. */
  skipped = 0;
  /** The latest that a tick ever was, in ms, since this was last set to 0. */
  worstLatenessMs = 0;
  #next: number;
  #timer: NodeJS.Timeout | undefined;
  readonly #originMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: number,
    /** `tick` counts from 1970, so that it goes on over a restart; `atMs` is its moment by `clock.nowMs`. */
    private readonly onTick: (tick: number, atMs: number) => void,
    private readonly mostCatchUp = 25,
  ) {
    // Tick 0 was at the wall clock's zero; this is the same moment on the monotonic clock.
    this.#originMs = clock.nowMs() - clock.wallMs();
    this.#next = Math.ceil((clock.nowMs() - this.#originMs) / intervalMs);
  }

  start(): void {
    this.#schedule();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** Makes all ticks that are due. */
  run(): void {
    const nowMs = this.clock.nowMs();
    const due = Math.floor((nowMs - this.#originMs) / this.intervalMs);
    if (due - this.#next >= this.mostCatchUp) {
      this.skipped += due - this.#next;
      this.#next = due;
    }
    while (this.#next <= due) {
      const atMs = this.#originMs + this.#next * this.intervalMs;
      this.worstLatenessMs = Math.max(this.worstLatenessMs, nowMs - atMs);
      this.onTick(this.#next++, atMs);
    }
  }

  /** From now to the next tick; 0 or less when it is due. */
  get untilNextMs(): number {
    return this.#originMs + this.#next * this.intervalMs - this.clock.nowMs();
  }

  #schedule(): void {
    // Timers have whole milliseconds and may fire a fraction early.
    this.#timer = setTimeout(
      () => {
        this.run();
        this.#schedule();
      },
      Math.max(0, Math.ceil(this.untilNextMs)),
    );
  }
}
