/** Wrong tries that one source may make before it has to wait, and how long both are remembered. */
const maxFailures = 10;
const windowMs = 60_000;
/** Sources remembered at once, so that a flood from many addresses takes no memory. */
const maxSources = 10_000;

/** Stops guessing of tokens, PINs and numbers: counts wrong tries by source address. */
export class AttemptLimit {
  /** Tries refused since the start. */
  refused = 0;
  readonly #failures = new Map<string, { count: number; sinceMs: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Whether the source may try. */
  allows(source: string): boolean {
    const entry = this.#failures.get(source);
    if (!entry || this.now() - entry.sinceMs > windowMs) return true;
    if (entry.count < maxFailures) return true;
    this.refused++;
    return false;
  }

  failed(source: string): void {
    const entry = this.#failures.get(source);
    if (entry && this.now() - entry.sinceMs <= windowMs) {
      entry.count++;
      return;
    }
    // Insertion order: the first is the oldest.
    if (this.#failures.size >= maxSources)
      this.#failures.delete(this.#failures.keys().next().value ?? source);
    this.#failures.delete(source);
    this.#failures.set(source, { count: 1, sinceMs: this.now() });
  }
}
