import { messageOf } from '../../../base/errors.js';
import type { RtpPacket } from '../../rtp/packet.js';
import { isVideoCodec } from '../../rtp/video-depacketizer.js';
import type { Clock } from '../clock.js';
import { LipSync } from '../lip-sync.js';
import { RtpEndpoint } from '../rtp-endpoint.js';
import type { AccessUnit, StreamSessionPlan, StreamStatistics } from './messages.js';
import { Outgoing, type PictureFeed } from './outgoing.js';
import { isAffordable, isShowable, passedBy, PassThrough } from './pass-through.js';
import { TileScaler } from './tile-scaler.js';
import type { VideoFanOut } from './video-fan-out.js';
import { VideoReceiver, type FrameTime, type PictureTarget } from './video-receiver.js';

/** A port may still be held by the session that had it before, or by the process that crashed. */
const bindAttempts = 20;
const bindRetryMs = 50;

/** Of what is passed on: more loss than this is for an encoder that heals (see `intraRefresh`). */
const mostPassedLoss = 0.02;
/** Nothing to pass on for so long: the composed picture shows the name. */
const passedSilenceMs = 2_000;

/** What a session asks of its thread. */
export interface StreamSessionOwner {
  readonly clock: Clock;
  readonly lipSync: LipSync;
  /** Another session of this thread. */
  session(id: string): StreamSession | undefined;
  /** What sends this encoder's pictures over sessions of this thread. */
  fanOut(encoder: NonNullable<StreamSessionPlan['encoder']>): VideoFanOut;
  /** What sends on this session's pictures, as they are, over sessions of this thread. */
  passOut(from: string): VideoFanOut;
  /** To the threads with these numbers. */
  passOn(unit: AccessUnit, threads: readonly number[]): void;
  passing(conferenceId: string, session: string, from: string | null): void;
  /** `begins`: somebody sees nothing before it comes. */
  wishKeyframe(encoder: string, composer: number, begins: boolean): void;
  /** Of another session's sender, on the thread with this number. */
  wishRemoteKeyframe(session: string, thread: number): void;
  keyframeNeeded(conferenceId: string, session: string): void;
  failed(conferenceId: string, session: string, reason: string): void;
}

/**
 * One video session of a conference: its endpoint, and what its plan wants of it: pictures in tiles, packets
 * relayed to other sessions, an encoder's pictures or another session's sent. Takes a new plan at any time, also while it binds.
 */
export class StreamSession {
  #plan: StreamSessionPlan;
  #endpoint: RtpEndpoint | undefined;
  #opening: Promise<void> | undefined;
  #scaler: TileScaler | undefined;
  #receiver: VideoReceiver | undefined;
  #receiveKey = '';
  #outgoing: Outgoing | undefined;
  #passThrough: PassThrough | undefined;
  /** A decoder that began while pictures were passed on waits for a keyframe of its own. */
  #decoderBegun = false;
  /** bit/s, over the last second. */
  #receivedBitrate = 0;
  #bytesBefore = 0;
  /** Of what is passed on to this session. */
  #lastPassedMs = 0;
  #passedKeyframeMs = 0;
  #passedRefused = false;
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
    const { encoder, pass } = this.#plan;
    if (pass && this.#outgoing?.current?.kind === 'passed')
      this.owner.wishRemoteKeyframe(pass.from, pass.thread);
    else if (encoder) this.owner.wishKeyframe(encoder.id, encoder.composer, false);
    else this.#relayedFrom?.requestRemoteKeyframe();
  }

  /** Since the last call, which was `seconds` ago. */
  takeStatistics(seconds: number, into: StreamStatistics): void {
    if (this.#endpoint) {
      const statistics = (into.sessions[this.id] = this.#endpoint.statistics());
      const bytes = Math.max(0, statistics.bytesReceived - this.#bytesBefore);
      this.#receivedBitrate = (bytes * 8) / seconds;
      this.#bytesBefore = statistics.bytesReceived;
      this.#checkPassing(statistics.remoteFractionLost);
    }
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
      this.#receiver = new VideoReceiver(receive.codec, endpoint, this.#target, this.owner.lipSync);
      this.#lastPictures = 0;
    }
    this.#receiver!.soundOf = siteIds.map(siteId => LipSync.slotOf(this.conferenceId, siteId));
    const passedBefore = this.#passThrough !== undefined;
    if (this.#plan.passTo.length === 0 || name !== 'H264') this.#passThrough = undefined;
    else this.#passThrough ??= new PassThrough(session.id);
    const decoded = this.#scaler!.wanted;
    if (this.#scaler!.setTiles(tiles)) {
      this.#decoderBegun = !passedBefore;
      if (passedBefore) this.#receiver!.wantKeyframe();
      else this.#receiver!.awaitKeyframe();
    } else if (this.#passThrough && !passedBefore) {
      if (decoded) this.#receiver!.wantKeyframe();
      else this.#receiver!.awaitKeyframe();
    }
  }

  #endReception(): void {
    this.#scaler?.close();
    this.#scaler = this.#receiver = this.#passThrough = undefined;
    this.#receiveKey = '';
  }

  #applySending(endpoint: RtpEndpoint): void {
    const { session, encoder, pass } = this.#plan;
    const feeds: PictureFeed[] = [];
    if (encoder) {
      const format = `${encoder.codec} ${encoder.packetizationMode}`;
      feeds.push({ kind: 'composed', fanOut: this.owner.fanOut(encoder), format });
    }
    if (pass) {
      const accepts = (unit: AccessUnit) => this.#accepts(unit);
      feeds.push({ kind: 'passed', fanOut: this.owner.passOut(pass.from), format: 'H264 1', accepts });
    }
    if (!session.send || feeds.length === 0) return this.#endSending();
    this.#outgoing ??= new Outgoing(endpoint, feed => this.#onFeed(feed));
    for (const { kind } of this.#outgoing.want(feeds)) {
      if (kind === 'passed') this.owner.wishRemoteKeyframe(pass!.from, pass!.thread);
      else this.owner.wishKeyframe(encoder!.id, encoder!.composer, true);
    }
  }

