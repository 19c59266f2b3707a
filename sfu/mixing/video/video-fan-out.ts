import { createVideoPacketizer, type VideoPacketizer } from '../../rtp/video-packetizer.js';
import type { AccessUnit, StreamSessionPlan } from './messages.js';

/** RFC 6184 §8.2.1, and every other video format. */
const clockRate = 90_000;

/** Where packets go: an `RtpEndpoint`. */
export interface PacketSink {
  sendRtp(payload: Uint8Array, timestamp: number, marker: boolean, wallMs: number): void;
}

/** Who waits for a keyframe to begin with. */
export interface Beginner {
  /** False: not with this one. */
  accepts?(unit: AccessUnit): boolean;
  begins?(): void;
}

/**
 * Sends an encoder's pictures over all sessions of its thread that want them, each from a keyframe on. Pictures
 * are cut into packets once, and a packet goes to everybody before the next: where fifty see the same, all but
 * the sending itself is shared.
 */
export class VideoFanOut {
  readonly #packetizer: VideoPacketizer;
  readonly #frameRate: number;
  readonly #waiting = new Map<PacketSink, Beginner>();
  readonly #begun = new Set<PacketSink>();
  #timestamp = 0;
  #wallMs = 0;

  constructor({
    codec,
    packetizationMode,
    frameRate,
  }: Pick<NonNullable<StreamSessionPlan['encoder']>, 'codec' | 'packetizationMode' | 'frameRate'>) {
    this.#packetizer = createVideoPacketizer(codec, packetizationMode);
    this.#frameRate = frameRate;
  }

  /** Nobody wants the pictures. */
  get idle(): boolean {
    return this.#waiting.size + this.#begun.size === 0;
  }

  /** It is sent pictures from the next keyframe on that it accepts. */
  add(sink: PacketSink, beginner: Beginner = {}): void {
    this.#begun.delete(sink);
    this.#waiting.set(sink, beginner);
  }

  delete(sink: PacketSink): void {
    this.#waiting.delete(sink);
    this.#begun.delete(sink);
  }

  send(unit: AccessUnit): void {
    const { data, keyframe, index, wallMs, passed } = unit;
    if (keyframe) this.#begin(unit);
    if (this.#begun.size === 0) return;
    this.#timestamp = passed?.timestamp ?? Math.round((index * clockRate) / this.#frameRate) % 0x100000000;
    this.#wallMs = wallMs;
    this.#packetizer.packetize(Buffer.from(data.buffer, data.byteOffset, data.length), this.#onPayload);
  }

  #begin(unit: AccessUnit): void {
    for (const [sink, beginner] of this.#waiting) {
      if (beginner.accepts?.(unit) === false) continue;
      this.#waiting.delete(sink);
      this.#begun.add(sink);
      beginner.begins?.();
    }
  }

  readonly #onPayload = (payload: Buffer, marker: boolean): void => {
    for (const sink of this.#begun) sink.sendRtp(payload, this.#timestamp, marker, this.#wallMs);
  };
}
