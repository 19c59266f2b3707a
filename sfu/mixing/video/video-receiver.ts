import type { EncodedFrame } from '../../rtp/encoded-frame.js';
import { FramePlayout } from '../../rtp/frame-playout.js';
import type { RtpPacket } from '../../rtp/packet.js';
import { ReorderBuffer } from '../../rtp/reorder-buffer.js';
import type { SenderClock } from '../../rtp/sender-clock.js';
import type { RtpCodec } from '../../rtp/session.js';
import { createVideoDepacketizer, type VideoDepacketizer } from '../../rtp/video-depacketizer.js';
import type { LipSync, LipSyncSlot } from '../lip-sync.js';

/** What a receiver asks of the endpoint that gives it packets. */
export interface PacketSource {
  readonly senderClock: SenderClock;
  /** Its sender answers NACK. */
  readonly repairs: boolean;
  /** `damaged`: something is shown, but it suffers from losses. */
  requestKeyframe(damaged?: boolean): void;
  keyframeReceived(whole: boolean): void;
  sendNack(sequenceNumbers: readonly number[]): void;
}

/** Of an encoded frame: its RTP timestamp, and whether it can be decoded without what came before. */
export type FrameTime = Pick<EncodedFrame, 'timestamp' | 'keyframe'>;

/** Where pictures go: a `TileScaler`. */
export interface PictureTarget {
  /** False: nobody looks, nothing is decoded. */
  readonly wanted: boolean;
  /** False: the decoder could not use the bytes. */
  decode(data: Buffer, frame: FrameTime): boolean;
  /** Nothing comes any more. */
  silence(): void;
}

/**
 * After a loss the last whole picture stands still until a keyframe comes, but not longer than this: then a
 * damaged picture that moves is better than none.
 */
const freezeMs = 300;
/** Where one loss follows the other, standing still each time would be all there is: the picture just goes on. */
const patienceMs = 5_000;
/** Where no keyframe arrives whole, one that lacks something is begun with after this. */
const beginningMs = 1_500;
/** A sender that is silent for so long is shown by its name. */
const silentMs = 5_000;
/** Lip-sync holds pictures back by at most so much beyond what the network needs. */
const mostDelayMs = 300;
const leastDelayMs = 5;
/** How long a gap holds up what follows when nothing is sent again, until packets have come later than this. */
const overtakingMs = 30;
/** A second at 60 fps, and a burst. */
const mostDelayed = 80;

interface DelayedFrame extends FrameTime {
  data: Buffer;
  dueMs: number;
}

/** Packets of one video stream → pictures in tiles: order, repair, frames, keyframe requests, even steps, lip-sync. */
export class VideoReceiver {
  /** Frames that were not decoded, because they depended on a lost one. */
  dropped = 0;
  readonly #reorder: ReorderBuffer;
  readonly #depacketizer: VideoDepacketizer;
  readonly #missing: number[] = [];
  #delayed: DelayedFrame[] = [];
  #slots: readonly LipSyncSlot[] = [];
  #nowMs = 0;
  #lastPacketMs = -Infinity;
  /** Since when pictures depend on something that did not come; 0: they do not. */
  #damagedMs = 0;
  #lastDamageMs = -Infinity;
  /** Until when the picture stands still for this damage. */
  #standsUntilMs = 0;
  readonly #playout = new FramePlayout();
  /** Nothing can be decoded before the first keyframe. */
  #begun = false;
  /** When the first packet came after which there was none. */
  #awaitedSinceMs = 0;
  /** Somebody to whom the packets are relayed cannot decode them. */
  #wantedByOthers = false;

