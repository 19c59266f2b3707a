import { Surface } from '../../sfu/codecs/surface.js';
import { createVideoEncoder, type VideoEncoder } from '../../sfu/codecs/video-encoder.js';
import {
  createVideoPacketizer,
  type EncodedCodecName,
  type VideoPacketizer,
} from '../../sfu/rtp/video-packetizer.js';
import type { RtpSession } from '../../sfu/rtp/session.js';
import { systemClock } from '../../sfu/mixing/clock.js';
import { RtpEndpoint } from '../../sfu/mixing/rtp-endpoint.js';

export interface CameraOptions {
  codec: EncodedCodecName;
  width: number;
  height: number;
  frameRate?: number;
  /** Y, Cb, Cr of the whole picture. */
  colour: readonly [number, number, number];
  /** bit/s; default 1 000 000. */
  bitrate?: number;
  /** Draws the n-th picture; absent: a dot that moves. */
  paint?: (surface: Surface, n: number) => void;
}

const defaultBitrate = 1_000_000;

/** For tests and benches: sends a picture of one colour as a real sender would, with keyframes when asked. */
export class SyntheticCamera {
  keyframeRequests = 0;
  sent = 0;
  readonly surface: Surface;
  readonly #encoder: VideoEncoder;
  readonly #packetizer: VideoPacketizer;
  readonly #clock = systemClock(0);
  #timer: NodeJS.Timeout | undefined;
  #endpoint: RtpEndpoint | undefined;

  constructor(
    readonly session: RtpSession,
    readonly options: CameraOptions,
  ) {
    const { width, height, frameRate = 30, codec, bitrate = defaultBitrate } = options;
    this.surface = Surface.allocate(width, height);
    this.surface.fill(...options.colour);
    const rate = { width, height, frameRate, bitrate };
    const fixed = { preset: 'ultrafast', profile: 'baseline', keyframeIntervalS: 0 } as const;
    this.#encoder = createVideoEncoder(codec, { ...rate, ...fixed });
    this.#packetizer = createVideoPacketizer(codec, 1);
  }

  async start(): Promise<void> {
    this.#endpoint = await RtpEndpoint.open(
      this.session,
      {
        onKeyframeRequest: () => {
          this.keyframeRequests++;
          this.#encoder.requestKeyframe();
        },
      },
      this.#clock,
    );
    this.resume();
  }

  pause(): void {
    clearInterval(this.#timer);
  }

  resume(): void {
    this.#timer = setInterval(() => this.#send(), 1000 / (this.options.frameRate ?? 30));
  }

  async close(): Promise<void> {
    this.pause();
    await this.#endpoint?.close();
    this.#encoder.close();
  }

  /** As rooms do: no more than it is asked for (TMMBR). */
  #obey(most: number | null): void {
    const { bitrate = defaultBitrate } = this.options;
    const wanted = Math.min(bitrate, most ?? bitrate);
    if (wanted !== this.#encoder.bitrate) this.#encoder.bitrate = wanted;
  }

  #send(): void {
    const endpoint = this.#endpoint!;
    // A little that moves, or the encoder has nothing to send.
    if (this.options.paint) this.options.paint(this.surface, this.sent);
    else this.surface.planes[0][(this.sent * 97) % this.surface.planes[0].length] = 128;
    this.#obey(endpoint.statistics().remoteEstimate);
    const picture = this.#encoder.encode(this.surface, this.sent++);
    if (!picture) return;
    const nowMs = this.#clock.nowMs();
    const timestamp = Math.round(nowMs * 90) % 0x100000000;
    this.#packetizer.packetize(picture.data, (payload, marker) =>
      endpoint.sendRtp(payload, timestamp, marker, Date.now()),
    );
  }
}
