import {
  createVideoPacketizer,
  type EncodedCodecName,
  type VideoPacketizer,
} from '../../rtp/video-packetizer.js';
import type { AccessUnit } from './messages.js';

/** RFC 6184 §8.2.1, and every other video format. */
const clockRate = 90_000;

/** Where packets go: an `RtpEndpoint`. */
export interface PacketSink {
  sendRtp(payload: Uint8Array, timestamp: number, marker: boolean, wallMs: number): void;
}

/** Sends an encoder's pictures over one session, from a keyframe on. */
export class VideoSender {
  readonly #packetizer: VideoPacketizer;
  #begun = false;
  #timestamp = 0;
  #wallMs = 0;

  constructor(
    readonly encoder: string,
    readonly codec: EncodedCodecName,
    readonly packetizationMode: 0 | 1,
    private readonly frameRate: number,
    private readonly sink: PacketSink,
  ) {
    this.#packetizer = createVideoPacketizer(codec, packetizationMode);
  }

  /** Pieces that the session's payload format could not carry. */
  get tooLarge(): number {
    return this.#packetizer.tooLarge;
  }

  send({ data, keyframe, index, wallMs }: AccessUnit): void {
    if (!this.#begun && !keyframe) return;
    this.#begun = true;
    this.#timestamp = Math.round((index * clockRate) / this.frameRate) % 0x100000000;
    this.#wallMs = wallMs;
    this.#packetizer.packetize(Buffer.from(data.buffer, data.byteOffset, data.length), this.#onPayload);
  }

  readonly #onPayload = (payload: Buffer, marker: boolean): void =>
    this.sink.sendRtp(payload, this.#timestamp, marker, this.#wallMs);
}
