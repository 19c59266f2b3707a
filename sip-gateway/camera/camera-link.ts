import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { randomInt } from 'node:crypto';
import { parseRtp, rtpHeaderBytes, writeRtpHeader } from '../../sfu/rtp/packet.js';
import { isRtcp } from '../../sfu/rtp/rtcp.js';
import { sequenceDelta } from '../../sfu/rtp/sequence.js';
import { SrtpReceiver, SrtpSender } from '../../sfu/rtp/srtp.js';
import { mostProtectionBytes } from '../../sfu/rtp/srtp/suite.js';
import type { NegotiatedCamera } from '../sdp/types.js';
import type { Clock } from '../sip/clock.js';
import type { Counters } from '../sip/counters.js';

export interface CameraLinkOptions {
  agreed: NegotiatedCamera;
  /** Where the room's signalling comes from: behind a NAT, its packets as well. */
  signallingAddress: string;
  clock: Clock;
  counters: Counters;
  /** What is in one packet. A view of it: not to be kept. */
  received: (payload: Buffer) => void;
}

/** RFC 4573 §3.1 */
const clockRate = 4800;

/**
 * RTP of one H.224 line. It comes seldom and at no steady rate, so there is no RTCP to tell losses by: messages repeat
 * themselves while a key is held. Each opening has an SSRC of its own, so that no key is used twice for one index.
 */
export class CameraLink {
  readonly #socket: Socket;
  readonly #ssrc = randomInt(1, 2 ** 32);
  readonly #sender: SrtpSender | undefined;
  readonly #receiver: SrtpReceiver | undefined;
  /** RFC 3711 §3.3.1: begins in the lower half, so that the other side misses no rollover. */
  #index = randomInt(0, 2 ** 15);
  #remote: { address: string; port: number };
  #last: { ssrc: number; sequenceNumber: number } | undefined;
  #closed = false;

  constructor(private readonly options: CameraLinkOptions) {
    const { agreed, counters } = options;
    const { local, remote, protection } = agreed;
    this.#remote = remote;
    this.#sender = protection && new SrtpSender(protection.send);
    this.#receiver = protection && new SrtpReceiver(protection.receive);
    const family = local.address.includes(':') ? 6 : 4;
    // Addresses are numbers already. The default lookup would put the last STOP off until the socket is closed.
    const lookup = (host: string, _: unknown, found: (e: null, address: string, family: number) => void) =>
      found(null, host, family);
    this.#socket = createSocket({ type: `udp${family}`, lookup });
    this.#socket.on('error', () => counters.count('fecc.socket-errors'));
    this.#socket.on('message', (data, from) => this.#received(data, from));
    this.#socket.bind(local.port, local.address);
  }

  send(payload: Buffer): void {
    if (this.#closed) return;
    const { agreed, clock } = this.options;
    const index = this.#index++;
    const plainBytes = rtpHeaderBytes + payload.length;
    const packet = Buffer.alloc(plainBytes + mostProtectionBytes);
    const timestamp = Math.floor((clock.now() * clockRate) / 1000) % 2 ** 32;
    writeRtpHeader(packet, true, agreed.sendPayloadType, index & 0xffff, timestamp, this.#ssrc);
    payload.copy(packet, rtpHeaderBytes);
    const length = this.#sender?.protectRtp(packet, plainBytes, index) ?? plainBytes;
    const { address, port } = this.#remote;
    this.#socket.send(packet, 0, length, port, address, () => {});
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #received(data: Buffer, from: RemoteInfo): void {
    const { agreed, signallingAddress, counters, received } = this.options;
    if (isRtcp(data)) return;
    const address = from.address.replace(/^::ffff:(?=\d+\.)/, '');
    // Without keys nothing else tells the room from strangers; with them it may come from anywhere.
    const isRoom = address === agreed.remote.address || address === signallingAddress;
    if (!this.#receiver && !isRoom) return counters.count('fecc.strangers');
    const length = this.#receiver ? this.#receiver.unprotectRtp(data) : data.length;
    if (length < 0) return counters.count('fecc.unauthenticated');
    const packet = parseRtp(data.subarray(0, length));
    const { receivePayloadType, sendPayloadType, receive } = agreed;
    // RFC 3264 §6.1 lets each side number it; some use the other's number for both ways.
    const isOurs = packet?.payloadType === receivePayloadType || packet?.payloadType === sendPayloadType;
    if (!packet || !isOurs || packet.payloadBytes === 0) return counters.count('fecc.malformed');
    this.#remote = { address: from.address, port: from.port };
    const { ssrc, sequenceNumber } = packet;
    // An old CONTINUE would hold a key that was let go.
    if (this.#last?.ssrc === ssrc && sequenceDelta(sequenceNumber, this.#last.sequenceNumber) <= 0) return;
    this.#last = { ssrc, sequenceNumber };
    if (receive) received(packet.payload);
  }
}
