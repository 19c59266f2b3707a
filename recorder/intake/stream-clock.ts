import { wallMsFromNtp, type NtpTime } from '../../sfu/rtp/ntp-time.js';
import { timestampDelta } from '../../sfu/rtp/sequence.js';

/** Two offsets nearer than this belong to one clock; the difference is the network's, or ours when we were busy. */
const sameClockMs = 2000;
const maxClocks = 4;

/** Ours minus theirs, of one sender's NTP clock. */
interface Offset {
  ms: number;
}

/**
 * Brings the clocks of senders to ours: ms of this process's monotonic clock. Streams of one sender have one NTP
 * clock and get one offset, so what they say of each other (lip-sync) is kept exactly. What came fastest tells the
 * offset best, until `fix` is called: from then on a recording stands on it.
 */
export class SharedClock {
  readonly #offsets: Offset[] = [];
  #fixed = false;

  offsetOf(theirsMs: number, arrivalMs: number): Offset {
    const ms = arrivalMs - theirsMs;
    let known = this.#offsets.find(each => Math.abs(each.ms - ms) < sameClockMs);
    if (!known) {
      this.#offsets.unshift((known = { ms }));
      this.#offsets.splice(maxClocks);
    }
    return known;
  }

  /** Something that is of `theirsMs` came at `arrivalMs`. */
  observe(offset: Offset, theirsMs: number, arrivalMs: number): void {
    if (!this.#fixed) offset.ms = Math.min(offset.ms, arrivalMs - theirsMs);
  }

  fix(): void {
    this.#fixed = true;
  }

  get fixed(): boolean {
    return this.#fixed;
  }
}

/** A mapping that is so far from when packets come is none any more: the sender restarted its timestamps. */
const maxDeviationMs = 2000;
/** Sender reports are exact to some ms (they tell when a packet passed): smaller errors are left alone, */
const toleratedMs = 8;
/** and larger ones are taken back by so much a report. */
const stepMs = 5;
/** The first reports count in full: before them only arrival was known, and the very first is of a slow start. */
const firstReports = 2;
/** Once a recording stands on it, time goes so much faster or slower to take an error back: pictures do not jump. */
const slewRate = 0.04;
/** The median of so many counts, so that one late report does no harm. */
const errorsKept = 5;

/** When what carries an RTP timestamp was captured: from when packets come, and better from sender reports. */
export class StreamClock {
  /** Sender restarts, and reports that contradicted the packets. */
  readonly counts = { restarts: 0, refused: 0 };
  #timestamp = 0;
  /** What `#timestamp` stands for: on the sender's clock once it has reported, on ours before. */
  #timeMs: number | undefined;
  /** What is still to be taken back after `#timestamp`, ms. */
  #slewMs = 0;
  /** Absent before the first report. */
  #offset: Offset | undefined;
  #reports = 0;
  #errors: number[] = [];

  constructor(
    private readonly clockRate: number,
    private readonly shared: SharedClock,
  ) {}

  /** Sender reports have told the mapping. */
  get settled(): boolean {
    return this.#offset !== undefined;
  }

  /** ms of our monotonic clock. Call it after `onPacket` of the same packet, or a later one. */
  timeMs(timestamp: number): number {
    return this.#mapped(timestamp) + (this.#offset?.ms ?? 0);
  }

  onPacket(timestamp: number, arrivalMs: number): void {
    const lateMs = this.#timeMs === undefined ? Infinity : arrivalMs - this.timeMs(timestamp);
    if (Math.abs(lateMs) > maxDeviationMs) {
      if (this.#timeMs !== undefined) this.counts.restarts++;
      this.reset();
      this.#anchor(timestamp, arrivalMs);
    } else if (this.#offset) {
      this.shared.observe(this.#offset, this.#mapped(timestamp), arrivalMs);
      // Before 32 bits wrap.
      if (Math.abs(timestampDelta(timestamp, this.#timestamp)) > 0x2000_0000) {
        this.#anchor(timestamp, this.#mapped(timestamp));
      }
    } else if (lateMs < 0) {
      this.#anchor(timestamp, arrivalMs); // the fastest packet is nearest to the truth
    }
  }

  onSenderReport(ntpTime: NtpTime, timestamp: number, arrivalMs: number): void {
    if (ntpTime.seconds === 0 && ntpTime.fraction === 0) return; // has no clock (RFC 3550 §6.4.1)
    const theirsMs = wallMsFromNtp(ntpTime);
    const offset = this.shared.offsetOf(theirsMs, arrivalMs);
    const errorMs = this.#timeMs === undefined ? 0 : theirsMs + offset.ms - this.timeMs(timestamp);
    if (Math.abs(errorMs) > maxDeviationMs) {
      this.counts.refused++;
      return;
    }
    const first = this.#reports < firstReports;
    if (offset !== this.#offset || (first && !this.shared.fixed)) {
      this.#offset = offset;
      this.#reports++;
      this.#anchor(timestamp, theirsMs);
    } else if (first) {
      this.#reports++;
      this.#slew(timestamp, errorMs);
    } else {
      this.#follow(timestamp, errorMs);
    }
  }

  /** Another sender. */
  reset(): void {
    this.#timeMs = undefined;
    this.#slewMs = 0;
    this.#offset = undefined;
    this.#reports = 0;
    this.#errors = [];
  }

  #mapped(timestamp: number): number {
    const passedMs = (timestampDelta(timestamp, this.#timestamp) * 1000) / this.clockRate;
    const slewedMs = Math.min(Math.abs(this.#slewMs), Math.max(0, passedMs) * slewRate);
    return (this.#timeMs ?? 0) + passedMs + Math.sign(this.#slewMs) * slewedMs;
  }

  #follow(timestamp: number, errorMs: number): void {
    this.#errors.push(errorMs);
    if (this.#errors.length > errorsKept) this.#errors.shift();
    const median = [...this.#errors].sort((a, b) => a - b)[this.#errors.length >> 1]!;
    if (this.#errors.length < 3 || Math.abs(median) <= toleratedMs) return;
    const step = Math.max(-stepMs, Math.min(stepMs, median));
    this.#slew(timestamp, step);
    this.#errors = this.#errors.map(each => each - step);
  }

  #anchor(timestamp: number, timeMs: number): void {
    this.#timestamp = timestamp;
    this.#timeMs = timeMs;
    this.#slewMs = 0;
  }

  #slew(timestamp: number, errorMs: number): void {
    this.#anchor(timestamp, this.#mapped(timestamp));
    this.#slewMs = errorMs;
  }
}
