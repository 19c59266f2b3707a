import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import { rtpHeaderBytes, writeRtpHeader } from '../../sfu/rtp/packet.js';
import { isRtcp, parseRtcp, writeRtcp } from '../../sfu/rtp/rtcp.js';
import { MediaClock } from '../../sfu/rtp/sender-clock.js';
import { timestampAdd } from '../../sfu/rtp/sequence.js';
import type { StreamTarget } from './messages.js';

const loopback = '127.0.0.1';
const mostPacketBytes = 2048;

/** One stream of RTP to a port of this machine, with its sender reports on the same port (RFC 5761). */
export class RtpStream {
  readonly #socket = dgram.createSocket('udp4');
  readonly #clock: MediaClock;
  readonly #base = randomInt(2 ** 32);
  #sequence = randomInt(2 ** 16);
  #packets = 0;
  #octets = 0;
  #last: Buffer | undefined;
  #closed = false;

  constructor(
    private readonly target: StreamTarget,
    clockRate: number,
    /** The receiver cannot decode what comes (RFC 4585 §6.3.1). */
    onPictureLoss: () => void = () => {},
  ) {
    this.#socket.on('message', data => {
      const packets = (isRtcp(data) && parseRtcp(data)) || [];
      if (packets.some(({ type }) => type === 'pictureLoss')) onPictureLoss();
    });
    this.#clock = new MediaClock(clockRate);
    // Nobody listens for a moment while a media process is replaced.
    this.#socket.on('error', () => undefined);
  }

  /** Resolves with the port that it sends from. */
  open(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.bind(0, loopback, () => resolve(this.#socket.address().port));
    });
  }

  /** `timestamp`: of media that is to be seen or heard at `wallMs`. */
  send(payload: Uint8Array, marker: boolean, timestamp: number, wallMs: number): void {
    if (this.#closed || payload.length > mostPacketBytes) return;
    const { payloadType, ssrc, port } = this.target;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#packets++;
    this.#octets += payload.length;
    const first = !this.#clock.started;
    const onWire = timestampAdd(this.#base, timestamp);
    this.#clock.anchor(onWire, wallMs);
    // The socket may still have it when the next one is made.
    const packet = Buffer.allocUnsafe(rtpHeaderBytes + payload.length);
    writeRtpHeader(packet, marker, payloadType, this.#sequence, onWire, ssrc);
    packet.set(payload, rtpHeaderBytes);
    this.#last = packet;
    this.#socket.send(packet, port, loopback);
    if (first) this.report(wallMs);
  }

  /** The last packet once more: nothing for a decoder, but the receiver sees that the sender is there. */
  repeat(): void {
    if (this.#last && !this.#closed) this.#socket.send(this.#last, this.target.port, loopback);
  }

  report(wallMs: number): void {
    if (!this.#clock.started || this.#closed) return;
    const { ssrc, port } = this.target;
    const report = writeRtcp([
      {
        ...{ type: 'senderReport', ssrc, blocks: [] },
        ...this.#clock.at(wallMs),
        packetCount: this.#packets,
        octetCount: this.#octets,
      },
    ]);
    this.#socket.send(report, port, loopback);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}
