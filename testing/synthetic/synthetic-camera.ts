import { H264Encoder } from '../../sfu/codecs/h264-encoder.js';
import { Surface } from '../../sfu/codecs/surface.js';
import { Vp8Encoder } from '../../sfu/codecs/vp8-encoder.js';
import { H264Packetizer } from '../../sfu/rtp/h264-packetizer.js';
import type { RtpSession } from '../../sfu/rtp/session.js';
import { systemClock } from '../../sfu/mixing/clock.js';
import { RtpEndpoint } from '../../sfu/mixing/rtp-endpoint.js';

export interface CameraOptions {
  codec: 'H264' | 'VP8';
  width: number;
  height: number;
  frameRate?: number;
  /** Y, Cb, Cr of the whole picture. */
  colour: readonly [number, number, number];
}

const maxPayloadBytes = 1100;

/** For tests and benches: sends a picture of one colour as a real sender would, with keyframes when asked. */
export class SyntheticCamera {
  keyframeRequests = 0;
  sent = 0;
  readonly surface: Surface;
  readonly #encoder: H264Encoder | Vp8Encoder;
  readonly #packetizer = new H264Packetizer(1);
  readonly #clock = systemClock(0);
  #timer: NodeJS.Timeout | undefined;
  #endpoint: RtpEndpoint | undefined;

  constructor(
    readonly session: RtpSession,
    readonly options: CameraOptions,
  ) {
    const { width, height, frameRate = 30, codec } = options;
    this.surface = Surface.allocate(width, height);
    this.surface.fill(...options.colour);
    const rate = { width, height, frameRate, bitrate: 1_000_000 };
    this.#encoder =
      codec === 'VP8'
        ? new Vp8Encoder(rate)
        : new H264Encoder({ ...rate, preset: 'ultrafast', profile: 'baseline', keyframeIntervalS: 0 });
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

  #send(): void {
    const endpoint = this.#endpoint!;
    // A little that moves, or the encoder has nothing to send.
    this.surface.planes[0][(this.sent * 97) % this.surface.planes[0].length] = 128;
    const picture = this.#encoder.encode(this.surface, this.sent++);
    if (!picture) return;
    const nowMs = this.#clock.nowMs();
    const timestamp = Math.round(nowMs * 90) % 0x100000000;
    const send = (payload: Buffer, marker: boolean) =>
      endpoint.sendRtp(payload, timestamp, marker, Date.now());
    if (this.options.codec === 'H264') return this.#packetizer.packetize(picture.data, send);
    // RFC 7741 §4.2: one byte of descriptor, S in the first packet.
    for (let at = 0; at < picture.data.length; at += maxPayloadBytes) {
      const end = Math.min(picture.data.length, at + maxPayloadBytes);
      const payload = Buffer.concat([Buffer.of(at === 0 ? 0x10 : 0), picture.data.subarray(at, end)]);
      send(payload, end === picture.data.length);
    }
  }
}
