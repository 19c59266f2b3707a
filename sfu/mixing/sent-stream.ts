import { randomInt } from 'node:crypto';
import { writeAudioLevel } from '../rtp/audio-level.js';
import { rewriteRtp, rtpHeaderBytes, writeRtpHeader, type RtpPacket } from '../rtp/packet.js';
import { MediaClock } from '../rtp/sender-clock.js';
import { sequenceDelta, timestampDelta } from '../rtp/sequence.js';
import type { RtpSession } from '../rtp/session.js';
import { mostProtectionBytes } from '../rtp/srtp/suite.js';
import type { Clock } from './clock.js';
import { PacketRepeats } from './packet-repeats.js';
import type { Protection } from './protection.js';
import { SentPackets } from './sent-packets.js';

/** Fixed header and one extension element. */
const mostHeaderBytes = rtpHeaderBytes + 24;
/** No network of a room carries more in one piece. */
const mostForwardedBytes = 4096;

type Sending = NonNullable<RtpSession['send']>;

/** How packets leave. */
export interface SendingWay {
  protection(): Protection | undefined;
  send(packet: Buffer, length: number): void;
  /** The first packet has left: a receiver can line up sound and picture only from the first report on. */
  begun(): void;
}

/** The one stream that a session sends: its numbers and its clock, copies, and what is sent again. */
export class SentStream {
  packets = 0;
  bytes = 0;
  payloadBytes = 0;
  /** Of the last packet: rollovers and sequence number (RFC 3711 §3.3.1). */
  packetIndex: number;
  /** For sender reports. */
  mediaClock: MediaClock;
  readonly #kept: SentPackets;
  readonly #repeats = new PacketRepeats();
  /** Of what is sent on: whose, and how its numbers become ours. */
  #forwardedSsrc = -1;
  #sequenceOffset = 0;
  #firstForwardedIndex = 0;
  #timestampOffset = 0;

  constructor(
    { kind, send }: RtpSession,
    private readonly clock: Clock,
    private readonly way: SendingWay,
  ) {
    this.#kept = new SentPackets(kind === 'video' ? 1024 : 64);
    this.mediaClock = new MediaClock(send?.codec.clockRate ?? 1);
    this.packetIndex = (send?.firstPacketIndex ?? randomInt(1, 0x8000)) - 1;
  }

  /** Sequence numbers go on over hold and codec changes: some receivers stop at a jump. */
  update(before: Sending | undefined, now: Sending | undefined): void {
    const { ssrc, codec } = now ?? {};
    if (now && (before?.ssrc !== ssrc || before?.codec.clockRate !== codec!.clockRate))
      this.mediaClock = new MediaClock(codec!.clockRate);
    if (!now?.copies) this.#repeats.reset();
  }

  /** What receives with a new key counts rollovers from 0. */
  onNewKey(): void {
    if (this.packetIndex > 0xffff) this.packetIndex &= 0xffff;
  }

  /** See `RtpEndpoint.sendRtp`. */
  sendRtp(
    send: Sending,
    payload: Uint8Array,
    timestamp: number,
    marker: boolean,
    wallMs: number,
    audioLevel: number,
    payloadType: number,
  ): void {
    const sequenceNumber = ++this.packetIndex & 0xffff;
    const slot = this.#kept.slot(sequenceNumber, payload.length + mostHeaderBytes + mostProtectionBytes);
    writeRtpHeader(slot, marker, payloadType, sequenceNumber, timestamp, send.ssrc);
    const start =
      send.audioLevelExtensionId === undefined
        ? rtpHeaderBytes
        : writeAudioLevel(slot, send.audioLevelExtensionId, audioLevel);
    slot.set(payload, start);
    this.#dispatch(slot, start + payload.length, payload.length, timestamp, wallMs);
    if (!send.copies) return;
    const nowMs = this.clock.nowMs();
    this.#repeats.sent(this.packetIndex & 0xffff, nowMs);
    this.#repeats.collect(send.copies, nowMs, this.#repeat);
  }

  /** Copies of what was sent last leave also when nothing follows. */
  tick(copies: number, nowMs: number): void {
    this.#repeats.collect(copies, nowMs, this.#repeat);
  }

  readonly #repeat = (sequenceNumber: number): void => {
    const packet = this.#kept.packet(sequenceNumber);
    if (packet) this.#sendAgain(packet);
  };

  /** Those that a NACK asks for, as far as they are still there. */
  resend(sequenceNumbers: readonly number[]): void {
    const nowMs = this.clock.nowMs();
    for (const sequenceNumber of sequenceNumbers) {
      const packet = this.#kept.resend(sequenceNumber, nowMs);
      if (packet) this.#sendAgain(packet);
    }
  }

  #sendAgain(packet: Buffer): void {
    this.bytes += packet.length;
    this.way.send(packet, packet.length);
  }

  /** See `RtpEndpoint.forward`. */
  forward(send: Sending, packet: RtpPacket): void {
    const length = packet.payloadEnd;
    if (packet.ssrc !== this.#forwardedSsrc) this.#joinForwarded(packet);
    const sequenceNumber = (packet.sequenceNumber + this.#sequenceOffset) & 0xffff;
    const timestamp = (packet.timestamp + this.#timestampOffset) >>> 0;
    if (length > mostForwardedBytes) return;
    const index = this.packetIndex + sequenceDelta(sequenceNumber, this.packetIndex & 0xffff);
    // Late ones from before the first would take numbers that others had.
    if (index < this.#firstForwardedIndex) return;
    const slot = this.#kept.slot(sequenceNumber, length + mostProtectionBytes);
    packet.buffer.copy(slot, 0, 0, length);
    slot[0]! &= ~0x20; // its padding stays behind
    rewriteRtp(slot, send.codec.payloadType, sequenceNumber, timestamp, send.ssrc);
    if (index > this.packetIndex) this.packetIndex = index;
    this.#dispatch(slot, length, packet.payloadBytes, timestamp, this.clock.wallMs(), index);
  }

  #joinForwarded(packet: RtpPacket): void {
    const first = this.#forwardedSsrc === -1;
    this.#forwardedSsrc = packet.ssrc;
    this.#firstForwardedIndex = this.packetIndex + 1;
    this.#sequenceOffset = (this.packetIndex + 1 - packet.sequenceNumber) & 0xffff;
    if (first || !this.mediaClock.started) return;
    const { rtpTimestamp } = this.mediaClock.at(this.clock.wallMs());
    this.#timestampOffset = timestampDelta(rtpTimestamp, packet.timestamp);
  }

  #dispatch(
    slot: Buffer,
    plainLength: number,
    payloadBytes: number,
    timestamp: number,
    wallMs: number,
    index = this.packetIndex,
  ): void {
    const first = !this.mediaClock.started;
    const length = this.way.protection()?.protectRtp(slot, plainLength, index) ?? plainLength;
    this.#kept.commit(index & 0xffff, length);
    this.mediaClock.anchor(timestamp, wallMs);
    this.packets++;
    this.bytes += length;
    this.payloadBytes += payloadBytes;
    this.way.send(slot, length);
    if (first) this.way.begun();
  }
}
