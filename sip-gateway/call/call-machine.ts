import { randomBytes } from 'node:crypto';
import { Emitter } from '../../base/emitter.js';
import type { Arrow, RoomCamera } from '../camera/room-camera.js';
import type { RoomFloor } from '../content/room-floor.js';
import type { LocalMedia, NegotiatedMedia } from '../sdp/types.js';
import type { Call, CallEnd, CallEvents, Caller, CallState, CallTarget } from './call.js';

/*
 *   [ringing] ── established ──> [active] <── resume / hold ──> [held]
 *       │                           │                             │
 *       └───────────────────────> [ended] <───────────────────────┘
 */
const next: Record<CallState, readonly CallState[]> = {
  ringing: ['active', 'held', 'ended'],
  active: ['held', 'ended'],
  held: ['active', 'ended'],
  ended: [],
};

/** What a call asks of its protocol. */
export interface CallSignalling {
  requestKeyframe(): void;
  updateMedia(local: LocalMedia): Promise<boolean>;
  /** Tells the peer. */
  hangup(text: string): void;
}

/** The state machine of every call. The protocol drives it; the server sees it as a `Call`. */
export class CallMachine implements Call {
  #state: CallState = 'ringing';
  #media: NegotiatedMedia | undefined;
  #end: CallEnd | undefined;
  #floor: RoomFloor | undefined;
  #camera: RoomCamera | undefined;
  readonly #events = new Emitter<CallEvents>();

  constructor(
    readonly direction: 'incoming' | 'outgoing',
    readonly target: CallTarget,
    readonly remote: Caller,
    readonly localAddress: string,
    private readonly signalling: CallSignalling,
    readonly id = randomBytes(8).toString('hex'),
  ) {}

  get state(): CallState {
    return this.#state;
  }

  get media(): NegotiatedMedia | undefined {
    return this.#media;
  }

  get floor(): RoomFloor | undefined {
    return this.#floor;
  }

  get camera(): RoomCamera | undefined {
    return this.#camera;
  }

  on<K extends keyof CallEvents>(event: K, listener: CallEvents[K]): () => void {
    const end = this.#end;
    // Whoever was still allocating when the caller gave up must hear of it too.
    if (event === 'ended' && end) queueMicrotask(() => (listener as CallEvents['ended'])(end));
    return this.#events.on(event, listener as never);
  }

  requestKeyframe(): void {
    if (this.#state === 'active' || this.#state === 'held') this.signalling.requestKeyframe();
  }

  async updateMedia(local: LocalMedia): Promise<boolean> {
    return this.#state === 'active' || this.#state === 'held' ? this.signalling.updateMedia(local) : false;
  }

  hangup(text = 'hung up'): void {
    if (this.#state === 'ended') return;
    this.signalling.hangup(text);
    this.end({ by: 'local', cause: 'hangup', text });
  }

  // ---- for the protocol ----

  /** Offer and answer have led to this. Before `established` nobody is told yet. */
  negotiated(media: NegotiatedMedia): void {
    this.#media = media;
    if (this.#state !== 'active' && this.#state !== 'held') return;
    this.#move(media.held ? 'held' : 'active');
    this.#events.emit('media', media);
  }

  /** Both sides know what is agreed. */
  established(): void {
    this.#move(this.#media?.held ? 'held' : 'active');
  }

  /** Replaces the one before, which is closed; so is the last when the call ends. */
  setFloor(floor: RoomFloor | undefined): void {
    this.#floor?.close();
    this.#floor = floor;
    if (this.#state === 'ended') floor?.close();
  }

  /** As with the floor. */
  setCamera(camera: RoomCamera | undefined): void {
    this.#camera?.close();
    this.#camera = camera;
    if (this.#state === 'ended') camera?.close();
  }

  arrow(arrow: Arrow): void {
    if (this.#state !== 'ended') this.#events.emit('arrow', arrow);
  }

  contentWanted(wanted: boolean): void {
    if (this.#state !== 'ended') this.#events.emit('contentWanted', wanted);
  }

  floorOpened(): void {
    if (this.#state !== 'ended') this.#events.emit('floorOpened');
  }

  ringing(): void {
    if (this.#state === 'ringing') this.#events.emit('ringing');
  }

  keyframeRequested(): void {
    if (this.#state !== 'ended') this.#events.emit('keyframeRequested');
  }

  dtmf(digit: string): void {
    if (this.#state !== 'ended') this.#events.emit('dtmf', digit);
  }

  /** The first reason counts. */
  end(end: CallEnd): void {
    if (this.#state === 'ended') return;
    this.#end = end;
    this.#move('ended');
    this.#floor?.close();
    this.#camera?.close();
    this.#events.emit('ended', end);
  }

  #move(to: CallState): void {
    if (to === this.#state) return;
    if (!next[this.#state].includes(to)) throw new Error(`a call that is ${this.#state} cannot become ${to}`);
    this.#state = to;
  }
}
