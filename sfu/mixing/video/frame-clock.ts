/** A tick that is later than this is not made up: those it stands for are skipped. */
const catchUpMs = 1_000;

/**
 * The fixed clock of a canvas: picture `n` belongs to the moment n / frameRate after the epoch. Late pictures are
 * made up at once, so that the average is exactly the frame rate; after a long stall the clock goes on from now.
 * All canvases share one epoch, so that an encoder's numbers grow whichever canvas feeds it.
 */
export class FrameClock {
  /** Pictures that were never made. */
  skipped = 0;
  #next: number;

  /** Times are ms since the epoch, monotonic. */
  constructor(
    readonly frameRate: number,
    nowMs: number,
  ) {
    this.#next = Math.ceil((nowMs * frameRate) / 1000);
  }

  /** The number of the picture that is due, or null. Call again until it is null. */
  due(nowMs: number): number | null {
    const lateMs = nowMs - this.timeOf(this.#next);
    if (lateMs < 0) return null;
    if (lateMs > catchUpMs) {
      const newest = Math.floor((nowMs * this.frameRate) / 1000);
      this.skipped += newest - this.#next;
      this.#next = newest;
    }
    return this.#next++;
  }

  /** ms until the next picture is due; 0 when one is. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.timeOf(this.#next) - nowMs);
  }

  /** ms since the epoch */
  timeOf(index: number): number {
    return (index * 1000) / this.frameRate;
  }
}
