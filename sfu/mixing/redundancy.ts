/**
 * So much loss is borne with so many copies beside each packet: some 0.03 % is left of it. One lost packet is seen for
 * up to a second, until the refresh has passed; so more than one a minute and a half would be too many.
 */
const steps = [
  { copies: 2, from: 0.015 },
  { copies: 3, from: 0.08 },
  { copies: 4, from: 0.15 },
] as const;
/** So long with less loss before there are fewer copies; twice as long when that was too early. */
const shortestHoldMs = 15_000;
const longestHoldMs = 120_000;
/** Fewer copies that need to be more again within this time were too early. */
const trialMs = 30_000;
/** More loss than this is no bad radio link, but more than the link carries: copies would make it worse. */
const mostLoss = 0.4;
/** So much above the shortest round trip a queue stands before a narrow link: there, too. ms */
const queueMs = 120;
/** What the report after that one says (each five seconds) is its last trace: the bit rate falls before copies come. */
const afterCongestionMs = 8_000;

/**
 * How often each packet is sent again to a receiver that cannot ask for it, by the loss that it reports. More copies
 * at once, fewer when the network has been better for a while, none where congestion is what loses.
 */
export class Redundancy {
  copies = 0;
  #goodSinceMs: number | null = null;
  #holdMs = shortestHoldMs;
  #loweredMs = -Infinity;
  #shortestRoundTripMs = Infinity;
  #overloadedMs = -Infinity;

  /** Call with each new report, `loss` 0–1. True: `copies` has changed. */
  observe(loss: number, roundTripMs: number | null, nowMs: number): boolean {
    if (loss > mostLoss) this.#overloadedMs = nowMs;
    const queueStands = this.#queueStands(roundTripMs);
    if (queueStands || nowMs - this.#overloadedMs < afterCongestionMs) return this.#set(0);
    const wanted = steps.findLast(({ from }) => loss >= from)?.copies ?? 0;
    if (wanted >= this.copies) {
      this.#goodSinceMs = null;
      if (wanted === this.copies) return false;
      const tooEarly = nowMs - this.#loweredMs < trialMs;
      this.#holdMs = tooEarly ? Math.min(longestHoldMs, this.#holdMs * 2) : shortestHoldMs;
      return this.#set(wanted);
    }
    this.#goodSinceMs ??= nowMs;
    if (nowMs - this.#goodSinceMs < this.#holdMs) return false;
    this.#goodSinceMs = null;
    this.#loweredMs = nowMs;
    return this.#set(this.copies - 1);
  }

  #queueStands(roundTripMs: number | null): boolean {
    if (roundTripMs !== null) this.#shortestRoundTripMs = Math.min(this.#shortestRoundTripMs, roundTripMs);
    return (roundTripMs ?? 0) > this.#shortestRoundTripMs + queueMs;
  }

  #set(copies: number): boolean {
    if (copies === this.copies) return false;
    this.copies = copies;
    return true;
  }
}

/** What `observe` wants, from reports of a stream of which each packet leaves more than once. */
export class RepeatedLoss {
  #highest = -1;
  #lost = 0;
  /** It counts copies as received, as RFC 3550 A.1 does: packets of which all copies came make up for others. */
  #countsCopies = false;

  /**
   * The share of packets that the network lost since the last report, 0–1; null when that cannot be said.
   * `copies`: beside each packet, since the last report. `fractionLost` as reported is right without copies only.
   */
  observe(
    block: { highestSequence: number; cumulativeLost: number; fractionLost: number },
    copies: number,
  ): number | null {
    const expected = this.#highest < 0 ? 0 : (block.highestSequence - this.#highest) | 0;
    const lost = block.cumulativeLost - this.#lost;
    this.#highest = block.highestSequence;
    this.#lost = block.cumulativeLost;
    if (copies === 0) return block.fractionLost / 256;
    if (expected <= 0) return null;
    const received = expected - lost;
    if (received > expected * 1.05) this.#countsCopies = true;
    const share = this.#countsCopies
      ? 1 - received / (expected * (1 + copies))
      : Math.max(0, lost / expected) ** (1 / (1 + copies));
    return Math.min(1, Math.max(0, share));
  }
}
