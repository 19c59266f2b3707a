/** Anything that is released by `close()`, which may be called twice. */
export interface Closable {
  close(): void | Promise<void>;
}

type Release = () => unknown;

/**
 * What a part created and must close. Whoever creates, closes: `close()` runs every release in reverse order,
 * goes on when one fails, and resolves when all are done. Calling it again returns the same promise.
 */
export class Scope {
  readonly #releases: Release[] = [];
  #closing: Promise<void> | undefined;

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** Takes over `part`; returns it, so that creating and owning is one line. Throws when already closed. */
  own<T extends Closable>(part: T): T {
    this.onClose(() => part.close());
    return part;
  }

  onClose(release: Release): void {
    if (this.closed) throw new Error('the scope is closed already');
    this.#releases.push(release);
  }

  /** Rejects, after all releases ran, with an AggregateError of what failed. */
  close(): Promise<void> {
    return (this.#closing ??= this.#releaseAll());
  }

  async #releaseAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const release of this.#releases.splice(0).reverse()) {
      try {
        await release();
      } catch (cause) {
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'closing failed in part');
  }
}
