import type { RtcpPacket } from '../rtp/rtcp.js';
import type { RtcpFeedback } from '../rtp/session.js';
import { RequestLimit } from './request-limit.js';

/** Between keyframes of a sender that sends nothing again, while its pictures are damaged. */
const mendingIntervalMs = 200;
/** An entry covers 17 numbers at best, and an RTCP packet of so many is still below the MTU. */
const mostNacks = 256;
/** IPv4, UDP and RTP headers, bytes. */
const tmmbrOverhead = 40;

/** Where requests go: RTCP of the session, or signalling. */
export interface RequestWay {
  feedback(): RtcpFeedback;
  /** Whose requests they are, and to whom. */
  ssrcs(): { senderSsrc: number; mediaSsrc: number };
  send(packet: RtcpPacket): void;
  /** It takes no RTCP feedback (RFC 5168). */
  signal(): void;
}

/** What the remote sender is asked for: keyframes, packets that were lost, a lower bit rate. */
export class SenderRequests {
  /** Whole keyframes that came. */
  keyframes = 0;
  readonly #keyframeLimit = new RequestLimit();
  #firSequenceNumber = 0;

  constructor(private readonly way: RequestWay) {}

  /**
   * Asks for a keyframe, at most each half second and less often if that does not help. `damaged`: the picture is,
   * and a sender that sends nothing again can mend it by keyframes only.
   */
  keyframe(nowMs: number, damaged: boolean): void {
    const feedback = this.way.feedback();
    const ssrcs = this.way.ssrcs();
    const mends = damaged && !feedback.nack && (feedback.pli || feedback.fir);
    if (!this.#keyframeLimit.allow(nowMs, mends ? mendingIntervalMs : undefined)) return;
    if (feedback.pli) {
      this.way.send({ type: 'pictureLoss', ...ssrcs });
    } else if (feedback.fir) {
      this.#firSequenceNumber = (this.#firSequenceNumber + 1) & 0xff;
      this.way.send({ type: 'fullIntraRequest', ...ssrcs, sequenceNumber: this.#firSequenceNumber });
    } else {
      this.way.signal();
    }
  }

  /** The keyframe that was asked for has come, `whole` or not: the next request need not wait long. */
  keyframeReceived(whole: boolean): void {
    if (whole) this.keyframes++;
    this.#keyframeLimit.satisfied();
  }

  /** Asks for these again, if the sender understands that. */
  nack(sequenceNumbers: readonly number[]): void {
    if (sequenceNumbers.length === 0 || !this.way.feedback().nack) return;
    this.way.send({
      type: 'nack',
      ...this.way.ssrcs(),
      sequenceNumbers: sequenceNumbers.slice(0, mostNacks),
    });
  }

  /** TMMBR (RFC 5104 §4.2.1), to be repeated while it holds; bit/s. */
  bitrate(most: number): void {
    if (this.way.feedback().tmmbr) {
      this.way.send({
        type: 'maxBitrateRequest',
        ...this.way.ssrcs(),
        bitrate: most,
        overhead: tmmbrOverhead,
      });
    }
  }
}
