import type { NtpTime } from './ntp-time.js';

/** RTCP compound packets (RFC 3550 §6, RFC 4585 §6, RFC 5104 §4.3, RFC 2032 §5.2, draft-alvestrand-rmcat-remb). */

export interface ReportBlock {
  ssrc: number;
  /** 0–255, in 1/256 */
  fractionLost: number;
  /** Since the beginning; negative when there were more duplicates than losses. */
  cumulativeLost: number;
  /** Extended highest sequence number, 32 bits. */
  highestSequence: number;
  /** RTP clock ticks */
  jitter: number;
  /** Middle 32 bits of the last SR's NTP time; 0: none yet. */
  lastSenderReport: number;
  /** 1/65536 s */
  delaySinceLastSenderReport: number;
}

export interface SenderReport {
  type: 'senderReport';
  ssrc: number;
  ntpTime: NtpTime;
  rtpTimestamp: number;
  packetCount: number;
  octetCount: number;
  blocks: ReportBlock[];
}
export interface ReceiverReport {
  type: 'receiverReport';
  ssrc: number;
  blocks: ReportBlock[];
}
export type RtcpPacket =
  | SenderReport
  | ReceiverReport
  | { type: 'sourceDescription'; ssrc: number; cname: string }
  | { type: 'bye'; ssrcs: number[] }
  /** RFC 4585 §6.3.1 */
  | { type: 'pictureLoss'; senderSsrc: number; mediaSsrc: number }
  /** RFC 5104 §4.3.1. A repeated `sequenceNumber` (8 bits) of the same sender is the same request again. */
  | { type: 'fullIntraRequest'; senderSsrc: number; mediaSsrc: number; sequenceNumber: number }
  /** The one of H.261 (RFC 2032 §5.2.1, PT 192), which older rooms send for H.264 too. */
  | { type: 'oldFullIntraRequest'; mediaSsrc: number }
  /** RFC 4585 §6.2.1 */
  | { type: 'nack'; senderSsrc: number; mediaSsrc: number; sequenceNumbers: number[] }
  /** `bitrate` in bit/s */
  | { type: 'receiverEstimate'; senderSsrc: number; bitrate: number; ssrcs: number[] }
  /**
   * TMMBR, RFC 5104 §4.2.1: the receiver takes at most `bitrate` bit/s of `mediaSsrc`, of which `overhead` bytes a
   * packet are headers; and TMMBN, §4.2.2, which answers it.
   */
  | MaxBitrate<'maxBitrateRequest'>
  | MaxBitrate<'maxBitrateNotification'>;

interface MaxBitrate<Type extends string> {
  type: Type;
  senderSsrc: number;
  mediaSsrc: number;
  bitrate: number;
  overhead: number;
}

const payloadTypes = {
  oldFullIntraRequest: 192,
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  bye: 203,
  transportFeedback: 205,
  payloadFeedback: 206,
};

/** RTCP among RTP on one port: packet types 192–223 (RFC 5761 §4). */
export function isRtcp(data: Uint8Array): boolean {
  return data.length >= 2 && data[1]! >= 192 && data[1]! <= 223;
}

/**
 * The packets of a compound that we know, in their order; null when it is malformed (RFC 3550 A.2). A single
 * feedback packet without a report in front is taken too (RFC 5506).
 */
export function parseRtcp(data: Buffer): RtcpPacket[] | null {
  const packets: RtcpPacket[] = [];
  let at = 0;
  if (data.length < 4) return null;
  while (at < data.length) {
    if (at + 4 > data.length) return null;
    const first = data[at]!;
    if (first >> 6 !== 2) return null;
    const next = at + 4 + data.readUInt16BE(at + 2) * 4;
    if (next > data.length) return null;
    let end = next;
    if (first & 0x20) {
      const padding = data[next - 1]!;
      // Only the last packet of a compound may be padded, by whole words (§6.4.1).
      if (next !== data.length || padding === 0 || padding % 4 || next - padding < at + 4) return null;
      end -= padding;
    }
    if (!parsePacket(data.subarray(at, end), first & 0x1f, data[at + 1]!, packets)) return null;
    at = next;
  }
  return packets;
}