  #endSending(): void {
    this.#outgoing?.close();
    this.#outgoing = undefined;
  }

  // ---- what is passed on to this session ----

  #onFeed({ kind }: PictureFeed): void {
    const { pass } = this.#plan;
    if (kind !== 'passed' || !pass) return;
    this.#lastPassedMs = this.#passedKeyframeMs = this.owner.clock.nowMs();
    this.#passedRefused = false;
    this.owner.passing(this.conferenceId, this.id, pass.from);
  }

  /** A unit goes to this session's thread: what it sends on can be judged by it. */
  onPassed(unit: AccessUnit): void {
    const { pass } = this.#plan;
    if (!pass || unit.encoder !== passedBy(pass.from) || this.#outgoing?.current?.kind !== 'passed') return;
    this.#lastPassedMs = this.owner.clock.nowMs();
    const passed = unit.passed!;
    if (!isShowable(passed, pass.limits) || !isAffordable(passed, pass.limits)) this.#refusePassing();
    if (!unit.keyframe) return;
    this.#passedKeyframeMs = this.#lastPassedMs;
    // Another size or profile than before: what cannot be shown is not sent, not even until there is an encoder.
    if (!isShowable(passed, { ...pass.limits, sameShape: false })) this.#endSending();
  }

  #accepts({ passed }: AccessUnit): boolean {
    const { pass } = this.#plan;
    return !!passed && !!pass && isShowable(passed, pass.limits) && isAffordable(passed, pass.limits);
  }

  /** Each second. Who loses packets or has no bandwidth for it needs an encoder of their own. */
  #checkPassing(fractionLost: number): void {
    const { pass, session } = this.#plan;
    if (!pass || this.#outgoing?.current?.kind !== 'passed') return;
    const nowMs = this.owner.clock.nowMs();
    if (fractionLost > mostPassedLoss || nowMs - this.#lastPassedMs > passedSilenceMs) this.#refusePassing();
    const { pli, fir } = session.feedback;
    const isDue = nowMs - this.#passedKeyframeMs > pass.keyframeIntervalS * 1000;
    if (pass.keyframeIntervalS > 0 && !pli && !fir && isDue)
      this.owner.wishRemoteKeyframe(pass.from, pass.thread);
  }

  #refusePassing(): void {
    if (this.#passedRefused) return;
    this.#passedRefused = true;
    this.owner.passing(this.conferenceId, this.id, null);
  }

  /** Pictures go to tiles, and on as they are. */
  readonly #target: PictureTarget = (session => ({
    get wanted() {
      return session.#passThrough !== undefined || session.#scaler!.wanted;
    },
    decode: (data, frame) => session.#onPicture(data, frame),
    silence: () => session.#scaler!.silence(),
  }))(this);

  #onPicture(data: Buffer, frame: FrameTime): boolean {
    if (this.#passThrough) {
      const now = { nowMs: this.owner.clock.nowMs(), wallMs: this.owner.clock.wallMs() };
      const unit = this.#passThrough.unit(data, frame, now, this.#receivedBitrate);
      this.owner.passOn(unit, this.#plan.passTo);
    }
    this.#decoderBegun ||= frame.keyframe;
    return this.#decoderBegun ? this.#scaler!.decode(data) : true;
  }

  readonly #endpointOwner = {
    onPacket: (packet: RtpPacket): void => {
      for (const id of this.#plan.relayTo) this.owner.session(id)?.forward(packet, this);
      this.#receiver?.onPacket(packet, packet.arrivalMs);
    },
    onRestart: (): void => this.#receiver?.restart(),
    onKeyframeRequest: (): void => this.onKeyframeRequest(),
    onReachable: (): void => {
      // From a keyframe on, as for all who begin: some decoders never get over another beginning.
      this.#endSending();
      if (this.#endpoint) this.#applySending(this.#endpoint);
    },
    onKeyframeNeeded: (): void => this.owner.keyframeNeeded(this.conferenceId, this.id),
  };
}
