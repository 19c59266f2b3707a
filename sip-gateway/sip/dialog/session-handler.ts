import type { SipRequest } from '../message/message.js';
import type { Referral } from '../message/referral.js';
import type { ReferProgress } from './refer-subscription.js';

/** Why a session is over. */
export interface SessionEnd {
  by: 'local' | 'remote';
  cause:
    | 'bye'
    /** CANCEL before an answer. */
    | 'cancelled'
    /** Refused, by us or by the peer. */
    | 'refused'
    /** Our 2xx was never acknowledged. */
    | 'no-ack'
    /** The peer stopped refreshing (RFC 4028), or did not answer a request of ours. */
    | 'expired'
    /** The peer does not know the call any more (481). */
    | 'unknown-to-peer'
    /** Offer and answer did not lead to a session. */
    | 'no-media';
  /** For people and the log. */
  text: string;
}

/** Refused offer. `warning` is a complete Warning value (RFC 3261 §20.43). */
export interface OfferRefusal {
  ok: false;
  status: number;
  warning: string;
}

/** Who owns a session answers these questions; SDP is only text here. All are answered at once. */
export interface SessionHandler {
  /** An offer came by re-INVITE or UPDATE. When refused, the session stays as it was. */
  answerTo(offer: string): { ok: true; answer: string } | OfferRefusal;
  /** The peer asked for an offer (INVITE without one), or we refresh by re-INVITE. */
  makeOffer(): string;
  /** The answer to our last offer; false when it cannot be used. */
  takeAnswer(answer: string): boolean;
  /** INFO: the status to answer with. */
  info(request: SipRequest): number;
  /**
   * REFER: 202 when it is followed, and `progress` told what becomes of it; or the status to refuse it with. Absent: 603.
   */
  refer?(referral: Referral, progress: ReferProgress): number;
  /** The session stands: ACK came, or the 2xx to our INVITE. */
  confirmed(): void;
  /** Once, last. */
  ended(end: SessionEnd): void;
}