/** `body` is one packet with its header. False when it is too short for what it claims. */
function parsePacket(body: Buffer, count: number, payloadType: number, out: RtcpPacket[]): boolean {
  switch (payloadType) {
    case payloadTypes.senderReport: {
      if (body.length < 28 + count * 24) return false;
      out.push({
        type: 'senderReport',
        ssrc: body.readUInt32BE(4),
        ntpTime: { seconds: body.readUInt32BE(8), fraction: body.readUInt32BE(12) },
        rtpTimestamp: body.readUInt32BE(16),
        packetCount: body.readUInt32BE(20),
        octetCount: body.readUInt32BE(24),
        blocks: parseBlocks(body, 28, count),
      });
      return true;
    }
    case payloadTypes.receiverReport: {
      if (body.length < 8 + count * 24) return false;
      out.push({
        type: 'receiverReport',
        ssrc: body.readUInt32BE(4),
        blocks: parseBlocks(body, 8, count),
      });
      return true;
    }
    case payloadTypes.sourceDescription:
      return parseSourceDescription(body, count, out);
    case payloadTypes.bye: {
      if (body.length < 4 + count * 4) return false;
      const ssrcs = [];
      for (let i = 0; i < count; i++) ssrcs.push(body.readUInt32BE(4 + i * 4));
      out.push({ type: 'bye', ssrcs });
      return true;
    }
    case payloadTypes.transportFeedback:
      return count === 1 ? parseNack(body, out) : parseMaxBitrate(body, count, out);
    case payloadTypes.payloadFeedback:
      return parsePayloadFeedback(body, count, out);
    case payloadTypes.oldFullIntraRequest:
      if (body.length < 8) return false;
      out.push({ type: 'oldFullIntraRequest', mediaSsrc: body.readUInt32BE(4) });
      return true;
    default:
      return true; // APP, XR and the like are ignored
  }
}

function parseBlocks(body: Buffer, start: number, count: number): ReportBlock[] {
  const blocks: ReportBlock[] = [];
  for (let i = 0, at = start; i < count; i++, at += 24) {
    blocks.push({
      ssrc: body.readUInt32BE(at),
      fractionLost: body[at + 4]!,
      cumulativeLost: (body.readInt32BE(at + 4) << 8) >> 8,
      highestSequence: body.readUInt32BE(at + 8),
      jitter: body.readUInt32BE(at + 12),
      lastSenderReport: body.readUInt32BE(at + 16),
      delaySinceLastSenderReport: body.readUInt32BE(at + 20),
    });
  }
  return blocks;
}

function parseSourceDescription(body: Buffer, count: number, out: RtcpPacket[]): boolean {
  let at = 4;
  for (let chunk = 0; chunk < count; chunk++) {
    if (at + 4 > body.length) return false;
    const ssrc = body.readUInt32BE(at);
    at += 4;
    while (at < body.length && body[at] !== 0) {
      const length = body[at + 1];
      if (length === undefined || at + 2 + length > body.length) return false;
      if (body[at] === 1)
        out.push({ type: 'sourceDescription', ssrc, cname: body.toString('utf8', at + 2, at + 2 + length) });
      at += 2 + length;
    }
    // §6.5: at least one null octet ends the list, the next chunk begins at a word.
    if (at >= body.length) return false;
    at = (at + 4) & ~3;
  }
  return true;
}

function parseNack(body: Buffer, out: RtcpPacket[]): boolean {
  if (body.length < 16) return false;
  const sequenceNumbers: number[] = [];
  for (let at = 12; at + 4 <= body.length; at += 4) {
    const first = body.readUInt16BE(at);
    const following = body.readUInt16BE(at + 2);
    sequenceNumbers.push(first);
    for (let bit = 0; bit < 16; bit++)
      if (following & (1 << bit)) sequenceNumbers.push((first + bit + 1) & 0xffff);
  }
  out.push({
    type: 'nack',
    senderSsrc: body.readUInt32BE(4),
    mediaSsrc: body.readUInt32BE(8),
    sequenceNumbers,
  });
  return true;
}

