import { SeededRandom } from '../synthetic/seeded-random.js';

/** What a network does to packets in one direction. Everything absent: nothing. */
export interface NetworkConditions {
  /** Share of packets that are lost, 0–1. */
  loss?: number;
  /** How many are lost in a row on average (Gilbert's two states); absent: each by itself. */
  burstPackets?: number;
  delayMs?: number;
  /** Further delay, between 0 and this. */
  jitterMs?: number;
  /** Each packet's jitter is its own, and packets overtake each other; else delay rises and falls in waves. */
  reorders?: boolean;
  /** bit/s */
  bitrate?: number;
  /** How much of it may wait where it does not fit; the rest is dropped. */
  queueMs?: number;
}

/** How long the jitter takes from one value to the next. */
const waveMs = 300;
const usualQueueMs = 300;

/** Decides of each packet whether and when it arrives: always the same for the same seed and the same packets. */
export class NetworkLink {
  packets = 0;
  lost = 0;
  readonly #lossChance: SeededRandom;
  readonly #jitterChance: SeededRandom;
  #inBurst = false;
  #busyUntilMs = 0;
  #lastMs = 0;
  #wave = { fromMs: -Infinity, from: 0, to: 0 };

  constructor(
    readonly conditions: NetworkConditions,
    seed = 1,
  ) {
    // Two, so that the pattern of losses does not depend on the packets' times.
    this.#lossChance = new SeededRandom(seed);
    this.#jitterChance = new SeededRandom(seed + 0x5eed);
  }

  /** When a packet that is sent now arrives, on the same clock; null when it is lost. */
  arrivalMs(bytes: number, nowMs: number): number | null {
    this.packets++;
    const { delayMs = 0, jitterMs = 0, reorders = false, bitrate, queueMs = usualQueueMs } = this.conditions;
    let atMs = nowMs;
    if (bitrate !== undefined) {
      const startMs = Math.max(nowMs, this.#busyUntilMs);
      if (startMs - nowMs > queueMs) return this.#drop();
      this.#busyUntilMs = atMs = startMs + (bytes * 8000) / bitrate;
    }
    if (this.#loses()) return this.#drop();
    if (reorders) return atMs + delayMs + jitterMs * this.#jitterChance.next();
    atMs = Math.max(this.#lastMs, atMs + delayMs + jitterMs * this.#waveAt(nowMs));
    this.#lastMs = atMs;
    return atMs;
  }

  #drop(): null {
    this.lost++;
    return null;
  }

  #loses(): boolean {
    const { loss = 0, burstPackets = 1 } = this.conditions;
    const chance = this.#lossChance.next();
    if (burstPackets <= 1 || loss >= 1) return chance < loss;
    // Stationary share of the lossy state: enter / (enter + leave) = loss.
    const leave = 1 / burstPackets;
    const enter = (loss * leave) / (1 - loss);
    this.#inBurst = this.#inBurst ? chance >= leave : chance < enter;
    return this.#inBurst;
  }

  /** 0–1 */
  #waveAt(nowMs: number): number {
    const wave = this.#wave;
    if (nowMs - wave.fromMs > waveMs) {
      wave.from = wave.to;
      wave.to = this.#jitterChance.next();
      wave.fromMs = nowMs;
    }
    return wave.from + ((wave.to - wave.from) * (nowMs - wave.fromMs)) / waveMs;
  }
}
