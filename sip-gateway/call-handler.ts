import type { Call, CallTarget, Caller } from './call/call.js';
import type { SavedCall } from './call/saved-call.js';
import type { LocalMedia } from './sdp/types.js';
import type { ReferProgress } from './sip/dialog/refer-subscription.js';
import type { Referral } from './sip/message/referral.js';

export type { Referral, ReferProgress };

export type RouteAnswer =
  | {
      accept: true;
      /** Somebody has to answer first: the caller hears it ring until this resolves. `signal`: the caller gave up. */
      ring?: (call: Call, signal: AbortSignal) => Promise<RouteAnswer>;
    }
  | { accept: false; status: RefusalStatus; reason: string };
export type RefusalStatus = 403 | 404 | 480 | 486 | 488 | 503;

/** The server's answers, and what it is told. */
export interface CallHandler {
  /** Where does this target lead? Asked before anything is allocated. `signal`: the caller gave up, or 10 s are over. */
  route(target: CallTarget, caller: Caller, signal: AbortSignal): Promise<RouteAnswer>;
  /** Our side of the accepted call: bind ports. From here on `call.on('ended')` surely comes: release them there. */
  localMedia(call: Call, signal: AbortSignal): Promise<LocalMedia>;
  /** Both sides know what is agreed (ACK came; for calls of ours: they answered). `call.media` is there. */
  established(call: Call): void;
  /**
   * An INVITE with `Replaces` (RFC 3891): `caller` knows that call's secret tags and wants its place. Instead of `route`;
   * absent: nobody may. Once `call` is established and has the place, hang `before` up.
   */
  replace?(before: Call, call: Call): RouteAnswer;
  /** A room in a call asks us to call another (REFER): 202 when that is begun, or the status to refuse it with. Absent: 603. */
  refer?(call: Call, referral: Referral, progress: ReferProgress): number;
  /** Keep this until the call has ended, so that `resume` finds it after a restart. */
  save?(call: Call, saved: SavedCall): void;
}

export interface DialOptions {
  /** How long it may ring. */
  ringMs?: number;
  /** What the room is called here: `remote.displayName`. */
  name?: string;
  /** It follows a REFER: header fields to send along (RFC 3891, RFC 3892). */
  referral?: Pick<Referral, 'replaces' | 'referredBy'>;
  /** Instead of the handler's. */
  localMedia?: CallHandler['localMedia'];
}
