/** Bits of a message, the most significant first. Beyond its end there are zeros, and `overrun` says so. */
export class BitReader {
  position = 0;

  constructor(readonly bytes: Uint8Array) {}

  get overrun(): boolean {
    return this.position > this.bytes.length * 8;
  }

  /** Up to 32 bits. */
  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.position++) {
      const byte = this.bytes[this.position >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.position & 7))) & 1);
    }
    return value;
  }

  /** ue(v), ITU-T H.264 §9.1 */
  unsigned(): number {
    let zeros = 0;
    while (zeros < 32 && this.read(1) === 0) zeros++;
    return 2 ** zeros - 1 + this.read(zeros);
  }

  /** se(v), ITU-T H.264 §9.1.1 */
  signed(): number {
    const code = this.unsigned();
    return code & 1 ? (code + 1) / 2 : -code / 2;
  }

  /** The next `length` bytes, which need not begin at a byte; undefined when there are not so many. */
  take(length: number): Buffer | undefined {
    const first = this.position >> 3;
    const shift = this.position & 7;
    if (this.position + length * 8 > this.bytes.length * 8) return undefined;
    this.position += length * 8;
    const taken = Buffer.allocUnsafe(length);
    for (let i = 0; i < length; i++) {
      const next = shift === 0 ? 0 : this.bytes[first + i + 1]! >> (8 - shift);
      taken[i] = (this.bytes[first + i]! << shift) | next;
    }
    return taken;
  }
}

/** The other way round, into a buffer that must be long enough. */
export class BitWriter {
  position = 0;

  constructor(readonly bytes: Uint8Array) {
    bytes.fill(0);
  }

  /** Up to 24 bits. */
  write(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--, this.position++) {
      if ((value >> i) & 1) this.bytes[this.position >> 3]! |= 0x80 >> (this.position & 7);
    }
  }
}

/** Puts `count` bits of `value` in place of those at `position`. */
export function overwriteBits(bytes: Uint8Array, position: number, value: number, count: number): void {
  for (let i = count - 1; i >= 0; i--, position++) {
    const bit = 0x80 >> (position & 7);
    if ((value >> i) & 1) bytes[position >> 3]! |= bit;
    else bytes[position >> 3]! &= ~bit;
  }
}