/** Of several entries each says its own stream. */
function parseMaxBitrate(body: Buffer, format: number, out: RtcpPacket[]): boolean {
  if (format !== 3 && format !== 4) return true;
  if (body.length < 12) return false;
  const type = format === 3 ? 'maxBitrateRequest' : 'maxBitrateNotification';
  for (let at = 12; at + 8 <= body.length; at += 8) {
    const value = body.readUInt32BE(at + 4);
    // 6 bits of exponent, 17 of mantissa, 9 of overhead
    const bitrate = ((value >>> 9) & 0x1ffff) * 2 ** (value >>> 26);
    const [senderSsrc, mediaSsrc] = [body.readUInt32BE(4), body.readUInt32BE(at)];
    out.push({ type, senderSsrc, mediaSsrc, bitrate, overhead: value & 0x1ff });
  }
  return true;
}

function parsePayloadFeedback(body: Buffer, format: number, out: RtcpPacket[]): boolean {
  if (body.length < 12) return false;
  const senderSsrc = body.readUInt32BE(4);
  const mediaSsrc = body.readUInt32BE(8);
  if (format === 1) {
    out.push({ type: 'pictureLoss', senderSsrc, mediaSsrc });
  } else if (format === 4) {
    for (let at = 12; at + 8 <= body.length; at += 8) {
      const target = body.readUInt32BE(at);
      out.push({
        type: 'fullIntraRequest',
        senderSsrc,
        mediaSsrc: target,
        sequenceNumber: body[at + 4]!,
      });
    }
  } else if (format === 15 && body.length >= 20 && body.toString('latin1', 12, 16) === 'REMB') {
    const count = body[16]!;
    if (body.length < 20 + count * 4) return false;
    const exponent = body[17]! >> 2;
    const mantissa = ((body[17]! & 3) << 16) | body.readUInt16BE(18);
    const ssrcs = [];
    for (let i = 0; i < count; i++) ssrcs.push(body.readUInt32BE(20 + i * 4));
    out.push({ type: 'receiverEstimate', senderSsrc, bitrate: mantissa * 2 ** exponent, ssrcs });
  }
  return true;
}

/** A compound with these packets. Reports hold at most 31 blocks (§6.4), `cname` at most 255 bytes (§6.5). */
export function writeRtcp(packets: readonly RtcpPacket[]): Buffer {
  return Buffer.concat(packets.map(writePacket));
}

function writePacket(packet: RtcpPacket): Buffer {
  switch (packet.type) {
    case 'senderReport': {
      const body = header(payloadTypes.senderReport, packet.blocks.length, 28 + packet.blocks.length * 24);
      body.writeUInt32BE(packet.ssrc, 4);
      body.writeUInt32BE(packet.ntpTime.seconds, 8);
      body.writeUInt32BE(packet.ntpTime.fraction, 12);
      body.writeUInt32BE(packet.rtpTimestamp, 16);
      body.writeUInt32BE(packet.packetCount >>> 0, 20);
      body.writeUInt32BE(packet.octetCount >>> 0, 24);
      writeBlocks(body, 28, packet.blocks);
      return body;
    }
    case 'receiverReport': {
      const body = header(payloadTypes.receiverReport, packet.blocks.length, 8 + packet.blocks.length * 24);
      body.writeUInt32BE(packet.ssrc, 4);
      writeBlocks(body, 8, packet.blocks);
      return body;
    }
    case 'sourceDescription': {
      const cname = Buffer.from(packet.cname).subarray(0, 255);
      const body = header(payloadTypes.sourceDescription, 1, (8 + 2 + cname.length + 4) & ~3);
      body.writeUInt32BE(packet.ssrc, 4);
      body[8] = 1;
      body[9] = cname.length;
      cname.copy(body, 10);
      return body;
    }
    case 'bye': {
      const body = header(payloadTypes.bye, packet.ssrcs.length, 4 + packet.ssrcs.length * 4);
      packet.ssrcs.forEach((ssrc, i) => body.writeUInt32BE(ssrc, 4 + i * 4));
      return body;
    }
    case 'pictureLoss':
      return feedback(payloadTypes.payloadFeedback, 1, packet.senderSsrc, packet.mediaSsrc, 0);
    case 'fullIntraRequest': {
      // RFC 5104 §4.3.1.2: the media source field is 0, the target stands in the entry.
      const body = feedback(payloadTypes.payloadFeedback, 4, packet.senderSsrc, 0, 8);
      body.writeUInt32BE(packet.mediaSsrc, 12);
      body[16] = packet.sequenceNumber;
      return body;
    }
    case 'oldFullIntraRequest': {
      const body = header(payloadTypes.oldFullIntraRequest, 0, 8);
      body.writeUInt32BE(packet.mediaSsrc, 4);
      return body;
    }
    case 'maxBitrateRequest':
    case 'maxBitrateNotification': {
      const format = packet.type === 'maxBitrateRequest' ? 3 : 4;
      const body = feedback(payloadTypes.transportFeedback, format, packet.senderSsrc, 0, 8);
      const exponent = Math.max(0, Math.ceil(Math.log2((packet.bitrate + 1) / 0x20000)));
      const mantissa = Math.floor(packet.bitrate / 2 ** exponent);
      body.writeUInt32BE(packet.mediaSsrc, 12);
      body.writeUInt32BE(((exponent << 26) | (mantissa << 9) | packet.overhead) >>> 0, 16);
      return body;
    }
    case 'nack':
      return writeNack(packet.senderSsrc, packet.mediaSsrc, packet.sequenceNumbers);
    case 'receiverEstimate': {
      const body = feedback(
        payloadTypes.payloadFeedback,
        15,
        packet.senderSsrc,
        0,
        8 + packet.ssrcs.length * 4,
      );
      const exponent = Math.max(0, Math.ceil(Math.log2((packet.bitrate + 1) / 0x40000)));
      const mantissa = Math.floor(packet.bitrate / 2 ** exponent);
      body.write('REMB', 12, 'latin1');
      body[16] = packet.ssrcs.length;
      body[17] = (exponent << 2) | (mantissa >> 16);
      body.writeUInt16BE(mantissa & 0xffff, 18);
      packet.ssrcs.forEach((ssrc, i) => body.writeUInt32BE(ssrc, 20 + i * 4));
      return body;
    }
  }
}

