import { Scaler } from '../../sfu/codecs/scaler.js';
import { Surface } from '../../sfu/codecs/surface.js';
import { VideoDecoder } from '../../sfu/codecs/video-decoder.js';
import { systemClock } from '../../sfu/mixing/clock.js';
import { LipSync } from '../../sfu/mixing/lip-sync.js';
import { RtpEndpoint } from '../../sfu/mixing/rtp-endpoint.js';
import { VideoReceiver } from '../../sfu/mixing/video/video-receiver.js';
import type { RtpPacket } from '../../sfu/rtp/packet.js';
import type { RtpSession } from '../../sfu/rtp/session.js';
import { readStamp } from './frame-stamp.js';

export interface StampedPicture {
  atMs: number;
  /** Null: damaged. */
  stamp: number | null;
}

const tickMs = 5;

/**
 * For tests and benches: receives H.264 as a good room would over a bad network: asks again for what was lost (if
 * its session says so), shows pictures in even steps, asks for keyframes. Keeps the stamps of what it showed.
 */
export class RepairingViewer {
  readonly pictures: StampedPicture[] = [];
  readonly #surface: Surface;
  readonly #decoder = new VideoDecoder('H264');
  readonly #scaler = new Scaler('letterbox');
  readonly #clock = systemClock(0);
  #receiver: VideoReceiver | undefined;
  #endpoint: RtpEndpoint | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly session: RtpSession,
    width: number,
    height: number,
  ) {
    this.#surface = Surface.allocate(width, height);
  }

  async start(): Promise<void> {
    this.#endpoint = await RtpEndpoint.open(
      this.session,
      {
        onPacket: (packet: RtpPacket) => this.#receiver?.onPacket(packet, packet.arrivalMs),
        onRestart: () => this.#receiver?.restart(),
      },
      this.#clock,
    );
    const target = { wanted: true, decode: (data: Buffer) => this.#decode(data), silence: () => {} };
    const lipSync = new LipSync(LipSync.allocate());
    this.#receiver = new VideoReceiver(this.session.receive!.codec, this.#endpoint, target, lipSync);
    this.#timer = setInterval(() => this.#receiver!.tick(this.#clock.nowMs()), tickMs);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#endpoint?.close();
    this.#decoder.close();
    this.#scaler.close();
  }

  #decode(data: Buffer): boolean {
    const { errors } = this.#decoder;
    const picture = this.#decoder.decode(data);
    if (picture) {
      this.#scaler.scale(picture, this.#surface);
      this.pictures.push({ atMs: performance.now(), stamp: readStamp(this.#surface) });
    }
    return this.#decoder.errors === errors;
  }
}
