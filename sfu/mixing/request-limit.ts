/**
 * Lets a storm of wishes for a keyframe through as one request each `shortestMs`, and less and less often (to
 * `longestMs`) while they go on without success. Whoever needs the keyframe goes on asking until it has come.
 */
export class RequestLimit {
  #intervalMs: number;
  #lastMs = -Infinity;

  constructor(
    readonly shortestMs = 500,
    readonly longestMs = 2000,
  ) {
    this.#intervalMs = shortestMs;
  }

  /** True: ask now. */
  allow(nowMs: number): boolean {
    const passedMs = nowMs - this.#lastMs;
    if (passedMs < this.#intervalMs) return false;
    // Quiet for long: this is another trouble, not the same one going on.
    const goesOn = passedMs < this.#intervalMs * 2;
    this.#intervalMs = goesOn ? Math.min(this.longestMs, this.#intervalMs * 2) : this.shortestMs;
    this.#lastMs = nowMs;
    return true;
  }

  /** The keyframe came. */
  satisfied(): void {
    this.#intervalMs = this.shortestMs;
  }
}