/** `sequenceNumbers` ascend (modulo 2^16); neighbours share an entry (RFC 4585 §6.2.1). */
function writeNack(senderSsrc: number, mediaSsrc: number, sequenceNumbers: readonly number[]): Buffer {
  const entries: [first: number, following: number][] = [];
  for (const sequence of sequenceNumbers) {
    const last = entries.at(-1);
    const distance = last ? (sequence - last[0]) & 0xffff : 0;
    if (last && distance === 0) continue;
    if (last && distance <= 16) last[1] |= 1 << (distance - 1);
    else entries.push([sequence, 0]);
  }
  const body = feedback(payloadTypes.transportFeedback, 1, senderSsrc, mediaSsrc, entries.length * 4);
  entries.forEach(([first, following], i) => {
    body.writeUInt16BE(first, 12 + i * 4);
    body.writeUInt16BE(following, 14 + i * 4);
  });
  return body;
}

function writeBlocks(body: Buffer, start: number, blocks: readonly ReportBlock[]): void {
  let at = start;
  for (const block of blocks) {
    body.writeUInt32BE(block.ssrc, at);
    const lost = Math.max(-0x800000, Math.min(0x7fffff, block.cumulativeLost));
    body.writeUInt32BE(((block.fractionLost << 24) | (lost & 0xffffff)) >>> 0, at + 4);
    body.writeUInt32BE(block.highestSequence, at + 8);
    body.writeUInt32BE(block.jitter, at + 12);
    body.writeUInt32BE(block.lastSenderReport, at + 16);
    body.writeUInt32BE(block.delaySinceLastSenderReport, at + 20);
    at += 24;
  }
}

function feedback(
  payloadType: number,
  format: number,
  senderSsrc: number,
  mediaSsrc: number,
  controlBytes: number,
): Buffer {
  const body = header(payloadType, format, 12 + controlBytes);
  body.writeUInt32BE(senderSsrc, 4);
  body.writeUInt32BE(mediaSsrc, 8);
  return body;
}

function header(payloadType: number, count: number, length: number): Buffer {
  const body = Buffer.alloc(length);
  body[0] = 0x80 | count;
  body[1] = payloadType;
  body.writeUInt16BE(length / 4 - 1, 2);
  return body;
}
