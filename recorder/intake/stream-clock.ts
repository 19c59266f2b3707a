import { wallMsFromNtp, type NtpTime } from '../../sfu/rtp/ntp-time.js';
import { timestampDelta } from '../../sfu/rtp/sequence.js';

/**
 * Brings the clocks of senders to ours: ms of this process's monotonic clock. Streams of one sender have one NTP
 * clock and get one offset, so what they say of each other (lip-sync) is kept exactly.
 */
export class SharedClock {
  /** Ours minus theirs, of each sender seen. */
  readonly #offsetsMs: number[] = [];

  toLocalMs(ntpTime: NtpTime, arrivalMs: number): number {
    const theirsMs = wallMsFromNtp(ntpTime);
    const offsetMs = arrivalMs - theirsMs;
    let known = this.#offsetsMs.find(each => Math.abs(each - offsetMs) < sameClockMs);
    if (known === undefined) {
      known = offsetMs;
      this.#offsetsMs.unshift(known);
      this.#offsetsMs.splice(maxClocks);
    }
    return theirsMs + known;
  }
}

/** Two offsets nearer than this belong to one clock; the difference is the network's. */
const sameClockMs = 500;
const maxClocks = 4;
/** A mapping that is so far from when packets come is none any more: the sender restarted its timestamps. */
const maxDeviationMs = 2000;
/** Sender reports are exact to some ms (they tell when a packet passed): smaller errors are left alone, */
const toleratedMs = 8;
/** and larger ones are taken back by so much a report, so that pictures do not jump. */
const stepMs = 5;
/** The first reports count in full: before them only arrival was known. */
const firstReports = 2;
/** The median of so many counts, so that one late report does no harm. */
const errorsKept = 5;

/** When what carries an RTP timestamp was captured: from when packets come, and better from sender reports. */
export class StreamClock {
  /** Sender restarts, and reports that contradicted the packets. */
  readonly counts = { restarts: 0, refused: 0 };
  #timestamp = 0;
  #timeMs: number | undefined;
  #reports = 0;
  #errors: number[] = [];

  constructor(
    private readonly clockRate: number,
    private readonly shared: SharedClock,
  ) {}

  /** Sender reports have told the mapping. */
  get settled(): boolean {
    return this.#reports > 0;
  }

  /** ms of our monotonic clock. Call it after `onPacket` of the same packet, or a later one. */
  timeMs(timestamp: number): number {
    return (this.#timeMs ?? 0) + (timestampDelta(timestamp, this.#timestamp) * 1000) / this.clockRate;
  }

  onPacket(timestamp: number, arrivalMs: number): void {
    const lateMs = this.#timeMs === undefined ? Infinity : arrivalMs - this.timeMs(timestamp);
    if (Math.abs(lateMs) > maxDeviationMs) {
      if (this.#timeMs !== undefined) this.counts.restarts++;
      this.reset();
      this.#anchor(timestamp, arrivalMs);
    } else if (this.#reports === 0 && lateMs < 0) {
      this.#anchor(timestamp, arrivalMs); // the fastest packet is nearest to the truth
    } else if (Math.abs(timestampDelta(timestamp, this.#timestamp)) > 0x2000_0000) {
      this.#anchor(timestamp, this.timeMs(timestamp)); // before 32 bits wrap
    }
  }

  onSenderReport(ntpTime: NtpTime, timestamp: number, arrivalMs: number): void {
    if (ntpTime.seconds === 0 && ntpTime.fraction === 0) return; // has no clock (RFC 3550 §6.4.1)
    const reportedMs = this.shared.toLocalMs(ntpTime, arrivalMs);
    if (this.#timeMs === undefined) {
      this.#anchor(timestamp, reportedMs);
      this.#reports++;
      return;
    }
    const errorMs = reportedMs - this.timeMs(timestamp);
    if (Math.abs(errorMs) > maxDeviationMs) {
      this.counts.refused++;
    } else if (this.#reports < firstReports) {
      this.#timeMs += errorMs;
      this.#reports++;
    } else {
      this.#follow(errorMs);
    }
  }

  /** Another sender. */
  reset(): void {
    this.#timeMs = undefined;
    this.#reports = 0;
    this.#errors = [];
  }

  #follow(errorMs: number): void {
    this.#errors.push(errorMs);
    if (this.#errors.length > errorsKept) this.#errors.shift();
    const median = [...this.#errors].sort((a, b) => a - b)[this.#errors.length >> 1]!;
    if (this.#errors.length < 3 || Math.abs(median) <= toleratedMs) return;
    const step = Math.max(-stepMs, Math.min(stepMs, median));
    this.#timeMs! += step;
    this.#errors = this.#errors.map(each => each - step);
  }

  #anchor(timestamp: number, timeMs: number): void {
    this.#timestamp = timestamp;
    this.#timeMs = timeMs;
  }
}
