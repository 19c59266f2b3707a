import { DelayEstimator } from './delay-estimator.js';
import type { RtpPacket } from './packet.js';
import { SequenceUnwrapper, timestampDelta, TimestampUnwrapper } from './sequence.js';

export interface PlayoutOptions {
  /** RTP clock in Hz */
  clockRate: number;
  minDelayMs: number;
  maxDelayMs: number;
  /** How often `next` is called: a packet must have come so much before its last moment. */
  tickMs: number;
}

/**
 * What is to be heard next:
 * - `packet`: decode `playout.packet`, and tell its length by `advance`;
 * - `lost`: conceal `playout.gapTicks` (at most 20 ms; ask again for more): what belongs here did not come. At the
 *   end of the gap `playout.packet` is what follows it, which may carry what was lost;
 * - `pause`: silence for `playout.gapTicks`: the sender sent nothing here (DTX, DTMF);
 * - `empty`: there is nothing, and the position stays: conceal, fading to silence.
 */
export type PlayoutStep = 'packet' | 'lost' | 'pause' | 'empty';

/** Packets held at most: 2.5 s of 20 ms each. */
const capacity = 128;
/** A sequence number that belongs to something else (DTMF): not lost, not heard. */
const notAudio = Symbol('not audio');
/** Beyond this excess nothing is stretched any more: what is too old is dropped. */
const skipExcessMs = 150;
/** Delays beyond all bounds for so long are no burst: the sender's timestamps have jumped. */
const rebaseAfterMs = 300;
const jumpMs = 3000;

/**
 * An adaptive jitter buffer for sound. Each packet is heard at its media time plus a delay that follows the
 * measured jitter, so that 97 % come in time. Decoded sound is shortened or lengthened by the caller, as
 * `adjustment` says, when the delay has to change or the sender's clock drifts. Times are ms of a monotonic
 * clock, passed in.
 */
export class Playout {
  /** Came after their moment. */
  late = 0;
  /** Never came, as far as anybody missed them. */
  lost = 0;
  duplicates = 0;
  /** Dropped although they came: the buffer was full, or too far behind. */
  dropped = 0;
  /** With step `packet`, and with `lost` at the end of a gap. */
  packet: RtpPacket | null = null;
  /** With steps `lost` and `pause`: RTP clock ticks. */
  gapTicks = 0;
  /** To be waited longer than jitter asks for: where a packet carries the one before it, until that one is there. */
  extraDelayMs = 0;
  /** The delay it aims at, and the one that sound has now; ms. */
  targetMs: number;
  delayMs = 0;

  readonly #options: PlayoutOptions;
  readonly #slots: (RtpPacket | typeof notAudio | null)[] = new Array<null>(capacity).fill(null);
  #sequence = new SequenceUnwrapper();
  #timestamp = new TimestampUnwrapper();
  #delays = new DelayEstimator();
  #state: 'filling' | 'playing' | 'starved' = 'filling';
  /** The next sequence number to be heard, and the highest that came; extended. */
  #head = 0;
  #highest = -1;
  #any = false;
  /** Extended timestamp of the next sound to be heard. */
  #position = 0;
  #concealing = false;
  #beyondSinceMs = -1;

