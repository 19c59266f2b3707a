import { createVideoPacketizer, type VideoPacketizer } from '../../rtp/video-packetizer.js';
import type { AccessUnit, StreamSessionPlan } from './messages.js';

/** RFC 6184 §8.2.1, and every other video format. */
const clockRate = 90_000;

/** Where packets go: an `RtpEndpoint`. */
export interface PacketSink {
  sendRtp(payload: Uint8Array, timestamp: number, marker: boolean, wallMs: number): void;
}

/**
 * Sends an encoder's pictures over all sessions of its thread that want them, each from a keyframe on. Pictures
 * are cut into packets once, and a packet goes to everybody before the next: where fifty see the same, all but
 * the sending itself is shared.
 */
export class VideoFanOut {
  readonly #packetizer: VideoPacketizer;
  readonly #frameRate: number;
  readonly #waiting = new Set<PacketSink>();
  readonly #begun = new Set<PacketSink>();
  #timestamp = 0;
  #wallMs = 0;

  constructor({ codec, packetizationMode, frameRate }: NonNullable<StreamSessionPlan['encoder']>) {
    this.#packetizer = createVideoPacketizer(codec, packetizationMode);
    this.#frameRate = frameRate;
  }

  /** Nobody wants the pictures. */
  get idle(): boolean {
    return this.#waiting.size + this.#begun.size === 0;
  }

  add(sink: PacketSink): void {
    this.#waiting.add(sink);
  }

  delete(sink: PacketSink): void {
    this.#waiting.delete(sink);
    this.#begun.delete(sink);
  }

  send({ data, keyframe, index, wallMs }: AccessUnit): void {
    if (keyframe) {
      for (const sink of this.#waiting) this.#begun.add(sink);
      this.#waiting.clear();
    }
    if (this.#begun.size === 0) return;
    this.#timestamp = Math.round((index * clockRate) / this.#frameRate) % 0x100000000;
    this.#wallMs = wallMs;
    this.#packetizer.packetize(Buffer.from(data.buffer, data.byteOffset, data.length), this.#onPayload);
  }

  readonly #onPayload = (payload: Buffer, marker: boolean): void => {
    for (const sink of this.#begun) sink.sendRtp(payload, this.#timestamp, marker, this.#wallMs);
  };
}
