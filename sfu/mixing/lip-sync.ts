/**
 * What the audio thread tells the video threads, so that the picture of a source is shown with its sound: for
 * each source a slot in shared memory says which moment of the sender's clock is being mixed. Picture and sound
 * of one sender have the same clock in their sender reports (RFC 3550 §6.4.1, same CNAME).
 *
 * The audio thread writes each 20 ms; any thread reads at any time. A site's slot follows from its ids, so that no
 * thread has to tell another; a tag beside the numbers keeps apart sites that meet in one slot.
 */

/** At most so many sources in one process have lip-sync; others are shown as they come. */
const slots = 1024;
/** float64: sender's wall clock and ours (monotonic), both in ms; int32: the counter that guards them, and the tag. */
const slotBytes = 24;

export interface LipSyncReading {
  /** ms since 1970 on the sender's clock: when what was mixed at `atMs` had been captured. */
  capturedMs: number;
  /** ms of the process's monotonic clock (`Clock.nowMs`) when that was mixed. */
  atMs: number;
}

export class LipSync {
  readonly #numbers: Float64Array;
  readonly #words: Int32Array;

  /** `memory` comes from `LipSync.allocate()`; hand the same to all threads. */
  constructor(readonly memory: SharedArrayBuffer) {
    this.#numbers = new Float64Array(memory);
    this.#words = new Int32Array(memory);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(slots * slotBytes);
  }

  /**
   * The slot of a site of a conference: the same in every thread, with no message between them. Two sites of one
   * process may meet in a slot; then the one that wrote last is read under its own tag only.
   */
  static slotOf(conferenceId: string, siteId: string): LipSyncSlot {
    const tag = hash(`${conferenceId}\n${siteId}`);
    return { index: (tag >>> 1) % slots, tag: tag | 0 || 1 };
  }

  /** Only the audio thread writes. */
  write(slot: LipSyncSlot, capturedMs: number, atMs: number): void {
    const { index, tag } = slot;
    const words = this.#words;
    const guard = index * 6 + 4;
    // Odd while it is written: a reader that sees odd, or a change, reads again.
    Atomics.add(words, guard, 1);
    this.#numbers[index * 3] = capturedMs;
    this.#numbers[index * 3 + 1] = atMs;
    Atomics.store(words, guard + 1, tag);
    Atomics.add(words, guard, 1);
  }

  /** The site's sound is not mixed any more: its picture need not wait. */
  clear(slot: LipSyncSlot): void {
    if (Atomics.load(this.#words, slot.index * 6 + 5) === slot.tag) this.write({ ...slot, tag: 0 }, 0, 0);
  }

  /** Null when this site's sound is not mixed, or its sender's clock is not known. */
  read(slot: LipSyncSlot): LipSyncReading | null {
    const { index, tag } = slot;
    const words = this.#words;
    const guard = index * 6 + 4;
    for (let attempt = 0; attempt < 10; attempt++) {
      const before = Atomics.load(words, guard);
      const capturedMs = this.#numbers[index * 3]!;
      const atMs = this.#numbers[index * 3 + 1]!;
      const found = Atomics.load(words, guard + 1);
      if (before % 2 === 0 && Atomics.load(words, guard) === before)
        return found === tag ? { capturedMs, atMs } : null;
    }
    return null;
  }

  /**
   * How long to hold back a picture that its sender captured at `capturedMs` (`SenderClock.wallMs`), so that it is
   * shown with its sound: 0 to `mostMs`. Beyond that the clocks are not one, and it is shown at once.
   */
  delayMs(slot: LipSyncSlot, capturedMs: number, nowMs: number, mostMs = 500): number {
    const reading = this.read(slot);
    // Sound that stopped a while ago says nothing of now.
    if (!reading || nowMs - reading.atMs > 1000) return 0;
    const mixedAtMs = reading.atMs + (capturedMs - reading.capturedMs);
    const delayMs = mixedAtMs - nowMs;
    return delayMs > 0 && delayMs <= mostMs ? delayMs : 0;
  }
}

export interface LipSyncSlot {
  index: number;
  tag: number;
}

/** FNV-1a */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
