/** Serial number arithmetic (RFC 1982) for the two numbers of RTP that wrap. All of ours that wraps goes through here. */

/** How far `a` is ahead of `b`, both 16-bit sequence numbers: -32768 … 32767. */
export function sequenceDelta(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** How far `a` is ahead of `b`, both 32-bit timestamps, in ticks of the RTP clock: -2^31 … 2^31 - 1. */
export function timestampDelta(a: number, b: number): number {
  return (a - b) | 0;
}

/** The sequence number `count` after `sequence`; `count` may be negative. */
export function sequenceAdd(sequence: number, count: number): number {
  return (sequence + count) & 0xffff;
}

/** The timestamp `ticks` after `timestamp`; `ticks` may be negative and larger than 2^32. */
export function timestampAdd(timestamp: number, ticks: number): number {
  return (timestamp + (ticks % 0x100000000)) >>> 0;
}

/**
 * Extends numbers that wrap to numbers that do not. The first value stands for itself, each next one for
 * the nearest to the one before it; what came before the first may be negative.
 */
abstract class Unwrapper {
  #last: number | undefined;

  unwrap(value: number): number {
    this.#last = this.#last === undefined ? value : this.#last + this.delta(value, this.#last);
    return this.#last;
  }

  /** The last value, extended; 0 before the first. */
  get last(): number {
    return this.#last ?? 0;
  }

  /** The next value stands for itself again: the sender restarted. */
  reset(): void {
    this.#last = undefined;
  }

  protected abstract delta(value: number, extended: number): number;
}

export class SequenceUnwrapper extends Unwrapper {
  protected override delta(value: number, extended: number): number {
    return sequenceDelta(value, extended);
  }
}

export class TimestampUnwrapper extends Unwrapper {
  protected override delta(value: number, extended: number): number {
    return timestampDelta(value, extended);
  }
}
