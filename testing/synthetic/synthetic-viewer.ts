import { Scaler } from '../../sfu/codecs/scaler.js';
import { Surface } from '../../sfu/codecs/surface.js';
import { VideoDecoder } from '../../sfu/codecs/video-decoder.js';
import { H264Depacketizer } from '../../sfu/rtp/h264-depacketizer.js';
import type { RtpPacket } from '../../sfu/rtp/packet.js';
import { ReorderBuffer } from '../../sfu/rtp/reorder-buffer.js';
import type { RtpSession } from '../../sfu/rtp/session.js';
import { systemClock } from '../../sfu/mixing/clock.js';
import { RtpEndpoint } from '../../sfu/mixing/rtp-endpoint.js';

/** Y, Cb, Cr */
export type Colour = readonly [number, number, number];

export interface SeenPicture {
  atMs: number;
  timestamp: number;
  keyframe: boolean;
}

/** For tests and benches: receives H.264 over RTP as a real receiver would, and looks at the pictures. */
export class SyntheticViewer {
  /** All that was decoded. */
  readonly pictures: SeenPicture[] = [];
  lost = 0;
  /** Sequences that began anew: many receivers are lost then. */
  restarts = 0;
  /** The newest picture. */
  readonly surface: Surface;
  onPicture: ((picture: SeenPicture) => void) | undefined;
  readonly #decoder = new VideoDecoder('H264');
  readonly #scaler = new Scaler('letterbox');
  readonly #clock = systemClock(0);
  readonly #reorder: ReorderBuffer;
  #endpoint: RtpEndpoint | undefined;

  /** Without a session of its own, somebody else gives it packets by `take`. */
  constructor(
    private readonly session: RtpSession | null,
    width: number,
    height: number,
  ) {
    this.surface = Surface.allocate(width, height);
    const depacketizer = new H264Depacketizer(frame => {
      if (frame.lossBefore || !frame.complete) this.lost++;
      const picture = this.#decoder.decode(frame.data);
      if (!picture) return;
      this.#scaler.scale(picture, this.surface);
      const seen = { atMs: performance.now(), timestamp: frame.timestamp, keyframe: frame.keyframe };
      this.pictures.push(seen);
      this.onPicture?.(seen);
    });
    this.#reorder = new ReorderBuffer(packet => depacketizer.push(packet));
  }

  async start(): Promise<void> {
    if (!this.session) return;
    const owner = {
      onPacket: (packet: RtpPacket) => this.take(packet),
      onRestart: () => {
        this.restarts++;
        this.#reorder.reset();
      },
    };
    this.#endpoint = await RtpEndpoint.open(this.session, owner, this.#clock);
  }

  take(packet: RtpPacket): void {
    this.#reorder.insert(packet, this.#clock.nowMs());
  }

  /** Asks by PLI, as if it had lost something. */
  requestKeyframe(): void {
    this.#endpoint?.requestKeyframe();
  }

  colourAt(x: number, y: number): Colour {
    const { planes, width } = this.surface;
    const chroma = Math.floor(y / 2) * (width / 2) + Math.floor(x / 2);
    return [planes[0][Math.floor(y) * width + Math.floor(x)]!, planes[1][chroma]!, planes[2][chroma]!];
  }

  /** Resolves with the ms it took until a picture shows `condition`. @throws Error after `withinMs` */
  until(what: string, condition: () => boolean, withinMs = 15_000): Promise<number> {
    const startMs = performance.now();
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.onPicture = undefined;
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`not within ${withinMs} ms: ${what}`));
      }, withinMs);
      this.onPicture = () => {
        if (!condition()) return;
        finish();
        resolve(performance.now() - startMs);
      };
    });
  }

  async close(): Promise<void> {
    await this.#endpoint?.close();
    this.#decoder.close();
    this.#scaler.close();
  }
}
