/**
 * Which packet indices have come (RFC 3711 §3.3.2), of the last ones: packets that were asked for again come up
 * to a second late, which are hundreds of a video stream.
 */
export class ReplayWindow {
  static readonly size = 2048;
  readonly #seen = new Uint32Array(ReplayWindow.size / 32);
  /** The highest index that was added. */
  highest: number;

  constructor(first: number) {
    this.highest = first;
    this.#mark(first);
  }

  /** False: it has come already, or is too old to know. */
  isNew(index: number): boolean {
    if (index > this.highest) return true;
    if (index <= this.highest - ReplayWindow.size) return false;
    const at = index % ReplayWindow.size;
    return (this.#seen[at >> 5]! & (1 << (at & 31))) === 0;
  }

  add(index: number): void {
    if (index > this.highest) {
      if (index - this.highest >= ReplayWindow.size) this.#seen.fill(0);
      else for (let skipped = this.highest + 1; skipped < index; skipped++) this.#clear(skipped);
      this.highest = index;
    }
    this.#mark(index);
  }

  #mark(index: number): void {
    const at = index % ReplayWindow.size;
    this.#seen[at >> 5]! |= 1 << (at & 31);
  }

  #clear(index: number): void {
    const at = index % ReplayWindow.size;
    this.#seen[at >> 5]! &= ~(1 << (at & 31));
  }
}
