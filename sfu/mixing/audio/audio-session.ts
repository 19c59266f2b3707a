import type { RtpPacket } from '../../rtp/packet.js';
import { receivedCodec } from '../../rtp/received-codec.js';
import type { RtpSession } from '../../rtp/session.js';
import { TelephoneEvents } from '../../rtp/telephone-event.js';
import type { Clock } from '../clock.js';
import { RtpEndpoint, type RtpEndpointOwner } from '../rtp-endpoint.js';
import { AudioSource } from './audio-source.js';
import { decodeG711 } from './g711.js';
import { ToneDigits } from './tone-digits.js';

/** 120 ms of 8 kHz. */
const mostNarrowSamples = 960;

/** An audio session of a plan: its endpoint, and the decoding of what arrives while somebody wants to hear it. */
export class AudioSession implements RtpEndpointOwner {
  endpoint: RtpEndpoint | undefined;
  source: AudioSource | undefined;
  readonly #events = new TelephoneEvents();
  readonly #tones = new ToneDigits();
  #narrow: Int16Array | undefined;

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
      if (this.session.keysAreTones) this.#listenForKeys(packet);
      this.source?.insert(packet, packet.arrivalMs);
    }
  }

  /** Other codecs bend tones; and who has them has RFC 4733. It need not be heard by anybody for that. */
  #listenForKeys({ payloadType, payload }: RtpPacket): void {
    const { name } = receivedCodec(this.session.receive!, payloadType) ?? {};
    if ((name !== 'PCMU' && name !== 'PCMA') || payload.length > mostNarrowSamples) return;
    this.#narrow ??= new Int16Array(mostNarrowSamples);
    decodeG711(name, payload, this.#narrow);
    const digit = this.#tones.push(this.#narrow.subarray(0, payload.length));
    if (digit !== null) this.onDigit(digit);
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
