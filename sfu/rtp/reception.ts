import { ntpMiddle, type NtpTime } from './ntp-time.js';
import type { ReportBlock } from './rtcp.js';
import { sequenceDelta, timestampDelta } from './sequence.js';

/** Packets further ahead than this (or further behind than `maxMisorder`) are taken for a restart (RFC 3550 A.1). */
const maxDropout = 3000;
/** More than A.1's 100: what is sent again may come a second late. */
const maxMisorder = 600;

/**
 * What was received of one SSRC: expected, lost, jitter, and the block that reports it (RFC 3550 A.1, A.3, A.8).
 * The session is known from signalling, so there is no probation: the first packet counts.
 */
export class Reception {
  packets = 0;
  /** Payload and header, as received. */
  bytes = 0;
  /** How often the sender began anew with other numbers. */
  restarts = 0;
  #started = false;
  /** Extended: may exceed 2^16. */
  #base = 0;
  #highest = 0;
  #badSequence = -1;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitter = 0;
  #lastTimestamp = 0;
  #lastArrivalMs = 0;
  #lastReport = 0;
  #lastReportMs = 0;

  constructor(
    readonly ssrc: number,
    /** Hz */
    readonly clockRate: number,
  ) {}

  /**
   * Counts a packet; `arrivalMs` is monotonic. False: it is so far from the others that it is ignored for now
   * (if the next one follows it, the sender restarted and both counts begin anew).
   */
  onPacket(sequenceNumber: number, timestamp: number, arrivalMs: number, bytes: number): boolean {
    if (!this.#started) this.#restart(sequenceNumber);
    const delta = sequenceDelta(sequenceNumber, this.#highest & 0xffff);
    if (delta > maxDropout || delta < -maxMisorder) {
      if (sequenceNumber !== this.#badSequence) {
        this.#badSequence = (sequenceNumber + 1) & 0xffff;
        return false;
      }
      this.#restart(sequenceNumber);
      this.restarts++;
    } else if (delta > 0) {
      this.#highest += delta;
    }
    this.#updateJitter(timestamp, arrivalMs);
    this.packets++;
    this.bytes += bytes;
    return true;
  }

  onSenderReport(ntpTime: NtpTime, arrivalMs: number): void {
    this.#lastReport = ntpMiddle(ntpTime);
    this.#lastReportMs = arrivalMs;
  }

  /** RFC 3550 §6.4.1, in ms */
  get jitterMs(): number {
    return (this.#jitter / this.clockRate) * 1000;
  }

  get expected(): number {
    return this.#started ? this.#highest - this.#base + 1 : 0;
  }

  /** Negative when there were more duplicates than losses. */
  get lost(): number {
    return this.expected - this.#sinceBase;
  }

  /** The block about the time since the last call; so call it once for each report. */
  reportBlock(nowMs: number): ReportBlock {
    const expected = this.expected - this.#expectedBefore;
    const lost = expected - (this.#sinceBase - this.#receivedBefore);
    this.#expectedBefore = this.expected;
    this.#receivedBefore = this.#sinceBase;
    return {
      ssrc: this.ssrc,
      fractionLost: expected > 0 && lost > 0 ? Math.min(255, Math.floor((lost * 256) / expected)) : 0,
      cumulativeLost: this.lost,
      highestSequence: this.#highest >>> 0,
      jitter: Math.floor(this.#jitter),
      lastSenderReport: this.#lastReport,
      delaySinceLastSenderReport: this.#lastReport
        ? Math.min(0xffffffff, Math.max(0, Math.round(((nowMs - this.#lastReportMs) / 1000) * 65536)))
        : 0,
    };
  }

  #restartedAt = 0;
  get #sinceBase(): number {
    return this.packets - this.#restartedAt;
  }

  #restart(sequenceNumber: number): void {
    this.#started = true;
    this.#base = this.#highest = sequenceNumber;
    this.#badSequence = -1;
    this.#expectedBefore = this.#receivedBefore = 0;
    this.#restartedAt = this.packets;
    this.#lastArrivalMs = 0;
  }

  /** A.8, in floating point. */
  #updateJitter(timestamp: number, arrivalMs: number): void {
    if (this.#lastArrivalMs) {
      const passed = ((arrivalMs - this.#lastArrivalMs) * this.clockRate) / 1000;
      const difference = Math.abs(passed - timestampDelta(timestamp, this.#lastTimestamp));
      // A jump of the sender's timestamps says nothing of the network.
      if (difference < this.clockRate * 10) this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#lastTimestamp = timestamp;
    this.#lastArrivalMs = arrivalMs;
  }
}
