type Events = object;
type Listener<E, K extends keyof E> = E[K] extends (...args: infer A) => unknown
  ? (...args: A) => void
  : never;
type Args<E, K extends keyof E> = E[K] extends (...args: infer A) => unknown ? A : never;

/**
 * Typed events: `new Emitter<{ closed: (reason: string) => void }>()`. For what happens often, for many;
 * sent after the state has changed. `on` returns the function that takes the listener off again.
 */
export class Emitter<E extends Events> {
  readonly #listeners = new Map<keyof E, Set<(...args: never[]) => void>>();

  on<K extends keyof E>(event: K, listener: Listener<E, K>): () => void {
    let set = this.#listeners.get(event);
    if (!set) this.#listeners.set(event, (set = new Set()));
    set.add(listener);
    return () => set.delete(listener);
  }

  emit<K extends keyof E>(event: K, ...args: Args<E, K>): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...(args as unknown as never[]));
  }
}
