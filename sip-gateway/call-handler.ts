import type { Call, CallTarget, Caller } from './call/call.js';
import type { SavedCall } from './call/saved-call.js';
import type { LocalMedia } from './sdp/types.js';

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
  /** Keep this until the call has ended, so that `resume` finds it after a restart. */
  save?(call: Call, saved: SavedCall): void;
}

export interface DialOptions {
  /** How long it may ring. */
  ringMs?: number;
  /** What the room is called here: `remote.displayName`. */
  name?: string;
  /** Instead of the handler's. */
  localMedia?: CallHandler['localMedia'];
}
