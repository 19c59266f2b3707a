/** A rate limit: `burst` at once, `perSecond` in the long run. */
export class TokenBucket {
  #tokens: number;
  #lastMs: number;

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.#tokens = burst;
    this.#lastMs = nowMs();
  }

  /** @returns whether it is allowed */
  take(): boolean {
    const now = this.nowMs();
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#lastMs) / 1000) * this.perSecond);
    this.#lastMs = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
