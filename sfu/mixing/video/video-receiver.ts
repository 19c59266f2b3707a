import type { EncodedFrame } from '../../rtp/encoded-frame.js';
import { H264Depacketizer } from '../../rtp/h264-depacketizer.js';
import type { RtpPacket } from '../../rtp/packet.js';
import { ReorderBuffer } from '../../rtp/reorder-buffer.js';
import type { SenderClock } from '../../rtp/sender-clock.js';
import type { RtpCodec } from '../../rtp/session.js';
import { Vp8Depacketizer } from '../../rtp/vp8-depacketizer.js';
import type { LipSync, LipSyncSlot } from '../lip-sync.js';
import type { TileScaler } from './tile-scaler.js';

/** What a receiver asks of the endpoint that gives it packets. */
export interface PacketSource {
  readonly senderClock: SenderClock;
  requestKeyframe(): void;
  keyframeReceived(): void;
  sendNack(sequenceNumbers: readonly number[]): void;
}

/**
 * After a loss the last whole picture stands still until a keyframe comes, but not longer than this: then a
 * damaged picture that moves is better than none.
 */
const freezeMs = 700;
/** A sender that is silent for so long is shown by its name. */
const silentMs = 5_000;
/** Lip-sync holds pictures back by at most so much, and at most so many. */
const mostDelayMs = 300;
const leastDelayMs = 5;
const mostDelayed = 32;

interface DelayedFrame {
  data: Buffer;
  dueMs: number;
}

/** Packets of one video stream → pictures in tiles: order, frames, keyframe requests, lip-sync, decoder. */
export class VideoReceiver {
  /** Frames that were not decoded, because they depended on a lost one. */
  dropped = 0;
  readonly #reorder: ReorderBuffer;
  readonly #depacketizer: H264Depacketizer | Vp8Depacketizer;
  readonly #missing: number[] = [];
  #delayed: DelayedFrame[] = [];
  #slots: readonly LipSyncSlot[] = [];
  #nowMs = 0;
  #lastPacketMs = -Infinity;
  /** Since when pictures depend on something that did not come; 0: they do not. */
  #damagedMs = 0;
  /** Nothing can be decoded before the first keyframe. */
  #begun = false;
  /** Somebody to whom the packets are relayed cannot decode them. */
  #wantedByOthers = false;

  constructor(
    codec: RtpCodec,
    readonly source: PacketSource,
    readonly scaler: TileScaler,
    private readonly lipSync: LipSync,
  ) {
    const onFrame = (frame: EncodedFrame) => this.#onFrame(frame);
    this.#depacketizer =
      codec.name === 'VP8'
        ? new Vp8Depacketizer(onFrame)
        : new H264Depacketizer(onFrame, codec.parameters['sprop-parameter-sets']);
    const depacketizer = this.#depacketizer;
    this.#reorder = new ReorderBuffer(packet => depacketizer.push(packet));
  }

  /** The sites whose sound belongs to these pictures. */
  set soundOf(slots: readonly LipSyncSlot[]) {
    this.#slots = slots;
  }

  onPacket(packet: RtpPacket, nowMs: number): void {
    this.#nowMs = nowMs;
    if (!this.#begun && nowMs - this.#lastPacketMs > silentMs) this.source.requestKeyframe();
    this.#lastPacketMs = nowMs;
    this.#reorder.insert(packet, nowMs);
  }

  /** The sender began anew. */
  restart(): void {
    this.#reorder.reset();
    this.#depacketizer.reset();
    this.#delayed = [];
    this.awaitKeyframe();
  }

  /** A decoder that has just begun, or a sender. */
  awaitKeyframe(): void {
    this.#begun = false;
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
    this.#missing.length = 0;
    this.#reorder.collectMissing(nowMs, this.#missing);
    if (this.#missing.length > 0) this.source.sendNack(this.#missing);
    while (this.#delayed.length > 0 && this.#delayed[0]!.dueMs <= nowMs)
      this.#decode(this.#delayed.shift()!.data);
    if (nowMs - this.#lastPacketMs > silentMs) {
      this.#lastPacketMs = -Infinity;
      this.scaler.silence();
    }
  }

  #onFrame(frame: EncodedFrame): void {
    const whole = frame.keyframe && frame.complete;
    if (whole) {
      this.#wantedByOthers = false;
      this.source.keyframeReceived();
    }
    if (!this.scaler.wanted) return;
    if (whole) {
      this.#begun = true;
      this.#damagedMs = 0;
    } else if (frame.lossBefore || !frame.complete) {
      this.#damagedMs ||= this.#nowMs;
    }
    if (!this.#begun || this.#damagedMs > 0) this.source.requestKeyframe();
    const frozen = this.#damagedMs > 0 && this.#nowMs - this.#damagedMs < freezeMs;
    if (!this.#begun || frozen) {
      this.dropped++;
      return;
    }
    this.#show(frame);
  }

  #show(frame: EncodedFrame): void {
    const delayMs = this.#delayOf(frame.timestamp);
    // Those behind one that waits must wait, too, however short their own delay.
    if (delayMs < leastDelayMs && this.#delayed.length === 0) return this.#decode(frame.data);
    if (this.#delayed.length >= mostDelayed) this.#decode(this.#delayed.shift()!.data);
    const dueMs = Math.max(this.#nowMs + delayMs, this.#delayed.at(-1)?.dueMs ?? 0);
    this.#delayed.push({ data: Buffer.from(frame.data), dueMs });
  }

  #delayOf(timestamp: number): number {
    if (this.#slots.length === 0) return 0;
    const capturedMs = this.source.senderClock.wallMs(timestamp);
    if (capturedMs === null) return 0;
    let mostMs = 0;
    for (const slot of this.#slots) {
      mostMs = Math.max(mostMs, this.lipSync.delayMs(slot, capturedMs, this.#nowMs, mostDelayMs));
    }
    return mostMs;
  }

  #decode(data: Buffer): void {
    // It depended on something that we never had, or hostile bytes pass for a stream.
    if (!this.scaler.decode(data)) this.source.requestKeyframe();
  }
}
