/**
 * What came of a stream before its clock was known, in order. A stream that begins (or begins anew) waits for the
 * sender's first report, which comes within a second; nothing is lost by it but time.
 */
export class Settling<T> {
  /** Left out since more came than is kept. */
  dropped = 0;
  #items: T[] = [];
  #sinceMs: number | undefined;

  constructor(
    private readonly keep: number,
    private readonly waitMs: number,
  ) {}

  push(item: T, nowMs: number): void {
    this.#sinceMs ??= nowMs;
    this.#items.push(item);
    if (this.#items.length <= this.keep) return;
    this.#items.shift();
    this.dropped++;
  }

  /** Nothing has come yet. */
  get empty(): boolean {
    return this.#items.length === 0;
  }

  /** There is something, and it has waited long enough or need not wait. */
  due(settled: boolean, nowMs: number): boolean {
    return this.#sinceMs !== undefined && (settled || nowMs - this.#sinceMs >= this.waitMs);
  }

  take(): T[] {
    this.#sinceMs = undefined;
    return this.#items.splice(0);
  }
}
