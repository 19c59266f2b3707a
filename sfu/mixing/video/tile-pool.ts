import { TileMemory } from './tile-memory.js';

/** By then all threads have the plan that does without it. */
const restMs = 2_000;
/** Nobody wanted that size again for so long. */
const forgottenMs = 60_000;

/**
 * Memory of tiles that are gone, for later ones of the same size. Shared memory is given back only when every
 * thread has collected its garbage, and no collector sees how large it is: a lively conference would pile up
 * hundreds of megabytes.
 */
export class TilePool {
  #resting: { memory: SharedArrayBuffer; sinceMs: number }[] = [];

  /** What lies here, bytes. */
  get bytes(): number {
    return this.#resting.reduce((sum, { memory }) => sum + memory.byteLength, 0);
  }

  /** Holds no picture. */
  take(width: number, height: number, nowMs: number): SharedArrayBuffer {
    const bytes = TileMemory.byteLength(width, height);
    const found = this.#resting.findIndex(
      ({ memory, sinceMs }) => memory.byteLength === bytes && nowMs - sinceMs >= restMs,
    );
    if (found < 0) return TileMemory.allocate(width, height).memory;
    const { memory } = this.#resting[found]!;
    this.#resting.splice(found, 1);
    new TileMemory(memory, width, height).clear();
    return memory;
  }

  give(memory: SharedArrayBuffer, nowMs: number): void {
    this.#resting.push({ memory, sinceMs: nowMs });
    this.#resting = this.#resting.filter(({ sinceMs }) => nowMs - sinceMs < forgottenMs);
  }
}
