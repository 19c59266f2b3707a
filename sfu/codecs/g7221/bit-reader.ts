/** Bits of a frame, the highest first. */
export class BitReader {
  /** Bits that have not been read. */
  left = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  start(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.left = bytes.length * 8;
  }

  /** The next `count` bits; behind the end there are zeros. */
  read(count: number): number {
    let value = 0;
    for (let n = 0; n < count; n++) {
      const at = this.#bytes.length * 8 - this.left;
      value = (value << 1) | (this.left > 0 ? (this.#bytes[at >> 3]! >> (7 - (at & 7))) & 1 : 0);
      if (this.left > 0) this.left--;
    }
    return value;
  }
}
