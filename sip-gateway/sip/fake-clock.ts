import type { Clock, Timer } from './clock.js';

/** For tests: time passes when the test says so, timers fire in the order of their time. */
export class FakeClock implements Clock {
  #nowMs = 0;
  #sequence = 0;
  readonly #due = new Map<number, { atMs: number; callback: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    const id = this.#sequence++;
    this.#due.set(id, { atMs: this.#nowMs + delayMs, callback });
    return { cancel: () => void this.#due.delete(id) };
  }

  get pending(): number {
    return this.#due.size;
  }

  /** Moves on by `ms`, firing what falls due on the way, including what that starts. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    while (this.#fireNext(endMs)) continue;
    this.#nowMs = endMs;
  }

  /** The same, but promises settle between one timer and the next. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    do for (let i = 0; i < 10; i++) await Promise.resolve();
    while (this.#fireNext(endMs));
    this.#nowMs = endMs;
  }

  #fireNext(endMs: number): boolean {
    let next: [id: number, timer: { atMs: number; callback: () => void }] | undefined;
    for (const entry of this.#due) if (!next || entry[1].atMs < next[1].atMs) next = entry;
    if (!next || next[1].atMs > endMs) return false;
    this.#due.delete(next[0]);
    this.#nowMs = next[1].atMs;
    next[1].callback();
    return true;
  }
}
