/** Somebody who coughs does not take the picture: a new voice must lead for so long. */
const confirmMs = 600;
/** Who has the picture keeps it at least so long, or two who discuss would make everybody dizzy. */
const holdMs = 3_000;

/**
 * Who is shown as the speaker, from who is heard: with confirmation and hold, so that the picture does not flap.
 * The first voice is shown at once. Time is given to it, in ms of any steady clock.
 */
export class VoiceSwitch {
  /** Who is shown as speaking, then who was before, newest first. */
  #order: string[] = [];
  #candidate: { siteId: string; sinceMs: number } | undefined;
  #switchedMs = -Infinity;

  get order(): readonly string[] {
    return this.#order;
  }

  /** When the candidate takes the picture, if it goes on to be heard most; null: there is none. */
  get dueMs(): number | null {
    if (!this.#candidate) return null;
    return Math.max(this.#candidate.sinceMs + confirmMs, this.#switchedMs + holdMs);
  }

  /** From now on this site is heard most. @returns whether the order changed */
  heard(siteId: string, nowMs: number): boolean {
    const changed = this.advance(nowMs);
    if (this.#order.length === 0) return this.#switchTo(siteId, nowMs);
    if (siteId === this.#order[0]) this.#candidate = undefined;
    else if (siteId !== this.#candidate?.siteId) this.#candidate = { siteId, sinceMs: nowMs };
    return changed;
  }

  /** To be called at `dueMs`. @returns whether the order changed */
  advance(nowMs: number): boolean {
    const { dueMs } = this;
    if (!this.#candidate || dueMs === null || nowMs < dueMs) return false;
    return this.#switchTo(this.#candidate.siteId, nowMs);
  }

  /** The site is gone: who spoke before is shown again. @returns whether the order changed */
  left(siteId: string): boolean {
    if (this.#candidate?.siteId === siteId) this.#candidate = undefined;
    if (!this.#order.includes(siteId)) return false;
    this.#order = this.#order.filter(other => other !== siteId);
    return true;
  }

  #switchTo(siteId: string, nowMs: number): boolean {
    this.#order = [siteId, ...this.#order.filter(other => other !== siteId)];
    this.#candidate = undefined;
    this.#switchedMs = nowMs;
    return true;
  }
}
