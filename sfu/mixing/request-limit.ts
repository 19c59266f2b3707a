/**
 * Lets a storm of wishes for a keyframe through as one request each `shortestMs`, and less and less often (to
 * `longestMs`) while they go on without success. Whoever needs the keyframe goes on asking until it has come.
 */
export class RequestLimit {
  /** How many times longer than the shortest the wait is by now. */
  #patience = 1;
  #lastMs = -Infinity;

  constructor(
    readonly shortestMs = 500,
    readonly longestMs = 2000,
  ) {}

  /** True: ask now. `shortestMs`: of who needs it more, or less, than others do. */
  allow(nowMs: number, shortestMs = this.shortestMs): boolean {
    const intervalMs = Math.min(this.longestMs, shortestMs * this.#patience);
    const passedMs = nowMs - this.#lastMs;
    if (passedMs < intervalMs) return false;
    // Quiet for long: this is another trouble, not the same one going on.
    const goesOn = passedMs < intervalMs * 2;
    this.#patience = goesOn && intervalMs < this.longestMs ? this.#patience * 2 : goesOn ? this.#patience : 1;
    this.#lastMs = nowMs;
    return true;
  }

  /** The keyframe came. */
  satisfied(): void {
    this.#patience = 1;
  }
}
