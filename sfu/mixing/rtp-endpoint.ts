import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import { messageOf, ResourceError } from '../../base/errors.js';
import { parseRtp, type RtpPacket } from '../rtp/packet.js';
import { receivedCodec } from '../rtp/received-codec.js';
import { isRtcp, parseRtcp, writeRtcp, type ReportBlock, type RtcpPacket } from '../rtp/rtcp.js';
import { SenderClock } from '../rtp/sender-clock.js';
import type { RtpSession, SrtpProtection } from '../rtp/session.js';
import type { Clock } from './clock.js';
import type { SessionStatistics } from './plan.js';
import { PortHandshake } from './port-handshake.js';
import { Protection } from './protection.js';
import { ReceivedStream } from './received-stream.js';
import { RemoteReports } from './remote-reports.js';
import { SenderRequests } from './sender-requests.js';
import { SentStream } from './sent-stream.js';
import { SourceLatch } from './source-latch.js';

/** Answers of whoever owns an endpoint. All are called from within a datagram's turn: be quick, don't throw. */
export interface RtpEndpointOwner {
  /** RTP of the session, of its codec's or its DTMF payload type; in the order of arrival. */
  onPacket?(packet: RtpPacket): void;
  /** The sender began anew (another SSRC or sequence): what follows has nothing to do with what came before. */
  onRestart?(): void;
  /** The remote side cannot decode what we send (PLI, FIR of either kind). Not rate-limited. */
  onKeyframeRequest?(): void;
  /** Its keys are agreed now (DTLS): what was sent before went nowhere. */
  onReachable?(): void;
  /** The remote side needs a keyframe to be asked for by signalling (RFC 5168), since it takes no RTCP feedback. */
  onKeyframeNeeded?(): void;
}

const reportIntervalMs = 1000;
/** A keyframe of a 1080p picture is a burst of about 100 packets; the kernel may grant less. */
const videoReceiveBufferBytes = 4 * 1024 * 1024;
const audioReceiveBufferBytes = 512 * 1024;

/**
 * One RTP session on its socket, or two without rtcp-mux: tells RTP from RTCP, keeps strangers out, reports
 * reception and sending (RFC 3550 §6), asks for keyframes and answers NACKs. What the bytes mean is its owner's
 * business. `update` takes a new plan for the same ports, with nothing interrupted that stays the same.
 */
