/** How packets' delays spread: what a playout buffer has to bridge. All times in ms of the receiver's clock. */

const binMs = 5;
const bins = 240;
/** Weight of a packet when the next has come: about 500 packets (10 s of sound) are remembered. */
const forgetting = 0.998;
/** After some minutes the weights are made small again, and packets that no longer count are dropped. */
const rescaleAbove = 1e10;
const forgotten = 1e-6;
/** The share of packets that shall be in time. */
const quantile = 0.97;
/** The fastest packet of the last one to two windows is the reference; the senders' clocks drift against it. */
const windowMs = 10_000;

/**
 * "Delay" is arrival minus the sender's media time, an arbitrary number of which only differences count. The
 * smallest of the last seconds is the network at its best; `spreadMs` is what 97 % of the packets exceed it by
 * at most.
 */
export class DelayEstimator {
  readonly #weights = new Float64Array(bins);
  #weight = 1;
  #total = 0;
  /** No bin above it has weight. */
  #highest = 0;
  #smallest = Infinity;
  #smallestBefore = Infinity;
  #windowStartMs = 0;
  spreadMs = 0;

  /** The smallest delay; Infinity before the first packet. */
  get referenceMs(): number {
    return Math.min(this.#smallest, this.#smallestBefore);
  }

  add(delayMs: number, nowMs: number): void {
    if (nowMs - this.#windowStartMs > windowMs) {
      this.#smallestBefore = this.#smallest;
      this.#smallest = Infinity;
      this.#windowStartMs = nowMs;
    }
    if (delayMs < this.#smallest) this.#smallest = delayMs;
    const bin = Math.min(bins - 1, Math.floor((delayMs - this.referenceMs) / binMs));
    // Growing the new weights is the same as shrinking all the old ones.
    this.#weight /= forgetting;
    this.#weights[bin]! += this.#weight;
    this.#total += this.#weight;
    if (bin > this.#highest) this.#highest = bin;
    if (this.#weight > rescaleAbove) this.#rescale();
    this.spreadMs = this.#quantile();
  }

  #quantile(): number {
    let above = this.#total * (1 - quantile);
    for (let bin = this.#highest; bin > 0; bin--) {
      above -= this.#weights[bin]!;
      if (above < 0) return (bin + 1) * binMs;
    }
    return 0;
  }

  #rescale(): void {
    this.#highest = 0;
    this.#total = 0;
    for (let bin = 0; bin < bins; bin++) {
      const weight = this.#weights[bin]! / this.#weight;
      this.#weights[bin] = weight < forgotten ? 0 : weight;
      this.#total += this.#weights[bin]!;
      if (this.#weights[bin]! > 0) this.#highest = bin;
    }
    this.#weight = 1;
  }
}