  constructor(options: Partial<PlayoutOptions> & { clockRate: number }) {
    this.#options = { minDelayMs: 20, maxDelayMs: 200, tickMs: 20, ...options };
    // Until jitter is known: what a local network with a browser's timers needs.
    this.targetMs = Math.min(this.#options.maxDelayMs, Math.max(this.#options.minDelayMs, 40));
  }

  /** RTP timestamp (32 bits) of the next sound that `next` gives out. */
  get position(): number {
    return (this.#position % 0x100000000) >>> 0;
  }

  get started(): boolean {
    return this.#state !== 'filling';
  }

  insert(packet: RtpPacket, nowMs: number): void {
    if (!this.#any) this.#begin(packet);
    const extended = this.#timestamp.unwrap(packet.timestamp);
    if (!this.#measure(extended, nowMs)) {
      this.reset();
      return this.insert(packet, nowMs);
    }
    this.#store(packet.sequenceNumber, packet);
  }

  /** The session's packet of another payload type: its number is not missing. */
  insertOther(packet: RtpPacket): void {
    if (this.#any) this.#store(packet.sequenceNumber, notAudio);
  }

  /**
   * What comes next, at `nowMs`, when `queuedMs` of decoded sound still wait to be heard before it.
   */
  next(nowMs: number, queuedMs: number): PlayoutStep {
    this.packet = null;
    if (!this.#any) return 'empty';
    let skipped = false;
    for (;;) {
      const sequence = this.#firstHeld();
      if (sequence < 0) {
        if (this.#state === 'playing') this.#state = 'starved';
        return 'empty';
      }
      const packet = this.#slots[sequence % capacity] as RtpPacket;
      const timestamp = this.#timestampOf(packet);
      const { clockRate } = this.#options;
      // The delay that this packet's sound would have, were it heard right after what is queued.
      const delayMs = nowMs + queuedMs - (timestamp * 1000) / clockRate - this.#delays.referenceMs;
      if (this.#state !== 'playing') {
        // Begin, or begin again, at this packet's own moment and not before.
        if (delayMs < this.targetMs) return 'empty';
        this.#position = timestamp;
        if (this.#state === 'starved') this.#countLost(sequence);
        this.#head = sequence;
        this.#state = 'playing';
        this.#concealing = false;
      }
      if (this.#concealing && this.#position - timestamp > clockRate / 100) {
        // Something else was heard in its place.
        this.#take(sequence);
        this.late++;
        continue;
      }
      if (delayMs > this.targetMs + skipExcessMs && sequence < this.#highest) {
        this.#take(sequence);
        this.dropped++;
        skipped = true;
        continue;
      }
      if (skipped) this.#position = timestamp;
      const gap = timestamp - this.#position;
      if (gap > 0 && this.#isGap(gap, sequence)) {
        this.gapTicks = Math.min(gap, clockRate / 50);
        const missing = sequence > this.#head;
        if (missing && gap <= clockRate / 50) {
          this.#countLost(sequence);
          this.packet = packet;
        }
        this.#position += this.gapTicks;
        this.#concealing = missing;
        return missing ? 'lost' : 'pause';
      }
      this.#countLost(sequence);
      this.#take(sequence);
      this.#concealing = false;
      this.delayMs = delayMs;
      this.packet = packet;
      this.#position = timestamp;
      return 'packet';
    }
  }

  /** The packet that `next` gave was so long, in RTP clock ticks. */
  advance(ticks: number): void {
    this.#position += ticks;
  }

  /** What the caller should do to sound when it can: -1 shorten it, 1 lengthen it, 0 leave it. */
  get adjustment(): -1 | 0 | 1 {
    if (this.#state !== 'playing') return 0;
    const excessMs = this.delayMs - this.targetMs;
    // Shortening may wait for a moderate excess, lengthening must come before packets are late.
    if (excessMs > Math.max(15, this.targetMs / 5)) return -1;
    return excessMs < -5 ? 1 : 0;
  }

  /** Goes on with another clock. */
  restart(clockRate: number): void {
    this.#options.clockRate = clockRate;
    this.reset();
  }

  /** Forgets everything but the counters: another sender. */
  reset(): void {
    this.#slots.fill(null);
    this.#sequence.reset();
    this.#timestamp.reset();
    this.#delays = new DelayEstimator();
    this.#state = 'filling';
    this.#any = false;
    this.#beyondSinceMs = -1;
  }

  #begin(packet: RtpPacket): void {
    this.#any = true;
    this.#head = this.#sequence.unwrap(packet.sequenceNumber);
    this.#highest = this.#head;
    this.#position = this.#timestamp.unwrap(packet.timestamp);
  }

  /** Takes the packet's delay into account. False: its timestamp has nothing to do with those before. */
  #measure(extended: number, nowMs: number): boolean {
    const { clockRate, minDelayMs, maxDelayMs, tickMs } = this.#options;
    const delayMs = nowMs - (extended * 1000) / clockRate;
    const deviationMs = delayMs - this.#delays.referenceMs;
    if (Number.isFinite(deviationMs)) {
      if (deviationMs < -jumpMs || deviationMs > 10 * jumpMs) return false;
      if (deviationMs > maxDelayMs) {
        if (this.#beyondSinceMs < 0) this.#beyondSinceMs = nowMs;
        // A sender that stood still, and whose timestamps did too, seems late for ever.
        if (nowMs - this.#beyondSinceMs > rebaseAfterMs) return false;
      } else {
        this.#beyondSinceMs = -1;
      }
    }
    this.#delays.add(delayMs, nowMs);
    const wantedMs = this.#delays.spreadMs + tickMs + this.extraDelayMs;
    this.targetMs = Math.min(maxDelayMs, Math.max(minDelayMs, wantedMs, this.#state === 'filling' ? 40 : 0));
    return true;
  }

  #store(sequenceNumber: number, content: RtpPacket | typeof notAudio): void {
    const sequence = this.#sequence.unwrap(sequenceNumber);
    if (sequence < this.#head) {
      // Before the first is heard there is still time for those that it overtook.
      if (this.#state !== 'filling' || sequence <= this.#highest - capacity || sequence < 0) {
        this.late++;
        return;
      }
      this.#head = sequence;
    }
    while (sequence >= this.#head + capacity) this.#dropHead(sequence);
    const slot = sequence % capacity;
    if (this.#slots[slot] !== null) {
      this.duplicates++;
      return;
    }
    this.#slots[slot] = content;
    if (sequence > this.#highest) this.#highest = sequence;
  }

  #dropHead(sequence: number): void {
    // After a jump nothing is left to drop one by one.
    if (sequence > this.#highest + capacity) {
      for (const content of this.#slots) if (content !== null && content !== notAudio) this.dropped++;
      this.#slots.fill(null);
      this.#head = sequence;
      return;
    }
    const slot = this.#head % capacity;
    const content = this.#slots[slot];
    if (content === null) this.lost++;
    else if (content !== notAudio) this.dropped++;
    this.#slots[slot] = null;
    this.#head++;
  }

  /** The first packet of sound that is held; -1: none. Passes over what is not audio at the head. */
  #firstHeld(): number {
    while (this.#head <= this.#highest && this.#slots[this.#head % capacity] === notAudio) {
      this.#slots[this.#head % capacity] = null;
      this.#head++;
    }
    for (let sequence = this.#head; sequence <= this.#highest; sequence++) {
      const content = this.#slots[sequence % capacity];
      if (content !== null && content !== notAudio) return sequence;
    }
    return -1;
  }

  /** All numbers from the head to `sequence` that hold nothing are lost; the head moves there. */
  #countLost(sequence: number): void {
    for (; this.#head < sequence; this.#head++) {
      const slot = this.#head % capacity;
      if (this.#slots[slot] === null) this.lost++;
      this.#slots[slot] = null;
    }
  }

  #take(sequence: number): void {
    this.#countLost(sequence);
    this.#slots[sequence % capacity] = null;
    this.#head = sequence + 1;
  }

  /** Rounding by a sender's clock is no gap; neither is a missing number a pause of hours. */
  #isGap(gap: number, sequence: number): boolean {
    const { clockRate } = this.#options;
    if (gap <= clockRate / 500) return false;
    return gap <= clockRate * 2 || sequence === this.#head;
  }

  #timestampOf(packet: RtpPacket): number {
    // The last unwrapped one is near: at most seconds away.
    const last = this.#timestamp.last;
    return last + timestampDelta(packet.timestamp, last);
  }
}