export class RtpEndpoint {
  /** Maps the remote sender's timestamps to its wall clock: what lip-sync goes by. */
  senderClock: SenderClock;
  readonly #owner: RtpEndpointOwner;
  readonly #clock: Clock;
  readonly #sockets: dgram.Socket[] = [];
  readonly #latch: SourceLatch;
  readonly #sent: SentStream;
  readonly #requests = new SenderRequests({
    feedback: () => this.#session.feedback,
    ssrcs: () => ({ senderSsrc: this.#reportSsrc, mediaSsrc: this.remoteSsrc ?? 0 }),
    send: packet => this.#sendFeedback(packet),
    signal: () => this.#owner.onKeyframeNeeded?.(),
  });
  readonly #received = new ReceivedStream();
  readonly #remoteReports: RemoteReports;
  #rtpSocket!: dgram.Socket;
  #rtcpSocket!: dgram.Socket;
  #session: RtpSession;
  #malformed = 0;
  #unauthenticated = 0;
  #unexpected = 0;
  readonly #ownSsrc = randomInt(1, 0xffffffff);
  #protection: Protection | undefined;
  readonly #handshake: PortHandshake;
  /** Else our Finished may still be on its way: what was sent before it arrived was lost. */
  #remoteHasKeys = true;
  #reportTimer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(session: RtpSession, owner: RtpEndpointOwner, clock: Clock) {
    this.#session = session;
    this.#owner = owner;
    this.#clock = clock;
    this.#remoteReports = new RemoteReports(clock);
    this.#latch = new SourceLatch(session.remote, session.symmetric);
    this.#sent = new SentStream(session, clock, {
      protection: () => this.#protection,
      send: (packet, length) => this.#send(this.#rtpSocket, packet, length, this.#latch.port),
      begun: () => this.#sendReport(),
    });
    this.senderClock = new SenderClock(session.receive?.codec.clockRate ?? 1);
    this.#protection = Protection.of(session.protection);
    this.#handshake = new PortHandshake(session, this.#handshakeOwner);
  }

  /** @throws ResourceError `port-taken` when a port cannot be bound */
  static async open(session: RtpSession, owner: RtpEndpointOwner, clock: Clock): Promise<RtpEndpoint> {
    const endpoint = new RtpEndpoint(session, owner, clock);
    try {
      const { port, rtcpPort } = session.local;
      endpoint.#rtpSocket = await endpoint.#bind(port);
      endpoint.#rtcpSocket = rtcpPort === port ? endpoint.#rtpSocket : await endpoint.#bind(rtcpPort);
    } catch (cause) {
      await endpoint.close();
      const { address, port } = session.local;
      throw new ResourceError('port-taken', `cannot bind ${address}:${port}: ${messageOf(cause)}`, { cause });
    }
    endpoint.#scheduleReport();
    return endpoint;
  }

  get session(): RtpSession {
    return this.#session;
  }

  /** The SSRC that is received; undefined before the first packet. */
  get remoteSsrc(): number | undefined {
    return this.#received.reception?.ssrc ?? this.#session.receive?.ssrc;
  }

  /** False when it needs other sockets: then close this endpoint and open another. */
  update(session: RtpSession): boolean {
    const { local, receive, send } = this.#session;
    const sameLocal =
      session.local.address === local.address &&
      session.local.port === local.port &&
      session.local.rtcpPort === local.rtcpPort;
    if (!sameLocal || session.kind !== this.#session.kind) return false;
    const receiveChanged =
      session.receive?.codec.clockRate !== receive?.codec.clockRate ||
      session.receive?.ssrc !== receive?.ssrc;
    if (receiveChanged) {
      this.#received.end();
      this.senderClock = new SenderClock(session.receive?.codec.clockRate ?? 1);
    }
    this.#sent.update(send, session.send);
    this.#latch.update(session.remote, session.symmetric);
    this.#handshake.update(session);
    this.#protect(this.#handshake.keys ?? session.protection);
    this.#session = session;
    return true;
  }

  #protect(keys: SrtpProtection | undefined): void {
    const before = this.#protection;
    this.#protection = Protection.of(keys, before, this.remoteSsrc);
    if (this.#protection?.sender !== before?.sender) this.#sent.onNewKey();
  }

  readonly #handshakeOwner = {
    send: (datagram: Buffer, to: dgram.RemoteInfo, socket: dgram.Socket): void => {
      if (!this.#closed) socket.send(datagram, 0, datagram.length, to.port, to.address);
    },
    onNominated: (to: dgram.RemoteInfo, socket: dgram.Socket): void => {
      if (socket === this.#rtpSocket) this.#latch.nominate(to.address, to.port);
      else this.#latch.nominateRtcp(to.port);
    },
    onKeys: (keys: SrtpProtection): void => {
      this.#protect(keys);
      this.#remoteHasKeys = false;
    },
  };

  /** Its keys are not agreed yet: what came and went now would be plain. */
  get #awaitsKeys(): boolean {
    return this.#session.dtls !== undefined && this.#protection === undefined;
  }

  /**
   * Sends a packet; `payload` is copied. `timestamp` is that of media made at `wallMs`, which goes into the sender
   * reports. With `audioLevel` (RFC 6464, 0–127) the session's header extension is written, if it has one.
   * Nothing happens while the session does not send.
   */
  sendRtp(
    payload: Uint8Array,
    timestamp: number,
    marker: boolean,
    wallMs: number,
    audioLevel = 127,
    payloadType = this.#session.send?.codec.payloadType ?? 0,
  ): void {
    const { send } = this.#session;
    if (!send || this.#closed || this.#awaitsKeys) return;
    this.#sent.sendRtp(send, payload, timestamp, marker, wallMs, audioLevel, payloadType);
  }

  /** Call every 10 ms or so: copies of what was sent last leave also when nothing follows. */
  tick(nowMs: number): void {
    const copies = this.#session.send?.copies;
    if (copies && !this.#closed) this.#sent.tick(copies, nowMs);
  }

  /**
   * Sends on what another session received, with this one's SSRC, payload type and numbers. Gaps stay gaps, so
   * that the receiver sees what was lost; when the sender begins anew, the numbers go on.
   */
  forward(packet: RtpPacket): void {
    const { send } = this.#session;
    if (send && !this.#closed && !this.#awaitsKeys) this.#sent.forward(send, packet);
  }

  /** See `SenderRequests.keyframe`. Before anything has come, to ask would only make the next request wait longer. */
  requestKeyframe(damaged = false): void {
    if (this.#received.packets > 0) this.#requests.keyframe(this.#clock.nowMs(), damaged);
  }

  keyframeReceived(whole: boolean): void {
    this.#requests.keyframeReceived(whole);
  }

  /** The sender understands NACK: what is missing can be asked for. */
  get repairs(): boolean {
    return this.#session.feedback.nack;
  }

  sendNack(sequenceNumbers: readonly number[]): void {
    this.#requests.nack(sequenceNumbers);
  }

  statistics(): SessionStatistics {
    const received = this.#received;
    const sent = this.#sent;
    const remote = this.#remoteReports;
    return {
      packetsReceived: received.packets,
      bytesReceived: received.bytes,
      packetsLost: received.lost,
      jitterMs: received.reception?.jitterMs ?? 0,
      packetsSent: sent.packets,
      bytesSent: sent.bytes,
      packetIndex: sent.packetIndex,
      ...(this.#protection && {
        protection: {
          ...this.#protection.position(this.remoteSsrc),
          ...(this.#handshake.keys && { keys: this.#handshake.keys }),
        },
      }),
      ...(this.#handshake.failure !== undefined && { keyingFailure: this.#handshake.failure }),
      malformed: this.#malformed,
      unauthenticated: this.#unauthenticated,
      unexpected: this.#unexpected,
      keyframesReceived: this.#requests.keyframes,
      source: this.#latch.heard,
      remoteFractionLost: remote.fractionLost,
      remoteReports: remote.count,
      remoteEstimate: remote.estimate,
      roundTripMs: remote.roundTripMs,
    };
  }

  /** Says BYE when it sent; releases the ports. */
  async close(): Promise<void> {
    if (this.#closed) return;
    if (this.#sent.packets > 0 && this.#session.send)
      this.#sendFeedback({ type: 'bye', ssrcs: [this.#session.send.ssrc] });
    this.#closed = true;
    this.#handshake.close();
    clearTimeout(this.#reportTimer);
    await Promise.all(
      this.#sockets.map(socket => new Promise<void>(resolve => socket.close(() => resolve()))),
    );
  }

  #bind(port: number): Promise<dgram.Socket> {
    const { address } = this.#session.local;
    const family = net.isIPv6(address) ? 6 : 4;
    const socket = dgram.createSocket({
      type: `udp${family}`,
      recvBufferSize: this.#session.kind === 'video' ? videoReceiveBufferBytes : audioReceiveBufferBytes,
      // Addresses are numbers already. The default lookup would put each packet off to the next tick.
      lookup: (host, _options, callback) => callback(null, host, family),
    });
    this.#sockets.push(socket);
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ port, address, exclusive: true }, () => {
        socket.removeListener('error', reject);
        // Unreachable peers and full buffers: UDP loses packets, and the reports tell.
        socket.on('error', () => {});
        socket.on('message', (data, from) => this.#onDatagram(data, from, socket));
        resolve(socket);
      });
    });
  }

  #onDatagram(data: Buffer, from: dgram.RemoteInfo, socket: dgram.Socket): void {
    if (this.#closed) return;
    if (data.length > 0 && data[0]! < 128 && this.#handshake.receive(data, from, socket)) return;
    if (this.#awaitsKeys) return;
    if (isRtcp(data)) this.#onRtcp(data, from);
    else this.#onRtp(data, from);
  }

  #onRtp(data: Buffer, from: dgram.RemoteInfo): void {
    const nowMs = this.#clock.nowMs();
    const plain = this.#protection ? this.#protection.unprotectRtp(data) : data;
    const packet = plain && parseRtp(plain, nowMs);
    const { receive, dtmfPayloadType } = this.#session;
    const expected =
      packet &&
      receive &&
      (receivedCodec(receive, packet.payloadType) || packet.payloadType === dtmfPayloadType) &&
      (receive.ssrc === undefined || receive.ssrc === packet.ssrc);
    if (!expected || !this.#latch.acceptRtp(from.address, from.port, nowMs)) {
      this.#malformed++;
      if (!plain) this.#unauthenticated++;
      else if (packet && !expected) this.#unexpected++;
      return;
    }
    // Events (RFC 4733) go by the clock of the sound that they are part of.
    const { clockRate } =
      receivedCodec(receive, packet.payloadType) ?? this.#received.reception ?? receive.codec;
    const followed = this.#received.follow(packet, clockRate, nowMs);
    if (followed === 'ignored') return;
    if (followed === 'other') this.#restartReception(clockRate);
    if (!this.#remoteHasKeys) {
      this.#remoteHasKeys = true;
      this.#owner.onReachable?.();
    }
    const reception = this.#received.reception!;
    const { restarts } = reception;
    if (!this.#received.count(packet, nowMs, data.length)) return;
    if (reception.restarts !== restarts) this.#owner.onRestart?.();
    this.#owner.onPacket?.(packet);
  }

  #restartReception(clockRate: number): void {
    this.senderClock = new SenderClock(clockRate);
    this.#owner.onRestart?.();
  }

  #onRtcp(data: Buffer, from: dgram.RemoteInfo): void {
    const plain = this.#protection ? this.#protection.unprotectRtcp(data) : data;
    const packets = plain && parseRtcp(plain);
    if (!packets || !this.#latch.acceptRtcp(from.address, from.port)) {
      this.#malformed++;
      return;
    }
    for (const packet of packets) this.#onRtcpPacket(packet);
  }

  #onRtcpPacket(packet: RtcpPacket): void {
    const sendSsrc = this.#session.send?.ssrc;
    switch (packet.type) {
      case 'senderReport':
        if (packet.ssrc === this.remoteSsrc) {
          this.#received.reception?.onSenderReport(packet.ntpTime, this.#clock.nowMs());
          this.senderClock.onSenderReport(packet.ntpTime, packet.rtpTimestamp);
        }
        this.#onBlocks(packet.blocks);
        break;
      case 'receiverReport':
        this.#onBlocks(packet.blocks);
        break;
      case 'pictureLoss':
      case 'fullIntraRequest':
      case 'oldFullIntraRequest':
        // Some rooms leave the media SSRC 0; there is only one stream that they can mean.
        if (packet.mediaSsrc === sendSsrc || packet.mediaSsrc === 0) this.#owner.onKeyframeRequest?.();
        break;
      case 'nack':
        if (packet.mediaSsrc === sendSsrc) this.#sent.resend(packet.sequenceNumbers);
        break;
      case 'receiverEstimate':
        if (packet.ssrcs.length === 0 || packet.ssrcs.includes(sendSsrc ?? 0))
          this.#remoteReports.onEstimate(packet.bitrate);
        break;
      case 'maxBitrateRequest':
        if (packet.mediaSsrc !== sendSsrc) break;
        this.#remoteReports.onEstimate(packet.bitrate);
        this.#sendFeedback({ ...packet, type: 'maxBitrateNotification', senderSsrc: sendSsrc });
        break;
      default:
        break; // BYE: signalling decides who is here
    }
  }

  #onBlocks(blocks: readonly ReportBlock[]): void {
    if (this.#session.send) this.#remoteReports.onBlocks(blocks, this.#session.send);
  }

  get #reportSsrc(): number {
    return this.#session.send?.ssrc ?? this.#ownSsrc;
  }

  /** Each second, spread over half to one and a half, so that endpoints don't report in step (§6.3.1). */
  #scheduleReport(): void {
    this.#reportTimer = setTimeout(
      () => {
        this.#sendReport();
        this.#limitSender();
        this.#scheduleReport();
      },
      reportIntervalMs * (0.5 + Math.random()),
    );
    this.#reportTimer.unref();
  }

  /** Requests get lost: this one is repeated as long as it holds. */
  #limitSender(): void {
    const most = this.#session.receive?.maxBitrate;
    if (most !== undefined && this.#received.reception) this.#requests.bitrate(most);
  }

  #sendReport(): void {
    const { send } = this.#session;
    const sending = send && this.#sent.mediaClock.started;
    // Nothing was received or sent: there is nobody to tell anything.
    const { reception } = this.#received;
    if (!reception && !sending) return;
    const ssrc = this.#reportSsrc;
    const blocks = reception ? [reception.reportBlock(this.#clock.nowMs())] : [];
    if (!sending) return this.#sendCompound({ type: 'receiverReport', ssrc, blocks });
    this.#sendCompound({
      type: 'senderReport',
      ssrc,
      ...this.#sent.mediaClock.at(this.#clock.wallMs()),
      packetCount: this.#sent.packets,
      octetCount: this.#sent.payloadBytes,
      blocks,
    });
  }

  #sendFeedback(feedback: RtcpPacket): void {
    // An empty report in front keeps it a compound, and keeps the reports' own intervals.
    this.#sendCompound({ type: 'receiverReport', ssrc: this.#reportSsrc, blocks: [] }, feedback);
  }

  /** Each compound begins with a report and the CNAME (§6.1). */
  #sendCompound(report: RtcpPacket, feedback?: RtcpPacket): void {
    if (this.#closed || !this.#rtcpSocket || this.#awaitsKeys) return;
    const ssrc = this.#reportSsrc;
    const cname = this.#session.send?.cname ?? `${this.#ownSsrc.toString(36)}@amphi`;
    const compound: RtcpPacket[] = [report, { type: 'sourceDescription', ssrc, cname }];
    if (feedback) compound.push(feedback);
    const plain = writeRtcp(compound);
    const data = this.#protection?.protectRtcp(plain) ?? plain;
    this.#send(this.#rtcpSocket, data, data.length, this.#latch.rtcpPort);
  }

  #send(socket: dgram.Socket, data: Buffer, length: number, port: number): void {
    const { address } = this.#latch;
    // Before an answer, or on hold the old way (RFC 3264 §8.4), there is nowhere to send to.
    if (port === 0 || address === '0.0.0.0' || address === '::') return;
    socket.send(data, 0, length, port, address);
  }
}