  constructor(
    codec: RtpCodec,
    readonly source: PacketSource,
    readonly target: PictureTarget,
    private readonly lipSync: LipSync,
  ) {
    const depacketizer = createVideoDepacketizer(codec, frame => this.#onFrame(frame));
    this.#depacketizer = depacketizer;
    // Nothing lost will come any more: only packets that overtake each other are waited for, longer where they do.
    const wait = source.repairs ? {} : { maxWaitMs: overtakingMs };
    this.#reorder = new ReorderBuffer(packet => depacketizer.push(packet), wait);
  }

  /** The sites whose sound belongs to these pictures. */
  set soundOf(slots: readonly LipSyncSlot[]) {
    this.#slots = slots;
  }

  onPacket(packet: RtpPacket, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#awaitedSinceMs ||= nowMs;
    if (!this.#begun && nowMs - this.#lastPacketMs > silentMs) this.source.requestKeyframe();
    this.#lastPacketMs = nowMs;
    this.#reorder.insert(packet, nowMs);
  }

  /** The sender began anew. */
  restart(): void {
    this.#reorder.reset();
    this.#depacketizer.reset();
    this.#playout.reset();
    this.#delayed = [];
    this.awaitKeyframe();
  }

  /** A decoder that has just begun, or a sender. */
  awaitKeyframe(): void {
    this.#begun = false;
    this.#awaitedSinceMs = 0;
    this.#damagedMs = 0;
    this.source.requestKeyframe();
  }

  /** For somebody to whom the packets are relayed: asks until one comes, since he may ask but once. */
  wantKeyframe(): void {
    this.#wantedByOthers = true;
    this.source.requestKeyframe();
  }

  /** Call every 10 ms or so: gives up what is lost, asks for what is missing, shows what was held back. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#reorder.release(nowMs);
    if (this.#wantedByOthers) this.source.requestKeyframe();
    if (this.source.repairs) this.#askAgain(nowMs);
    while (this.#delayed.length > 0 && this.#delayed[0]!.dueMs <= nowMs) this.#decode(this.#delayed.shift()!);
    if (nowMs - this.#lastPacketMs > silentMs) {
      this.#lastPacketMs = -Infinity;
      this.target.silence();
    }
  }

  #askAgain(nowMs: number): void {
    this.#missing.length = 0;
    this.#reorder.collectMissing(nowMs, this.#missing);
    if (this.#missing.length > 0) this.source.sendNack(this.#missing);
  }

  #onFrame(frame: EncodedFrame): void {
    const whole = frame.keyframe && frame.complete;
    if (whole) this.#wantedByOthers = false;
    if (frame.keyframe) this.source.keyframeReceived(whole);
    if (!this.target.wanted) return;
    if (whole) {
      this.#begun = true;
      this.#damagedMs = 0;
    } else if (frame.lossBefore || !frame.complete) {
      this.#onDamage();
    }
    if (frame.keyframe && this.#nowMs - this.#awaitedSinceMs > beginningMs) this.#begun = true;
    if (!this.#begun || this.#damagedMs > 0) this.source.requestKeyframe(true);
    const stands = this.#damagedMs > 0 && this.#nowMs < this.#standsUntilMs;
    if (!this.#begun || stands) {
      this.dropped++;
      return;
    }
    this.#show(frame);
  }

  #onDamage(): void {
    const again = this.#nowMs - this.#lastDamageMs < patienceMs;
    this.#lastDamageMs = this.#nowMs;
    if (this.#damagedMs > 0) return;
    this.#damagedMs = this.#nowMs;
    this.#standsUntilMs = again ? 0 : this.#nowMs + freezeMs;
  }

  #show(frame: EncodedFrame): void {
    const delayMs = this.#delayOf(frame.timestamp);
    // Those behind one that waits must wait, too, however short their own delay.
    if (delayMs < leastDelayMs && this.#delayed.length === 0) return this.#decode(frame);
    if (this.#delayed.length >= mostDelayed) this.#decode(this.#delayed.shift()!);
    const dueMs = Math.max(this.#nowMs + delayMs, this.#delayed.at(-1)?.dueMs ?? 0);
    const { timestamp, keyframe } = frame;
    this.#delayed.push({ data: Buffer.from(frame.data), timestamp, keyframe, dueMs });
  }

  /** ms until it is due, by the network's jitter and by its sound. */
  #delayOf(timestamp: number): number {
    let mostMs = this.#playout.holdMs(timestamp, this.#nowMs);
    if (this.#slots.length === 0) return mostMs;
    const capturedMs = this.source.senderClock.wallMs(timestamp);
    if (capturedMs === null) return mostMs;
    const mostSoundMs = mostMs + mostDelayMs;
    for (const slot of this.#slots) {
      mostMs = Math.max(mostMs, this.lipSync.delayMs(slot, capturedMs, this.#nowMs, mostSoundMs));
    }
    return mostMs;
  }

  #decode(frame: FrameTime & { data: Buffer }): void {
    // It depended on something that we never had, or hostile bytes pass for a stream.
    if (!this.target.decode(frame.data, frame)) this.source.requestKeyframe();
  }
}
