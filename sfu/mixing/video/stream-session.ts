import { messageOf } from '../../../base/errors.js';
import type { RtpPacket } from '../../rtp/packet.js';
import { isVideoCodec } from '../../rtp/video-depacketizer.js';
import type { Clock } from '../clock.js';
import { LipSync } from '../lip-sync.js';
import { RtpEndpoint } from '../rtp-endpoint.js';
import type { StreamSessionPlan, StreamStatistics } from './messages.js';
import { TileScaler } from './tile-scaler.js';
import type { VideoFanOut } from './video-fan-out.js';
import { VideoReceiver } from './video-receiver.js';

/** A port may still be held by the session that had it before, or by the process that crashed. */
const bindAttempts = 20;
const bindRetryMs = 50;

/** What a session asks of its thread. */
export interface StreamSessionOwner {
  readonly clock: Clock;
  readonly lipSync: LipSync;
  /** Another session of this thread. */
  session(id: string): StreamSession | undefined;
  /** What sends this encoder's pictures over sessions of this thread. */
  fanOut(encoder: NonNullable<StreamSessionPlan['encoder']>): VideoFanOut;
  wishKeyframe(encoder: string, composer: number): void;
  keyframeNeeded(conferenceId: string, session: string): void;
  failed(conferenceId: string, session: string, reason: string): void;
}

/**
 * One video session of a conference: its endpoint, and what its plan wants of it: pictures in tiles, packets
 * relayed to other sessions, an encoder's pictures sent. Takes a new plan at any time, also while it binds.
 */
export class StreamSession {
  #plan: StreamSessionPlan;
  #endpoint: RtpEndpoint | undefined;
  #opening: Promise<void> | undefined;
  #scaler: TileScaler | undefined;
  #receiver: VideoReceiver | undefined;
  #receiveKey = '';
  /** Whose pictures it sends, and by which endpoint. */
  #sending: { fanOut: VideoFanOut; endpoint: RtpEndpoint } | undefined;
  #relayedFrom: StreamSession | undefined;
  #lastPictures = 0;
  #closed = false;

  constructor(
    readonly conferenceId: string,
    plan: StreamSessionPlan,
    private readonly owner: StreamSessionOwner,
  ) {
    this.#plan = plan;
    this.#opening = this.#open();
  }

  get id(): string {
    return this.#plan.session.id;
  }

  update(plan: StreamSessionPlan): void {
    this.#plan = plan;
    // Bound already: else what is opening takes the newest plan when it is done.
    if (this.#endpoint) this.#apply(this.#endpoint);
  }

  tick(nowMs: number): void {
    this.#receiver?.tick(nowMs);
    this.#endpoint?.tick(nowMs);
  }

  /** Another session's packet, to be sent on as it is. */
  forward(packet: RtpPacket, from: StreamSession): void {
    this.#relayedFrom = from;
    this.#endpoint?.forward(packet);
  }

  /** The sender of what this session receives shall make a keyframe. */
  requestRemoteKeyframe(): void {
    if (this.#receiver) this.#receiver.wantKeyframe();
    else this.#endpoint?.requestKeyframe();
  }

  /** Whoever receives what this session sends cannot decode it. */
  onKeyframeRequest(): void {
    const { encoder } = this.#plan;
    if (encoder) this.owner.wishKeyframe(encoder.id, encoder.composer);
    else this.#relayedFrom?.requestRemoteKeyframe();
  }

  /** Since the last call, which was `seconds` ago. */
  takeStatistics(seconds: number, into: StreamStatistics): void {
    if (this.#endpoint) into.sessions[this.id] = this.#endpoint.statistics();
    if (!this.#scaler) return;
    const { width, height, pictures } = this.#scaler;
    into.pictures[this.id] = { width, height, framesPerSecond: (pictures - this.#lastPictures) / seconds };
    this.#lastPictures = pictures;
    this.#scaler.takeCosts(seconds, this.id, into.costs);
  }

  /** Resolves when the ports are free. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#endReception();
    this.#endSending();
    await this.#opening;
    await this.#endpoint?.close();
  }

  async #open(): Promise<void> {
    for (let attempt = 1; !this.#closed; attempt++) {
      try {
        const session = this.#plan.session;
        this.#endpoint = await RtpEndpoint.open(session, this.#endpointOwner, this.owner.clock);
        if (!this.#closed) this.#apply(this.#endpoint);
        return;
      } catch (error) {
        if (attempt % bindAttempts === 0) this.owner.failed(this.conferenceId, this.id, messageOf(error));
        await new Promise(resolve => setTimeout(resolve, bindRetryMs));
      }
    }
  }

  /** Another local port: the old socket goes first, since the new one may want one of its two ports. */
  async #reopen(): Promise<void> {
    const old = this.#endpoint;
    this.#endpoint = undefined;
    this.#endReception();
    this.#endSending();
    await old?.close();
    await this.#open();
  }

  #apply(endpoint: RtpEndpoint): void {
    if (!endpoint.update(this.#plan.session)) {
      this.#opening = this.#reopen();
      return;
    }
    this.#applyReception(endpoint);
    this.#applySending(endpoint);
  }

  #applyReception(endpoint: RtpEndpoint): void {
    const { session, tiles, siteIds } = this.#plan;
    const { receive } = session;
    const name = receive?.codec.name;
    if (!receive || name === undefined || !isVideoCodec(name)) return this.#endReception();
    const key = JSON.stringify([receive, session.local]);
    if (key !== this.#receiveKey) {
      this.#endReception();
      this.#receiveKey = key;
      this.#scaler = new TileScaler(name);
      this.#receiver = new VideoReceiver(receive.codec, endpoint, this.#scaler, this.owner.lipSync);
      this.#lastPictures = 0;
    }
    this.#receiver!.soundOf = siteIds.map(siteId => LipSync.slotOf(this.conferenceId, siteId));
    if (this.#scaler!.setTiles(tiles)) this.#receiver!.awaitKeyframe();
  }

  #endReception(): void {
    this.#scaler?.close();
    this.#scaler = this.#receiver = undefined;
    this.#receiveKey = '';
  }

  #applySending(endpoint: RtpEndpoint): void {
    const { session, encoder } = this.#plan;
    if (!session.send || !encoder) return this.#endSending();
    const fanOut = this.owner.fanOut(encoder);
    if (this.#sending?.fanOut === fanOut) return;
    this.#endSending();
    this.#sending = { fanOut, endpoint };
    fanOut.add(endpoint);
    this.owner.wishKeyframe(encoder.id, encoder.composer);
  }

  #endSending(): void {
    this.#sending?.fanOut.delete(this.#sending.endpoint);
    this.#sending = undefined;
  }

  readonly #endpointOwner = {
    onPacket: (packet: RtpPacket): void => {
      for (const id of this.#plan.relayTo) this.owner.session(id)?.forward(packet, this);
      this.#receiver?.onPacket(packet, packet.arrivalMs);
    },
    onRestart: (): void => this.#receiver?.restart(),
    onKeyframeRequest: (): void => this.onKeyframeRequest(),
    onKeyframeNeeded: (): void => this.owner.keyframeNeeded(this.conferenceId, this.id),
  };
}
