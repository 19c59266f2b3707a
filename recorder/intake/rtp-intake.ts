import dgram from 'node:dgram';
import { randomInt } from 'node:crypto';
import { parseRtp, type RtpPacket } from '../../sfu/rtp/packet.js';
import { Reception } from '../../sfu/rtp/reception.js';
import { ReorderBuffer } from '../../sfu/rtp/reorder-buffer.js';
import { isRtcp, parseRtcp, writeRtcp, type RtcpPacket, type SenderReport } from '../../sfu/rtp/rtcp.js';
import type { RtpSession } from '../../sfu/rtp/session.js';

export interface IntakeEvents {
  /** A packet came, in whatever order. */
  arrived(packet: RtpPacket): void;
  /** The next packet in order, each once. */
  packet(packet: RtpPacket): void;
  senderReport(report: SenderReport, arrivalMs: number): void;
  /** Another SSRC or another sender: what comes next has nothing to do with what came. */
  restarted(): void;
}

/** A keyframe of 1080p is a burst of 100 packets, and we may be late. The kernel gives what it is allowed to. */
const receiveBufferBytes = 4 * 1024 * 1024;
const reportIntervalMs = 1000;
/** A keyframe takes the encoder a moment; asking faster brings nothing. */
const pliIntervalMs = 300;
const cname = 'recorder';

/** One RTP session that only receives: the socket, order, reports back to the sender. RTP and RTCP share the port. */
export class RtpIntake {
  /** Datagrams that were not from the sender, no RTP or RTCP, or not of this stream. */
  readonly counts = { foreign: 0, malformed: 0, otherStream: 0, sendFailures: 0 };
  readonly #ownSsrc = randomInt(1, 0xffffffff);
  readonly #reorder: ReorderBuffer;
  readonly #missing: number[] = [];
  #reception: Reception | undefined;
  #ssrc: number | undefined;
  #reportedMs = -Infinity;
  #pliMs = -Infinity;

  private constructor(
    private session: RtpSession,
    private readonly socket: dgram.Socket,
    private readonly events: IntakeEvents,
  ) {
    this.#ssrc = session.receive?.ssrc;
    this.#reorder = new ReorderBuffer(packet => events.packet(packet));
    socket.on('message', (data, from) => this.#onDatagram(data, from));
    socket.on('error', () => this.counts.sendFailures++); // ICMP "unreachable": the sender is not there yet
  }

  /** @throws when the port is taken */
  static async open(session: RtpSession, events: IntakeEvents): Promise<RtpIntake> {
    const socket = dgram.createSocket(session.local.address.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: session.local.address, port: session.local.port, exclusive: true }, () => {
        socket.off('error', reject);
        resolve();
      });
    }).catch((error: unknown) => {
      socket.close();
      throw error;
    });
    try {
      socket.setRecvBufferSize(receiveBufferBytes);
    } catch {
      // Smaller buffers lose packets only under load, and lost packets are counted.
    }
    return new RtpIntake(session, socket, events);
  }

  get packetsLost(): number {
    return this.#reorder.lost;
  }

  /** The same port, another sender or stream. */
  update(session: RtpSession): void {
    const before = this.session;
    this.session = session;
    const sameSender =
      before.remote.address === session.remote.address && before.remote.port === session.remote.port;
    if (sameSender && before.receive?.ssrc === session.receive?.ssrc) return;
    this.#restart(session.receive?.ssrc);
  }

  /** Call it each 20 ms or so. */
  tick(nowMs: number): void {
    this.#reorder.release(nowMs);
    if (nowMs - this.#reportedMs >= reportIntervalMs) {
      this.#reportedMs = nowMs;
      this.#send([]);
    }
    if (!this.session.feedback.nack || this.#ssrc === undefined) return;
    this.#missing.length = 0;
    this.#reorder.collectMissing(nowMs, this.#missing);
    if (this.#missing.length === 0) return;
    this.#send([
      {
        type: 'nack',
        senderSsrc: this.#ownSsrc,
        mediaSsrc: this.#ssrc,
        sequenceNumbers: [...this.#missing],
      },
    ]);
  }

  /** RFC 4585 §6.3.1. Asking again and again is not harmful: it is sent some times a second at most. */
  requestKeyframe(nowMs: number): void {
    if (nowMs - this.#pliMs < pliIntervalMs || this.#ssrc === undefined) return;
    this.#pliMs = nowMs;
    this.#send([{ type: 'pictureLoss', senderSsrc: this.#ownSsrc, mediaSsrc: this.#ssrc }]);
  }

  /** What waits behind a gap is given out now. */
  flush(): void {
    this.#reorder.release(Infinity);
  }

  close(): Promise<void> {
    return new Promise(resolve => this.socket.close(() => resolve()));
  }

  #onDatagram(data: Buffer, from: dgram.RemoteInfo): void {
    const { remote, symmetric, receive } = this.session;
    const known =
      from.address === remote.address && (from.port === remote.port || from.port === remote.rtcpPort);
    if (!known && !symmetric) return void this.counts.foreign++;
    const nowMs = performance.now();
    if (isRtcp(data)) return this.#onRtcp(data, nowMs);
    const packet = parseRtp(data, nowMs);
    if (!packet) return void this.counts.malformed++;
    if (packet.payloadType !== receive?.codec.payloadType) return void this.counts.otherStream++;
    if (packet.ssrc !== this.#ssrc) {
      // A stream whose SSRC was told stays that one; otherwise the newest is taken.
      if (receive.ssrc !== undefined) return void this.counts.otherStream++;
      this.#restart(packet.ssrc);
    }
    this.#reception ??= new Reception(packet.ssrc, receive.codec.clockRate);
    if (!this.#reception.onPacket(packet.sequenceNumber, packet.timestamp, nowMs, data.length)) return;
    this.events.arrived(packet);
    this.#reorder.insert(packet, nowMs);
  }

  #onRtcp(data: Buffer, nowMs: number): void {
    const packets = parseRtcp(data);
    if (!packets) return void this.counts.malformed++;
    for (const packet of packets) {
      if (packet.type !== 'senderReport' || packet.ssrc !== this.#ssrc) continue;
      this.#reception?.onSenderReport(packet.ntpTime, nowMs);
      this.events.senderReport(packet, nowMs);
    }
  }

  #restart(ssrc: number | undefined): void {
    this.#ssrc = ssrc;
    this.#reception = undefined;
    this.#reorder.reset();
    this.#reportedMs = this.#pliMs = -Infinity;
    this.events.restarted();
  }

  /** Behind a report and our name, as compounds must be (RFC 3550 §6.1). */
  #send(packets: RtcpPacket[]): void {
    const { remote } = this.session;
    const blocks = this.#reception ? [this.#reception.reportBlock(performance.now())] : [];
    const compound = writeRtcp([
      { type: 'receiverReport', ssrc: this.#ownSsrc, blocks },
      { type: 'sourceDescription', ssrc: this.#ownSsrc, cname },
      ...packets,
    ]);
    this.socket.send(compound, remote.rtcpPort, remote.address, error => {
      if (error) this.counts.sendFailures++;
    });
  }
}
