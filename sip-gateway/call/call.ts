import type { Arrow, RoomCamera } from '../camera/room-camera.js';
import type { RoomFloor } from '../content/room-floor.js';
import type { LocalMedia, NegotiatedMedia } from '../sdp/types.js';

/** `active`: media goes at least one way; `held`: the peer wants nothing from us. */
export type CallState = 'ringing' | 'active' | 'held' | 'ended';

export interface CallEnd {
  by: 'local' | 'remote';
  cause:
    | 'hangup'
    | 'cancelled'
    | 'refused'
    /** Nobody answered, or the answer was never acknowledged. */
    | 'no-answer'
    /** The peer is gone without saying so. */
    | 'lost'
    | 'no-media';
  /** For people and the log. */
  text: string;
  /** SIP status that a call of ours was refused with. */
  status?: number;
}

export interface CallEvents {
  /** Negotiated anew: hold, resume, another address or codec. `call.media` and `call.state` say it already. */
  media: (media: NegotiatedMedia) => void;
  /** The peer cannot decode what it gets and asks by signalling. */
  keyframeRequested: () => void;
  /** 0–9, A–D, * or #, by signalling; those in RTP (RFC 4733) come from the MCU. */
  dtmf: (digit: string) => void;
  /** Of the room's camera control; again each second while it is held. */
  arrow: (arrow: Arrow) => void;
  /** The room wants to present, or does not any more: `floor` takes the answer. */
  contentWanted: (wanted: boolean) => void;
  /** `floor.open` has changed. */
  floorOpened: () => void;
  /** The peer rings; only for calls that we make. */
  ringing: () => void;
  /** Once, last: release what was allocated for the call. A listener that comes after the end is called soon. */
  ended: (end: CallEnd) => void;
}

/** What was dialled. */
export interface CallTarget {
  /** The number or name, as the user part of the address. */
  user: string;
  host: string;
  parameters: Record<string, string>;
}

/** The site at the other end; for calls that we make, what is known of it. */
export interface Caller {
  /** `sip:room3@example.com` */
  uri: string;
  /** What the peer calls itself; empty when it does not. For labels: never trust it for more. */
  displayName: string;
  /** Product of the peer, when it tells. */
  userAgent: string;
  /** IP address that its signalling comes from. */
  address: string;
  /** Nobody on the way reads its signalling, keys of SDES included (RFC 4568 §8.1): TLS, WebSocket over TLS. */
  encrypted: boolean;
  /** Whose call it is, where that was proved by a password. */
  account?: string;
}

/** One call with a site, whatever the protocol: SIP now, H.323 later. */
export interface Call {
  /** Ours; unique, safe in logs and file names. */
  readonly id: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly target: CallTarget;
  readonly remote: Caller;
  /** Our address as the peer reaches it: what to announce for media when nothing else is configured. */
  readonly localAddress: string;
  readonly state: CallState;
  /** What is agreed; undefined until then. Replaced as a whole, never changed. */
  readonly media: NegotiatedMedia | undefined;
  /** Control of who presents; undefined where the peer has none: what it sends as content is then meant so. */
  readonly floor: RoomFloor | undefined;
  /** Control of its camera; undefined where the peer has none. */
  readonly camera: RoomCamera | undefined;
  /** Returns the function that takes the listener off. */
  on<K extends keyof CallEvents>(event: K, listener: CallEvents[K]): () => void;
  /** Asks the peer's encoder for a keyframe by signalling, at most twice a second. */
  requestKeyframe(): void;
  /** Offers again with other media of ours (hold: direction `inactive`). False: refused, all is as it was. */
  updateMedia(local: LocalMedia): Promise<boolean>;
  /** Ends it, in any state; `ended` comes before it returns. The peer is told in the background. */
  hangup(text?: string): void;
}
