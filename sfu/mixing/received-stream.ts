import type { RtpPacket } from '../rtp/packet.js';
import { Reception } from '../rtp/reception.js';

/** How often a new SSRC must come before it takes the place of one that still sends. */
const newSsrcPackets = 3;
/** One that was silent for so long gives its place at once. */
const silentMs = 200;

/**
 * The one stream that a session receives: its SSRC may change, and its clock with another codec. Counts of those
 * before are kept.
 */
export class ReceivedStream {
  #reception: Reception | undefined;
  #candidateSsrc = 0;
  #candidatePackets = 0;
  #lastPacketMs = 0;
  /** Of receptions that ended. */
  #before = { packets: 0, bytes: 0, lost: 0 };

  get reception(): Reception | undefined {
    return this.#reception;
  }

  get packets(): number {
    return this.#before.packets + (this.#reception?.packets ?? 0);
  }

  get bytes(): number {
    return this.#before.bytes + (this.#reception?.bytes ?? 0);
  }

  get lost(): number {
    return this.#before.lost + (this.#reception?.lost ?? 0);
  }

  /**
   * Which stream does this packet belong to? `ignored`: to a new one that has not insisted yet; `begun`: to the first;
   * `other`: to one with another SSRC or clock than before.
   */
  follow({ ssrc }: RtpPacket, clockRate: number, nowMs: number): 'same' | 'begun' | 'other' | 'ignored' {
    const before = this.#reception;
    if (before?.ssrc === ssrc && before.clockRate === clockRate) return 'same';
    if (before && before.ssrc !== ssrc && nowMs - this.#lastPacketMs < silentMs) {
      if (ssrc !== this.#candidateSsrc) this.#candidatePackets = 0;
      this.#candidateSsrc = ssrc;
      if (++this.#candidatePackets < newSsrcPackets) return 'ignored';
    }
    this.end();
    this.#reception = new Reception(ssrc, clockRate);
    return before ? 'other' : 'begun';
  }

  /** A packet of the stream that is followed. False: it is so far from the others that it is ignored for now. */
  count(packet: RtpPacket, nowMs: number, bytes: number): boolean {
    if (!this.#reception!.onPacket(packet.sequenceNumber, packet.timestamp, nowMs, bytes)) return false;
    this.#candidatePackets = 0;
    this.#lastPacketMs = nowMs;
    return true;
  }

  end(): void {
    const { packets, bytes, lost } = this;
    this.#before = { packets, bytes, lost };
    this.#reception = undefined;
    this.#candidatePackets = 0;
  }
}
