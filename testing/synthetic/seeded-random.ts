/** A small repeatable generator (mulberry32) for fuzz tests and simulated networks; not for secrets. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 ≤ x < 1 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 0x100000000;
  }

  /** An integer, 0 ≤ n < limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  bytes(length: number): Buffer {
    const data = Buffer.alloc(length);
    for (let i = 0; i < length; i++) data[i] = this.below(256);
    return data;
  }

  /** A copy with a few bytes changed, cut short or drawn out: nearly right, where parsers break. */
  mutate(data: Buffer): Buffer {
    let copy = Buffer.from(data);
    for (let n = this.below(4); n >= 0 && copy.length > 0; n--)
      copy[this.below(copy.length)] = this.below(256);
    if (this.next() < 0.3) copy = copy.subarray(0, this.below(copy.length + 1));
    else if (this.next() < 0.2) copy = Buffer.concat([copy, this.bytes(this.below(20))]);
    return copy;
  }
}
