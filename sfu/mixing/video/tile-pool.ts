import { TileMemory } from './tile-memory.js';

/** By then all threads have the plan that does without it. */
const restMs = 2_000;
/** A tile takes memory of up to so many times its size, so that a change of layout finds what another left. */
const mostWaste = 4;
/** Layouts of many tiles come and go with tens of megabytes. What is more than this was needed once. */
const mostResting = 256 * 1024 * 1024;

/**
 * Memory of tiles that are gone, for later ones. Shared memory is given back only when every thread has collected its
 * garbage, and no collector sees how large it is: a lively conference would pile up hundreds of megabytes.
 */
export class TilePool {
  /** In the order in which it came. */
  readonly #resting: { memory: SharedArrayBuffer; sinceMs: number }[] = [];

  /** What lies here, bytes. */
  get bytes(): number {
    return this.#resting.reduce((sum, { memory }) => sum + memory.byteLength, 0);
  }

  /** Holds no picture; may be larger than the tile needs. */
  take(width: number, height: number, nowMs: number): SharedArrayBuffer {
    const bytes = TileMemory.byteLength(width, height);
    let best = -1;
    for (const [index, { memory, sinceMs }] of this.#resting.entries()) {
      const fits = memory.byteLength >= bytes && memory.byteLength <= mostWaste * bytes;
      if (!fits || nowMs - sinceMs < restMs) continue;
      if (best < 0 || memory.byteLength < this.#resting[best]!.memory.byteLength) best = index;
    }
    if (best < 0) return TileMemory.allocate(width, height).memory;
    const { memory } = this.#resting[best]!;
    this.#resting.splice(best, 1);
    new TileMemory(memory, width, height).clear();
    return memory;
  }

  give(memory: SharedArrayBuffer, nowMs: number): void {
    this.#resting.push({ memory, sinceMs: nowMs });
    while (this.bytes > mostResting) this.#resting.shift();
  }
}
