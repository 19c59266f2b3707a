/** bit/s. Few, so that receivers on the same one share an encoder. */
export const tiers = [
  64_000, 128_000, 192_000, 256_000, 384_000, 512_000, 768_000, 1_000_000, 1_500_000, 2_000_000, 3_000_000,
  4_000_000, 6_000_000, 8_000_000,
] as const;

/** What a receiver says of its network. */
export interface NetworkReport {
  /** RFC 3550 §6.4.1, 0–1. */
  fractionLost: number;
  /** What it takes at most, by REMB or TMMBR, bit/s; null: it says nothing. */
  estimate: number | null;
  /** Absent: it was not looked at before. */
  isNew?: boolean;
  /** It is about the time from here on; absent: the last second. */
  sinceMs?: number;
}

/** Loss below which nothing is wrong, and above which the bit rate is asked whether it is the cause. */
const goodLoss = 0.02;
const badLoss = 0.08;
/** Above this the tier falls at once, and by as much as is lost. */
const heavyLoss = 0.25;
/** … and by this factor more: what waits before a narrow link has to leave, and sound needs its share. */
const drainFactor = 0.85;
/** No radio link loses so much and is still used: whatever a step down has brought, there is no way back from it. */
const ownLossLimit = 0.4;
/** A step shows in the reports only after this, and not in one about the time before. */
const settleMs = 3_000;
/** Nobody waits longer for such a report. */
const longestSettleMs = 12_000;
/** So long without loss before the next higher tier is tried; twice as long after each try that failed. */
const shortestHoldMs = 8_000;
const longestHoldMs = 64_000;
/** A higher tier that brings loss within this time was one too high. */
const trialMs = 10_000;
/** So many steps down that changed nothing: the network loses at any rate. */
const vainSteps = 2;
/** As much as the network loses by itself, and half of it for chance. */
const ownLossMargin = 1.5;

/**
 * At which tier a receiver is served. It falls with loss and rises when there has been none for a while; loss that
 * does not follow the bit rate (a bad radio link) is not congestion: then the tier goes back to where it was, and
 * repair has to do. One instance for each receiver; nobody else is pulled down.
 */
export class BitrateTier {
  #bitrate: number;
  #changedMs = -Infinity;
  #goodSinceMs: number | null = null;
  #badReports = 0;
  #holdMs = shortestHoldMs;
  #raisedMs = -Infinity;
  /** The tier that is being tried; 0: none. */
  #tried = 0;
  /** Before the last step down: where it was, and what was lost. */
  #before: { bitrate: number; loss: number } | undefined;
  #vain = 0;
  /** Loss that is the network's own. */
  #ownLoss = 0;

  /** `highest`: what was negotiated, bit/s. */
  constructor(private highest: number) {
    this.#bitrate = highest;
  }

  get bitrate(): number {
    return this.#bitrate;
  }

  /** Another limit was negotiated. */
  limit(highest: number): void {
    if (highest === this.highest) return;
    this.#bitrate = this.#bitrate === this.highest ? highest : Math.min(this.#bitrate, highest);
    this.highest = highest;
  }

  /** Call each second or so with the newest report. True: the tier has changed. */
  observe({ fractionLost, estimate, isNew = true, sinceMs }: NetworkReport, nowMs: number): boolean {
    if (estimate !== null && estimate < this.#bitrate) return this.#set(tierBelow(estimate), nowMs);
    const settlingMs = nowMs - this.#changedMs;
    if (!isNew || settlingMs < settleMs) return false;
    if (sinceMs !== undefined && sinceMs < this.#changedMs && settlingMs < longestSettleMs) return false;
    if (this.#before && this.#judgeStep(fractionLost, nowMs)) return true;
    const ownLoss = this.#ownLoss * ownLossMargin;
    if (fractionLost > Math.max(badLoss, ownLoss)) return this.#onLoss(fractionLost, nowMs);
    this.#badReports = 0;
    if (fractionLost > Math.max(goodLoss, ownLoss)) {
      this.#goodSinceMs = null;
      return false;
    }
    this.#goodSinceMs ??= nowMs;
    if (this.#tried > 0 && nowMs - this.#raisedMs >= trialMs) {
      this.#tried = 0;
      this.#holdMs = shortestHoldMs;
    }
    if (this.#bitrate >= this.highest || nowMs - this.#goodSinceMs < this.#holdMs) return false;
    const higher = tiers.find(tier => tier > this.#bitrate) ?? this.highest;
    if (estimate !== null && Math.min(higher, this.highest) > estimate) return false;
    this.#raisedMs = nowMs;
    this.#tried = higher;
    return this.#set(higher, nowMs);
  }

  #onLoss(loss: number, nowMs: number): boolean {
    this.#goodSinceMs = null;
    // A tier that is only tried is left at the first sign: reports come each five seconds.
    if (++this.#badReports < 2 && loss < heavyLoss && this.#tried === 0) return false;
    this.#badReports = 0;
    if (this.#tried > 0) this.#holdMs = Math.min(longestHoldMs, this.#holdMs * 2);
    this.#tried = 0;
    const carried = this.#bitrate * (1 - loss) * drainFactor;
    const lower = tierBelow(loss > heavyLoss ? carried : this.#bitrate - 1);
    // Of several steps in vain the first says where to go back to.
    this.#before = { bitrate: this.#vain > 0 ? this.#before!.bitrate : this.#bitrate, loss };
    return this.#set(lower, nowMs);
  }

  /** Did the last step help? True: several did not, and it is back where it was. */
  #judgeStep(loss: number, nowMs: number): boolean {
    const before = this.#before!;
    if (loss < before.loss * 0.7) {
      this.#before = undefined;
      this.#vain = 0;
      this.#ownLoss = Math.min(this.#ownLoss, loss);
      return false;
    }
    if (loss > ownLossLimit || ++this.#vain < vainSteps) return false;
    this.#ownLoss = Math.max(loss, before.loss);
    this.#before = undefined;
    this.#vain = 0;
    return this.#set(before.bitrate, nowMs);
  }

  #set(bitrate: number, nowMs: number): boolean {
    const bounded = Math.max(Math.min(tiers[0], this.highest), Math.min(bitrate, this.highest));
    this.#changedMs = nowMs;
    this.#goodSinceMs = null;
    if (bounded === this.#bitrate) return false;
    this.#bitrate = bounded;
    return true;
  }
}

function tierBelow(bitrate: number): number {
  return tiers.findLast(tier => tier <= bitrate) ?? tiers[0];
}
