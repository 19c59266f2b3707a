import type { RtpPacket } from './packet.js';
import { sequenceDelta } from './sequence.js';

export interface ReorderOptions {
  /** How many packets it looks ahead; a power of two. 1 s at 8 Mbit/s and more. */
  capacity: number;
  /** How long a gap holds up what follows, when nothing is known of the network yet. */
  maxWaitMs: number;
  /** … and the longest, whatever is learnt. */
  longestWaitMs: number;
  /** A missing packet is asked for when it is this late, or when two packets after it have come. */
  nackDelayMs: number;
  /** … and again after this time, until one came and shows how long that takes. */
  nackIntervalMs: number;
  maxNacks: number;
}

export const defaultReorderOptions: ReorderOptions = {
  capacity: 2048,
  maxWaitMs: 80,
  longestWaitMs: 1000,
  nackDelayMs: 20,
  nackIntervalMs: 40,
  maxNacks: 50,
};

/** Further behind than this is another stream, not a late packet. */
const lateWindow = 512;
/** At 20 % loss both ways a try fails with 36 %; so many leave one lost packet of ten thousand. */
const repairTries = 9;
/** … but where losses come in bursts, those tries fall into one: a burst rarely lasts longer than this. */
const usualBurstMs = 300;
/** Whoever asks looks about each 10 ms, so that no two tries are nearer than this. */
const shortestTryMs = 20;
const shortestIntervalMs = 15;
/** So many were asked for in vain: the sender keeps nothing to send again. */
const vainNacks = 60;
/** A wait that was too short grows at once, and is forgotten at this rate: ms a packet. */
const forgettingMs = 0.05;

/**
 * Puts video packets in order again. A gap holds up what follows until it fills or the wait is over; then `lost`
 * counts, and the packets go on (their sequence numbers show the depacketizer the gap). The wait follows the
 * network: as long as repairs need where the sender repairs, as long as packets overtake each other else. Times are
 * ms of a monotonic clock, passed in. Call `release` now and then, or a gap at a pause never ends.
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
  /** From NACK to packet, smoothed; 0: no repair yet. */
  #repairMs = 0;
  /** Asked for in a row without any answer. */
  #vain = 0;
  /** What late packets have taught. */
  #lateWaitMs = 0;
  /** … and packets that were given up although others were repaired. */
  #burstMs = usualBurstMs;
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

  /** How long a gap holds up what follows now. */
  get waitMs(): number {
    const { maxWaitMs, longestWaitMs } = this.#options;
    const repairs = this.#repairMs > 0 && this.#vain < vainNacks;
    const tryMs = Math.max(shortestTryMs, this.#intervalMs);
    const repairWaitMs = repairs
      ? Math.max(this.#burstMs, tryMs * repairTries) + this.#options.nackDelayMs
      : 0;
    return Math.min(longestWaitMs, Math.max(maxWaitMs, repairWaitMs, this.#lateWaitMs));
  }

  insert(packet: RtpPacket, nowMs: number): void {
    const sequence = packet.sequenceNumber;
    if (this.#next < 0) this.#start(sequence);
    if (this.#lateWaitMs > 0) this.#lateWaitMs -= forgettingMs;
    if (this.#burstMs > usualBurstMs) this.#burstMs -= forgettingMs;
    const ahead = sequenceDelta(sequence, this.#next);
    if (ahead < 0 || ahead >= this.#options.capacity) {
      if (!this.#accepted(sequence, ahead, nowMs)) return;
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
    if (this.#missedMs[slot]! > 0) this.#learnRepair(slot, nowMs);
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
        if (nowMs - this.#missedMs[slot]! < this.waitMs) return;
        this.lost++;
        this.#learnGivenUp(slot);
        // When it was missed stays: should it come yet, that says how long to wait the next time.
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
    const { nackDelayMs, maxNacks } = this.#options;
    const intervalMs = this.#intervalMs;
    const count = sequenceDelta(this.#highest, this.#next);
    for (let i = 0; i < count; i++) {
      const sequence = (this.#next + i) & 0xffff;
      const slot = sequence & this.#mask;
      const missedMs = this.#missedMs[slot]!;
      if (this.#slots[slot] || missedMs === 0 || this.#nacks[slot]! >= maxNacks) continue;
      // Two packets after it: more likely lost than late, as TCP's duplicate acknowledgements say.
      if (nowMs - missedMs < nackDelayMs && count - i < 2) continue;
      if (this.#nacks[slot]! > 0 && nowMs - this.#nackedMs[slot]! < intervalMs) continue;
      this.#vain++;
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
  #accepted(sequence: number, ahead: number, nowMs: number): boolean {
    if (ahead < 0 && ahead >= -lateWindow) {
      this.late++;
      this.#learnLate(sequence & this.#mask, nowMs);
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

  /** A little more than a repair takes, so that what is on its way is not asked for twice. */
  get #intervalMs(): number {
    if (this.#repairMs === 0) return this.#options.nackIntervalMs;
    return Math.max(shortestIntervalMs, this.#repairMs * 1.25);
  }

  #learnRepair(slot: number, nowMs: number): void {
    const nacks = this.#nacks[slot]!;
    if (nacks === 0) return; // late, not lost
    this.#vain = 0;
    // Which of several requests it answers cannot be known (Karn): only the first estimate is that rough.
    if (nacks > 1 && this.#repairMs > 0) return;
    const tookMs = Math.max(1, nowMs - (nacks === 1 ? this.#nackedMs[slot]! : this.#missedMs[slot]!));
    // RFC 6298's smoothing
    this.#repairMs = this.#repairMs === 0 ? tookMs : this.#repairMs * 0.875 + tookMs * 0.125;
  }

  /** A packet came that had been given up. */
  #learnLate(slot: number, nowMs: number): void {
    const lateMs = nowMs - this.#missedMs[slot]!;
    if (this.#missedMs[slot] === 0 || lateMs > this.#options.longestWaitMs * 2) return; // the slot is another's
    this.#learnRepair(slot, nowMs);
    this.#missedMs[slot] = 0;
    this.#lateWaitMs = Math.min(this.#options.longestWaitMs, Math.max(this.#lateWaitMs, lateMs * 1.2));
  }

  /** Other repairs came: this one may have needed more tries. */
  #learnGivenUp(slot: number): void {
    if (this.#nacks[slot]! === 0 || this.#repairMs === 0 || this.#vain >= vainNacks) return;
    this.#burstMs = Math.min(this.#options.longestWaitMs, this.waitMs * 1.5);
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
