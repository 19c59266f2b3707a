export interface Timer {
  /** May be called twice, and after the timer fired. */
  cancel(): void;
}

/** Time as the SIP stack sees it; a test injects its own. Milliseconds. */
export interface Clock {
  now(): number;
  after(delayMs: number, callback: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const timeout = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timeout) };
  },
};
