import type { RtpPacket } from './packet.js';
import { sequenceDelta } from './sequence.js';

export interface ReorderOptions {
  /** How many packets it looks ahead; a power of two. */
  capacity: number;
  /** How long a gap holds up what follows: lost packets are given up after it. */
  maxWaitMs: number;
  /** A missing packet is asked for when it is this late, or when two packets after it have come. */
  nackDelayMs: number;
  /** … and again after this time (about a round trip), at most `maxNacks` times. */
  nackIntervalMs: number;
  maxNacks: number;
}

export const defaultReorderOptions: ReorderOptions = {
  capacity: 512,
  maxWaitMs: 80,
  nackDelayMs: 20,
  nackIntervalMs: 40,
  maxNacks: 3,
};

/**
 * Puts video packets in order again. A gap holds up what follows until it fills or `maxWaitMs` has passed; then
 * `lost` counts, and the packets go on (their sequence numbers show the depacketizer the gap). Times are ms of a
 * monotonic clock, passed in. Call `release` now and then (each picture's tick), or a gap at a pause never ends.
 */
export class ReorderBuffer {
  /** Packets that never came in time. */
  lost = 0;
  duplicates = 0;
  /** Came after they had been given up. */
  late = 0;
  /** Too far ahead or behind to belong to the stream. */
  stray = 0;

  readonly #options: ReorderOptions;
  readonly #onPacket: (packet: RtpPacket) => void;
  readonly #mask: number;
  readonly #slots: (RtpPacket | null)[];
  /** When each missing number was first missed, 0 when it is not; beside it how often and when it was asked for. */
  readonly #missedMs: Float64Array;
  readonly #nackedMs: Float64Array;
  readonly #nacks: Uint8Array;
  /** The next number to give out; -1 before the first packet. */
  #next = -1;
  /** The highest number seen. */
  #highest = 0;
  #held = 0;
  #strayNext = -1;

  /** `onPacket` gets packets in order, each once. */
  constructor(onPacket: (packet: RtpPacket) => void, options: Partial<ReorderOptions> = {}) {
    this.#options = { ...defaultReorderOptions, ...options };
    this.#onPacket = onPacket;
    const { capacity } = this.#options;
    if ((capacity & (capacity - 1)) !== 0) throw new Error('capacity must be a power of two');
    this.#mask = capacity - 1;
    this.#slots = new Array<RtpPacket | null>(capacity).fill(null);
    this.#missedMs = new Float64Array(capacity);
    this.#nackedMs = new Float64Array(capacity);
    this.#nacks = new Uint8Array(capacity);
  }

  /** Packets that wait behind a gap. */
  get held(): number {
    return this.#held;
  }

  insert(packet: RtpPacket, nowMs: number): void {
    const sequence = packet.sequenceNumber;
    if (this.#next < 0) this.#start(sequence);
    const ahead = sequenceDelta(sequence, this.#next);
    if (ahead < 0 || ahead >= this.#options.capacity) {
      if (!this.#accepted(sequence, ahead)) return;
    }
    const slot = sequence & this.#mask;
    if (this.#slots[slot]) {
      this.duplicates++;
      return;
    }
    if (sequence === this.#next && this.#held === 0) {
      // The usual case: in order, nothing waits.
      this.#next = (sequence + 1) & 0xffff;
      if (sequenceDelta(sequence, this.#highest) > 0) this.#highest = sequence;
      this.#missedMs[slot] = 0;
      this.#onPacket(packet);
      return;
    }
    this.#slots[slot] = packet;
    this.#missedMs[slot] = 0;
    this.#held++;
    this.#noteMissing(sequence, nowMs);
    this.release(nowMs);
  }

  /** Gives out what is ready, and what has waited too long for a gap before it. */
  release(nowMs: number): void {
    while (this.#held > 0) {
      const slot = this.#next & this.#mask;
      const packet = this.#slots[slot];
      if (!packet) {
        if (nowMs - this.#missedMs[slot]! < this.#options.maxWaitMs) return;
        this.lost++;
        this.#missedMs[slot] = 0;
        this.#next = (this.#next + 1) & 0xffff;
        continue;
      }
      this.#slots[slot] = null;
      this.#held--;
      this.#next = (this.#next + 1) & 0xffff;
      this.#onPacket(packet);
    }
  }

  /** Appends to `out` the numbers to ask for now (RFC 4585 generic NACK), ascending modulo 2^16. */
  collectMissing(nowMs: number, out: number[]): void {
    if (this.#held === 0) return;
    const { nackDelayMs, nackIntervalMs, maxNacks } = this.#options;
    const count = sequenceDelta(this.#highest, this.#next);
    for (let i = 0; i < count; i++) {
      const sequence = (this.#next + i) & 0xffff;
      const slot = sequence & this.#mask;
      const missedMs = this.#missedMs[slot]!;
      if (this.#slots[slot] || missedMs === 0 || this.#nacks[slot]! >= maxNacks) continue;
      // Two packets after it: more likely lost than late, as TCP's duplicate acknowledgements say.
      if (nowMs - missedMs < nackDelayMs && count - i < 2) continue;
      if (this.#nacks[slot]! > 0 && nowMs - this.#nackedMs[slot]! < nackIntervalMs) continue;
      this.#nacks[slot]!++;
      this.#nackedMs[slot] = nowMs;
      out.push(sequence);
    }
  }

  /** Forgets everything: another sender. What was held is dropped. */
  reset(): void {
    this.#slots.fill(null);
    this.#missedMs.fill(0);
    this.#held = 0;
    this.#next = -1;
    this.#strayNext = -1;
  }

  #start(sequence: number): void {
    this.#next = sequence;
    this.#highest = (sequence - 1) & 0xffff;
    this.#strayNext = -1;
  }

  /** A packet outside of the window: late, stray, or the first sign that the sender jumped. */
  #accepted(sequence: number, ahead: number): boolean {
    if (ahead < 0 && ahead >= -this.#options.capacity) {
      this.late++;
      return false;
    }
    // Two in a row out of nowhere: the sender restarted, or we slept (as RFC 3550 A.1).
    if (sequence !== this.#strayNext) {
      this.#strayNext = (sequence + 1) & 0xffff;
      this.stray++;
      return false;
    }
    this.#giveUpAll();
    this.#start(sequence);
    return true;
  }

  #giveUpAll(): void {
    for (let n = this.#options.capacity; n > 0 && this.#held > 0; n--) {
      const slot = this.#next & this.#mask;
      const packet = this.#slots[slot];
      this.#slots[slot] = null;
      this.#missedMs[slot] = 0;
      this.#next = (this.#next + 1) & 0xffff;
      if (!packet) {
        this.lost++;
        continue;
      }
      this.#held--;
      this.#onPacket(packet);
    }
  }

  #noteMissing(sequence: number, nowMs: number): void {
    const gap = sequenceDelta(sequence, this.#highest);
    if (gap <= 0) return;
    for (let i = 1; i < gap; i++) {
      const slot = (this.#highest + i) & this.#mask;
      this.#missedMs[slot] = nowMs;
      this.#nacks[slot] = 0;
    }
    this.#highest = sequence;
  }
}
