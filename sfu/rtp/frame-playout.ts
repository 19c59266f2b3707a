import { timestampDelta } from './sequence.js';

/** RFC 6184 §8.2.1 and all other video formats: 90 kHz. */
const ticksPerMs = 90;
/** What pictures were late by in the last five seconds decides, span by span. */
const spanMs = 250;
const spans = 20;
/** All late pictures of one moment are one event. A few such moments are no network, but a machine that was busy. */
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
  /** Arrival less media time, a number of which only differences count: the longest of each span. */
  readonly #longest = new Float64Array(spans).fill(-Infinity);
  /** The transit that all shall seem to have. */
  #targetMs = 0;
  #span = 0;
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
    this.#noteLongest(transitMs, nowMs);
    const fallMs = ((nowMs - this.#lastMs) * fallingRate) / 1000;
    this.#targetMs = Math.max(this.#worst(), this.#targetMs - Math.max(0, fallMs));
    this.#lastMs = nowMs;
    const earliestMs = Math.min(this.#earliest, this.#earliestBefore);
    this.delayMs = Math.max(0, Math.min(longestMs, this.#targetMs - earliestMs));
    return this.delayMs < leastMs ? 0 : Math.max(0, earliestMs + this.delayMs - transitMs);
  }

  /** Another sender. */
  reset(): void {
    this.#lastTimestamp = -1;
  }

  #begin(nowMs: number): void {
    this.#mediaMs = nowMs;
    this.delayMs = 0;
    this.#targetMs = -Infinity;
    this.#span = Math.floor(nowMs / spanMs);
    this.#longest.fill(-Infinity);
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

  #noteLongest(transitMs: number, nowMs: number): void {
    const span = Math.floor(nowMs / spanMs);
    // Spans without a picture say nothing.
    const passed = Math.min(spans, span - this.#span);
    for (let n = 1; n <= passed; n++) this.#longest[(this.#span + n) % spans] = -Infinity;
    this.#span = span;
    const place = span % spans;
    this.#longest[place] = Math.max(this.#longest[place]!, transitMs);
  }

  /** The longest transit but a few. */
  #worst(): number {
    const worst = new Float64Array(ignoredWorst + 1).fill(-Infinity);
    for (let value of this.#longest) {
      for (let place = 0; place <= ignoredWorst; place++) {
        const there = worst[place]!;
        if (value <= there) continue;
        worst[place] = value;
        value = there;
      }
    }
    return worst[ignoredWorst]!;
  }
}
