import { maxPacketBytes } from '../rtp/h264-packetizer.js';

/** Header extension and a relayed sender's larger MTU. */
const slotBytes = Math.max(1500, maxPacketBytes);
/** One packet is not sent again more often than this: several NACKs mean the same loss. */
const resendIntervalMs = 15;

/**
 * The packets sent last, in memory that is written round and round: a socket may still read what was sent a
 * moment ago, and a receiver may ask for it again (RFC 4585 generic NACK).
 */
export class SentPackets {
  readonly #slots: Buffer[] = [];
  readonly #lengths: Uint16Array;
  readonly #sequences: Int32Array;
  readonly #resentMs: Float64Array;
  readonly #mask: number;

  /** `capacity`: a power of two. */
  constructor(capacity: number) {
    this.#mask = capacity - 1;
    for (let i = 0; i < capacity; i++) this.#slots.push(Buffer.alloc(0));
    this.#lengths = new Uint16Array(capacity);
    this.#sequences = new Int32Array(capacity).fill(-1);
    this.#resentMs = new Float64Array(capacity);
  }

  /** Room for the packet of `bytes` with this number; its oldest content is forgotten. Write it, then `commit`. */
  slot(sequenceNumber: number, bytes: number): Buffer {
    const index = sequenceNumber & this.#mask;
    this.#sequences[index] = -1;
    const slot = this.#slots[index]!;
    if (slot.length >= bytes && slot.length > 0) return slot;
    return (this.#slots[index] = Buffer.allocUnsafeSlow(Math.max(slotBytes, bytes)));
  }

  commit(sequenceNumber: number, length: number): void {
    const index = sequenceNumber & this.#mask;
    this.#sequences[index] = sequenceNumber;
    this.#lengths[index] = length;
    this.#resentMs[index] = 0;
  }

  /** The packet as it was sent; null when it is gone. */
  packet(sequenceNumber: number): Buffer | null {
    const index = sequenceNumber & this.#mask;
    if (this.#sequences[index] !== sequenceNumber) return null;
    return this.#slots[index]!.subarray(0, this.#lengths[index]);
  }

  /** The packet that was asked for; null when it is gone or was sent again just now. */
  resend(sequenceNumber: number, nowMs: number): Buffer | null {
    const index = sequenceNumber & this.#mask;
    if (this.#sequences[index] !== sequenceNumber) return null;
    if (nowMs - this.#resentMs[index]! < resendIntervalMs) return null;
    this.#resentMs[index] = nowMs;
    return this.#slots[index]!.subarray(0, this.#lengths[index]);
  }
}
