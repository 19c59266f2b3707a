import { ntpFromWallMs, ntpMiddle } from '../rtp/ntp-time.js';
import type { ReportBlock } from '../rtp/rtcp.js';
import type { RtpSession } from '../rtp/session.js';
import type { Clock } from './clock.js';
import { RepeatedLoss } from './redundancy.js';

/** A receiver that limits us says so each few seconds. */
const estimateMs = 15_000;

/** What the remote side says of our packets: what the network loses of them, how long they take, how many it takes. */
export class RemoteReports {
  /** By its last report, 0–1. */
  fractionLost = 0;
  /** How many came. */
  count = 0;
  roundTripMs: number | null = null;
  readonly #loss = new RepeatedLoss();
  /** Beside each packet, when the last report came. */
  #copies = 0;
  #estimate: number | null = null;
  #estimatedMs = 0;

  constructor(private readonly clock: Clock) {}

  /** At most so much may be sent by REMB or TMMBR, bit/s; null: it says nothing, or said it long ago. */
  get estimate(): number | null {
    return this.clock.nowMs() - this.#estimatedMs < estimateMs ? this.#estimate : null;
  }

  onEstimate(bitrate: number): void {
    this.#estimate = bitrate;
    this.#estimatedMs = this.clock.nowMs();
  }

  onBlocks(blocks: readonly ReportBlock[], send: NonNullable<RtpSession['send']>): void {
    const { copies = 0 } = send;
    for (const block of blocks) {
      if (block.ssrc !== send.ssrc) continue;
      const loss = this.#loss.observe(block, copies);
      // What was sent in part with copies and in part without says nothing.
      if (loss !== null && copies === this.#copies) {
        this.fractionLost = loss;
        this.count++;
      }
      this.#copies = copies;
      if (block.lastSenderReport === 0) continue;
      // §6.4.1: A - LSR - DLSR, in 1/65536 s; a clock that is off makes it negative.
      const now = ntpMiddle(ntpFromWallMs(this.clock.wallMs()));
      const units = (now - block.lastSenderReport - block.delaySinceLastSenderReport) | 0;
      if (units >= 0) this.roundTripMs = (units * 1000) / 65536;
    }
  }
}
