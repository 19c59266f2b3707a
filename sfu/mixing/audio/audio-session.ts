import type { RtpPacket } from '../../rtp/packet.js';
import type { RtpSession } from '../../rtp/session.js';
import { TelephoneEvents } from '../../rtp/telephone-event.js';
import type { Clock } from '../clock.js';
import { RtpEndpoint, type RtpEndpointOwner } from '../rtp-endpoint.js';
import { AudioSource } from './audio-source.js';

/** An audio session of a plan: its endpoint, and the decoding of what arrives while somebody wants to hear it. */
export class AudioSession implements RtpEndpointOwner {
  endpoint: RtpEndpoint | undefined;
  source: AudioSource | undefined;
  readonly #events = new TelephoneEvents();

  constructor(
    public session: RtpSession,
    private readonly maxDelayMs: number,
    private readonly onDigit: (digit: string) => void,
  ) {}

  /** @throws ResourceError when its port is taken */
  async open(clock: Clock): Promise<void> {
    this.endpoint = await RtpEndpoint.open(this.session, this, clock);
  }

  /** False when it needs other sockets. */
  update(session: RtpSession): boolean {
    if (!this.endpoint?.update(session)) return false;
    const before = codecsOf(this.session);
    this.session = session;
    if (codecsOf(session) !== before) this.stopHearing();
    return true;
  }

  /** Decodes from now on, if anything is to be received. */
  startHearing(): void {
    const { receive } = this.session;
    if (receive) this.source ??= new AudioSource(receive, this.maxDelayMs);
  }

  stopHearing(): void {
    this.source?.close();
    this.source = undefined;
  }

  onPacket(packet: RtpPacket): void {
    if (packet.payloadType === this.session.dtmfPayloadType) {
      this.source?.playout.insertOther(packet);
      const digit = this.#events.push(packet);
      if (digit !== null) this.onDigit(digit);
    } else {
      this.source?.insert(packet, packet.arrivalMs);
    }
  }

  onRestart(): void {
    this.source?.playout.reset();
    this.#events.reset();
  }

  async close(): Promise<void> {
    this.stopHearing();
    await this.endpoint?.close();
  }
}

function codecsOf({ receive }: RtpSession): string {
  return receive ? JSON.stringify([receive.codec, receive.others]) : '';
}
