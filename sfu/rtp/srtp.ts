import { rtpHeaderBytes } from './packet.js';
import { sequenceDelta } from './sequence.js';
import { CounterModeCipher } from './srtp/counter-mode-cipher.js';
import { GcmCipher } from './srtp/gcm-cipher.js';
import { clearRtcpBytes, encryptedFlag, readWord, type PacketCipher } from './srtp/packet-cipher.js';
import { ReplayWindow } from './srtp/replay-window.js';
import { rtcpKeys, rtpKeys, type SessionKeys } from './srtp/session-keys.js';
import { srtpSuites, type SrtpKeying } from './srtp/suite.js';

/** Who knows the key may send with many SSRCs, but not fill the memory. */
const mostStreams = 16;
/** Rollovers that an unknown sender may have had, a day of video; and how many of them each of its packets is tried with. */
const mostRollovers = 512;
const rolloversTried = 8;

/** Protects what one side sends (RFC 3711). */
export class SrtpSender {
  readonly #rtp: PacketCipher;
  readonly #rtcp: PacketCipher;
  #rtcpIndex: number;

  /** `firstRtcpIndex`: beyond whatever was sent with these keys before. */
  constructor(keying: SrtpKeying, firstRtcpIndex = 0) {
    this.#rtp = cipherOf(keying, rtpKeys(keying));
    this.#rtcp = cipherOf(keying, rtcpKeys(keying));
    this.#rtcpIndex = firstRtcpIndex;
  }

  /** Of the next SRTCP packet. */
  get rtcpIndex(): number {
    return this.#rtcpIndex;
  }

  /**
   * In place; `packet` needs room for `mostProtectionBytes` more. `index`: rollover counter and sequence number
   * (§3.3.1), never used before with these keys. Returns the new length.
   */
  protectRtp(packet: Buffer, length: number, index: number): number {
    return this.#rtp.protectRtp(packet, payloadStartOf(packet, length), length, readWord(packet, 8), index);
  }

  /** In place; `packet` needs room for `mostProtectionBytes` more. Returns the new length. */
  protectRtcp(packet: Buffer, length: number): number {
    const index = this.#rtcpIndex;
    this.#rtcpIndex = (index + 1) % 2 ** 31;
    return this.#rtcp.protectRtcp(packet, length, readWord(packet, 4), index);
  }
}

/** Where a sender was when its keys, or the process that knew it, changed. */
export interface SrtpPosition {
  ssrc: number;
  /** The highest packet index that came. */
  index: number;
}

/**
 * Takes protection off what one side receives: what is not authentic, has come before or is too old is refused.
 * What is kept of an SSRC begins with its first authentic packet.
 */
export class SrtpReceiver {
  readonly #rtp: PacketCipher;
  readonly #rtcp: PacketCipher;
  readonly #rtpStreams = new Map<number, ReplayWindow>();
  readonly #rtcpStreams = new Map<number, ReplayWindow>();
  /** The last that an unknown sender was tried with. */
  #rolloverTried = 1;

  /** `expected`: where a sender goes on; others begin with a rollover counter of 0. */
  constructor(
    keying: SrtpKeying,
    private readonly expected?: SrtpPosition,
  ) {
    this.#rtp = cipherOf(keying, rtpKeys(keying));
    this.#rtcp = cipherOf(keying, rtcpKeys(keying));
  }

  /** Of the packets of this SSRC; undefined before the first. */
  position(ssrc: number): SrtpPosition | undefined {
    const window = this.#rtpStreams.get(ssrc);
    return window && { ssrc, index: window.highest };
  }

  /** In place. Returns the length without protection, or -1 for a packet to be dropped. */
  unprotectRtp(packet: Buffer): number {
    const { length } = packet;
    const start = length < rtpHeaderBytes ? length : payloadStartOf(packet, length);
    if (start >= length) return -1;
    const ssrc = readWord(packet, 8);
    const sequenceNumber = (packet[2]! << 8) | packet[3]!;
    const window = this.#rtpStreams.get(ssrc);
    if (!window) return this.#unprotectFirst(packet, start, ssrc, sequenceNumber);
    const index = nearestIndex(window.highest, sequenceNumber);
    if (!window.isNew(index)) return -1;
    const end = this.#rtp.unprotectRtp(packet, start, length, ssrc, index);
    if (end >= 0) window.add(index);
    return end;
  }

  /**
   * After new keys some senders go on, as §3.3.1 says, and some count rollovers from 0 again; who began shortly
   * before we listened may have passed the first rollover. Of who has been sending for hours, as after a restart of
   * ours, each packet is tried with a few more.
   */
  #unprotectFirst(packet: Buffer, start: number, ssrc: number, sequenceNumber: number): number {
    const { expected } = this;
    const goesOn = expected?.ssrc === ssrc ? nearestIndex(expected.index, sequenceNumber) : sequenceNumber;
    const candidates = new Set([goesOn, sequenceNumber, sequenceNumber + 65536]);
    for (let n = 0; n < rolloversTried; n++) {
      this.#rolloverTried = (this.#rolloverTried % mostRollovers) + 1;
      candidates.add(sequenceNumber + this.#rolloverTried * 65536);
    }
    for (const index of candidates) {
      const end = this.#rtp.unprotectRtp(packet, start, packet.length, ssrc, index);
      if (end < 0) continue;
      remember(this.#rtpStreams, ssrc, index);
      return end;
    }
    return -1;
  }

  /** In place. Returns the length without protection, or -1 for a packet to be dropped. */
  unprotectRtcp(packet: Buffer): number {
    const { length } = packet;
    const at = this.#rtcp.rtcpIndexAt(length);
    if (at < clearRtcpBytes) return -1;
    const word = readWord(packet, at);
    // Encryption was agreed (§3.4): what comes without is not the peer's.
    if (word < encryptedFlag) return -1;
    const index = word - encryptedFlag;
    const ssrc = readWord(packet, 4);
    const window = this.#rtcpStreams.get(ssrc);
    if (window && !window.isNew(index)) return -1;
    const end = this.#rtcp.unprotectRtcp(packet, length, ssrc, index);
    if (end < 0) return -1;
    if (window) window.add(index);
    else remember(this.#rtcpStreams, ssrc, index);
    return end;
  }
}

function cipherOf({ suite, mkiLength = 0 }: SrtpKeying, keys: SessionKeys): PacketCipher {
  const { mode, tag } = srtpSuites[suite];
  return mode === 'gcm' ? new GcmCipher(keys, mkiLength) : new CounterModeCipher(keys, tag, mkiLength);
}

function remember(streams: Map<number, ReplayWindow>, ssrc: number, index: number): void {
  if (streams.size >= mostStreams) streams.delete(streams.keys().next().value!);
  streams.set(ssrc, new ReplayWindow(index));
}

/** §3.3.1: the index with this sequence number that is nearest to another. */
function nearestIndex(to: number, sequenceNumber: number): number {
  const index = to + sequenceDelta(sequenceNumber, to & 0xffff);
  return index < 0 ? index + 65536 : index;
}

/** Where the payload begins, behind CSRCs and header extension; `length` or more when there is none. */
function payloadStartOf(packet: Buffer, length: number): number {
  const start = rtpHeaderBytes + (packet[0]! & 0x0f) * 4;
  if ((packet[0]! & 0x10) === 0) return start;
  if (start + 4 > length) return length;
  return start + 4 + ((packet[start + 2]! << 8) | packet[start + 3]!) * 4;
}
