import { Surface } from '../../codecs/surface.js';

/** Header in 32-bit words: how many pictures were written, and whether their stream is alive. */
const sequenceWord = 0;
const liveWord = 1;
const headerBytes = 64;
/** One is shown, one is written, and one lies between, so that a reader is rarely overtaken. */
const slots = 3;

/**
 * The pictures of one stream in one tile size, in memory that one thread writes and any number read. The writer
 * never waits: it fills the next of three slots and then counts up. A reader copies the slot of the count it
 * saw, and does so again if the writer came round meanwhile.
 */
export class TileMemory {
  readonly #header: Int32Array;
  readonly #surfaces: readonly Surface[];

  constructor(
    readonly memory: SharedArrayBuffer,
    readonly width: number,
    readonly height: number,
  ) {
    this.#header = new Int32Array(memory, 0, headerBytes / 4);
    const bytes = slotBytes(width, height);
    this.#surfaces = Array.from({ length: slots }, (_, slot) =>
      Surface.over(memory, headerBytes + slot * bytes, width, height),
    );
  }

  static allocate(width: number, height: number): TileMemory {
    return new TileMemory(new SharedArrayBuffer(TileMemory.byteLength(width, height)), width, height);
  }

  static byteLength(width: number, height: number): number {
    return headerBytes + slots * slotBytes(width, height);
  }

  /** As if it were new. Nobody may be using it. */
  clear(): void {
    this.#header.fill(0);
  }

  /** Pictures written since the beginning, modulo 2^31; 0: none yet. */
  get sequence(): number {
    return Atomics.load(this.#header, sequenceWord);
  }

  /** The stream sends; when it does not, its last picture is not shown any longer. */
  get live(): boolean {
    return Atomics.load(this.#header, liveWord) === 1;
  }

  set live(live: boolean) {
    Atomics.store(this.#header, liveWord, live ? 1 : 0);
  }

  /** Writer: fill this, then `publish`. */
  get next(): Surface {
    return this.#surfaces[(this.sequence + 1) % slots]!;
  }

  publish(): void {
    const sequence = this.sequence + 1;
    // 0 says "none yet", so the count goes round to a number that keeps the order of the slots.
    Atomics.store(this.#header, sequenceWord, sequence > 0x7ffffff0 ? (sequence % slots) + slots : sequence);
  }

  /** Reader: calls `copy` with the newest picture, again if it changed under the copy. Returns its number, 0: none. */
  read(copy: (picture: Surface) => void): number {
    for (let attempt = 0; ; attempt++) {
      const sequence = this.sequence;
      if (sequence === 0) return 0;
      copy(this.#surfaces[sequence % slots]!);
      // The slot is written again while the count is two further. Three times in a row: take what there is.
      if (this.sequence - sequence < slots - 1 || attempt === 2) return sequence;
    }
  }
}

function slotBytes(width: number, height: number): number {
  return Math.ceil(Surface.byteLength(width, height) / 64) * 64;
}
