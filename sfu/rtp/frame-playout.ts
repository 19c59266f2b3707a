import { timestampDelta } from './sequence.js';

/** RFC 6184 §8.2.1 and all other video formats: 90 kHz. */
const ticksPerMs = 90;
/** What the pictures of the last seconds were late by decides; so many of them. */
const memory = 150;
/** A few late pictures are no network, but a machine that was busy for a moment. */
const ignoredWorst = 3;
/** Below this nothing is held back: a screen's or canvas' own rhythm takes it. */
const leastMs = 40;
const longestMs = 1000;
/** The delay falls no faster: ms a second. Pictures then run a tenth too quickly, which nobody sees. */
const fallingRate = 100;
/** The earliest picture of the last one to two windows is what delay is measured from; clocks drift against it. */
const windowMs = 10_000;
/** Further from the last picture than this, the timestamps have begun anew. */
const jumpMs = 5_000;

/**
 * How long to hold back each picture so that they are shown in even steps, however unevenly they come: as long as
 * the late ones of the last seconds need, not at all where the network is good. Times are ms of one clock.
 */
export class FramePlayout {
  /** The delay now, against a picture that comes as early as any. */
  delayMs = 0;
  /** Arrival less media time, a number of which only differences count. */
  readonly #transits = new Float64Array(memory);
  /** The transit that all shall seem to have. */
  #targetMs = 0;
  #count = 0;
  #mediaMs = 0;
  #lastTimestamp = -1;
  #lastMs = 0;
  #earliest = Infinity;
  #earliestBefore = Infinity;
  #windowStartMs = 0;

  /** A picture with this RTP timestamp is whole: how many ms until it is due. */
  holdMs(timestamp: number, nowMs: number): number {
    const stepMs = this.#lastTimestamp < 0 ? 0 : timestampDelta(timestamp, this.#lastTimestamp) / ticksPerMs;
    if (this.#lastTimestamp < 0 || Math.abs(stepMs - (nowMs - this.#lastMs)) > jumpMs) this.#begin(nowMs);
    else this.#mediaMs += stepMs;
    this.#lastTimestamp = timestamp;

    const transitMs = nowMs - this.#mediaMs;
    this.#noteEarliest(transitMs, nowMs);
    this.#transits[this.#count++ % memory] = transitMs;
    const fallMs = ((nowMs - this.#lastMs) * fallingRate) / 1000;
    this.#targetMs = Math.max(this.#worst(), this.#targetMs - Math.max(0, fallMs));
    this.#lastMs = nowMs;
    const earliestMs = Math.min(this.#earliest, this.#earliestBefore);
    this.delayMs = Math.min(longestMs, this.#targetMs - earliestMs);
    return this.delayMs < leastMs ? 0 : Math.max(0, earliestMs + this.delayMs - transitMs);
  }

  /** Another sender. */
  reset(): void {
    this.#lastTimestamp = -1;
  }

  #begin(nowMs: number): void {
    this.#mediaMs = nowMs;
    this.#count = this.delayMs = this.#targetMs = 0;
    this.#earliest = this.#earliestBefore = Infinity;
    this.#windowStartMs = this.#lastMs = nowMs;
  }

  #noteEarliest(transitMs: number, nowMs: number): void {
    if (nowMs - this.#windowStartMs > windowMs) {
      this.#earliestBefore = this.#earliest;
      this.#earliest = Infinity;
      this.#windowStartMs = nowMs;
    }
    this.#earliest = Math.min(this.#earliest, transitMs);
  }

  /** The longest transit but a few. */
  #worst(): number {
    const worst = new Float64Array(ignoredWorst).fill(-Infinity);
    const known = Math.min(this.#count, memory);
    for (let n = 0; n < known; n++) {
      let value = this.#transits[n]!;
      for (let place = 0; place < ignoredWorst; place++) {
        const there = worst[place]!;
        if (value <= there) continue;
        worst[place] = value;
        value = there;
      }
    }
    return worst[ignoredWorst - 1]!;
  }
}
