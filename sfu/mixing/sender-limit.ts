import { BitrateTier, tiers } from './bitrate-tier.js';
import type { SessionStatistics } from './plan.js';

/** Fewer packets say nothing of a share. */
const fewestPackets = 20;
const shortestSpanMs = 900;
/** … and if there are no more of them after this, it pauses. */
const longestSpanMs = 3_000;
/** Loss that makes a limit: at once, or twice in a row. */
const heavyLoss = 0.25;
const badLoss = 0.08;
const unlimited = tiers.at(-1)!;

/**
 * How much a remote sender may send (TMMBR), by what the network loses of it: as `BitrateTier` does for those that we
 * send to, from the rate on at which loss began. Feed it with the statistics of its session.
 */
export class SenderLimit {
  /** Of the last span, 0–1. */
  loss = 0;
  #tier: BitrateTier | undefined;
  #highest = 0;
  #bad = 0;
  #before: { packets: number; lost: number; bytes: number; atMs: number } | undefined;

  /** bit/s; undefined as long as it never needed one. */
  get bitrate(): number | undefined {
    if (!this.#tier) return undefined;
    return this.#tier.bitrate < this.#highest ? this.#tier.bitrate : unlimited;
  }

  /** True: `bitrate` has changed. */
  observe(session: SessionStatistics, nowMs: number): boolean {
    const { packetsReceived: packets, packetsLost: lost, bytesReceived: bytes } = session;
    const before = (this.#before ??= { packets, lost, bytes, atMs: nowMs });
    const came = packets - before.packets;
    const gone = Math.max(0, lost - before.lost);
    const spanMs = nowMs - before.atMs;
    if (spanMs < shortestSpanMs || (came + gone < fewestPackets && spanMs < longestSpanMs)) return false;
    this.#before = { packets, lost, bytes, atMs: nowMs };
    this.loss = came + gone < fewestPackets ? 0 : gone / (came + gone);
    const received = ((bytes - before.bytes) * 8000) / spanMs;
    return this.#limit(received / Math.max(0.05, 1 - this.loss), nowMs);
  }

  #limit(sent: number, nowMs: number): boolean {
    const { loss } = this;
    this.#bad = loss > badLoss ? this.#bad + 1 : 0;
    const free = !this.#tier || this.#tier.bitrate >= this.#highest;
    if (free) {
      if (loss <= heavyLoss && this.#bad < 2) return false;
      // From what it sends now, the tier can fall.
      this.#highest = Math.min(unlimited, sent);
      if (this.#tier) this.#tier.limit(this.#highest);
      else this.#tier = new BitrateTier(this.#highest);
    }
    return this.#tier!.observe({ fractionLost: loss, estimate: null }, nowMs);
  }
}
