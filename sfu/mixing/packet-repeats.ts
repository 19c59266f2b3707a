import { sequenceDelta } from '../rtp/sequence.js';

/**
 * The n-th copy of a packet leaves when n others have left after it, or after n times this: ms. It is longer than a
 * picture lasts, so that in a stream that flows a burst of losses rarely takes all.
 */
export const spacingMs = 40;
/** What is older has no more use: the receiver has gone on. */
const uselessMs = 250;
/** A power of two; packets within `uselessMs` at 8 Mbit/s. */
const capacity = 256;
const mask = capacity - 1;

/**
 * Which of the packets sent last are due to be sent again, for receivers that cannot ask for them: the same packet,
 * spread in time (the idea of RFC 7198, without its second SSRC). A receiver of RFC 3550 drops those that it has.
 * Copies stay within the next four packets, so that they find their places in the shortest of jitter buffers.
 */
export class PacketRepeats {
  readonly #sentMs = new Float64Array(capacity);
  readonly #repeated = new Uint8Array(capacity);
  /** Numbers from the first on may still be due; -1 before the first packet. */
  #first = -1;
  #newest = 0;

  /** A packet has left; numbers ascend. */
  sent(sequenceNumber: number, nowMs: number): void {
    if (this.#first < 0) this.#first = sequenceNumber;
    this.#newest = sequenceNumber;
    if (sequenceDelta(sequenceNumber, this.#first) >= capacity)
      this.#first = (sequenceNumber - mask) & 0xffff;
    this.#sentMs[sequenceNumber & mask] = nowMs;
    this.#repeated[sequenceNumber & mask] = 0;
  }

  /** Calls `repeat` with each number that is due, once for each time that it is to be sent again. */
  collect(copies: number, nowMs: number, repeat: (sequenceNumber: number) => void): void {
    if (this.#first < 0) return;
    for (let ahead = sequenceDelta(this.#newest, this.#first); ahead >= 0; ahead--) {
      const sequenceNumber = (this.#newest - ahead) & 0xffff;
      const index = sequenceNumber & mask;
      const ageMs = nowMs - this.#sentMs[index]!;
      const wanted = Math.min(copies, Math.max(ahead, Math.floor(ageMs / spacingMs)));
      if (ageMs < uselessMs && this.#repeated[index]! < wanted) {
        // One each time, so that two copies never leave together.
        this.#repeated[index]!++;
        repeat(sequenceNumber);
      }
      const done = this.#repeated[index]! >= copies || ageMs >= uselessMs;
      if (done && sequenceNumber === this.#first && ahead > 0) this.#first = (this.#first + 1) & 0xffff;
    }
  }

  /** Another stream of packets. */
  reset(): void {
    this.#first = -1;
  }
}
