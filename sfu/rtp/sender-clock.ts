import { ntpFromWallMs, wallMsFromNtp, type NtpTime } from './ntp-time.js';
import { timestampAdd, timestampDelta } from './sequence.js';

/**
 * When a remote sender captured what carries a given RTP timestamp, on its wall clock: what makes its audio
 * and video comparable (RFC 3550 §6.4.1, lip-sync). Known from its first sender report on.
 */
export class SenderClock {
  #wallMs: number | undefined;
  #timestamp = 0;

  constructor(readonly clockRate: number) {}

  onSenderReport(ntpTime: NtpTime, rtpTimestamp: number): void {
    // Some senders have no clock and say 0: that is no mapping.
    if (ntpTime.seconds === 0 && ntpTime.fraction === 0) return;
    this.#wallMs = wallMsFromNtp(ntpTime);
    this.#timestamp = rtpTimestamp;
  }

  /** ms since 1970 on the sender's clock; null before the first report. */
  wallMs(rtpTimestamp: number): number | null {
    if (this.#wallMs === undefined) return null;
    return this.#wallMs + (timestampDelta(rtpTimestamp, this.#timestamp) * 1000) / this.clockRate;
  }
}

/**
 * The other way round: for a stream that we send, which RTP timestamp belongs to a moment of the wall clock.
 * Streams that share one wall clock are in step at the receiver. `anchor` with each frame sent.
 */
export class MediaClock {
  #wallMs: number | undefined;
  #timestamp = 0;

  constructor(readonly clockRate: number) {}

  /** `timestamp` is of media that was captured, mixed or composed at `wallMs`. */
  anchor(timestamp: number, wallMs: number): void {
    this.#wallMs = wallMs;
    this.#timestamp = timestamp;
  }

  get started(): boolean {
    return this.#wallMs !== undefined;
  }

  /** The two times of a sender report made at `wallMs` (RFC 3550 §6.4.1). */
  at(wallMs: number): { ntpTime: NtpTime; rtpTimestamp: number } {
    const passedMs = wallMs - (this.#wallMs ?? wallMs);
    return {
      ntpTime: ntpFromWallMs(wallMs),
      rtpTimestamp: timestampAdd(this.#timestamp, Math.round((passedMs * this.clockRate) / 1000)),
    };
  }
}
