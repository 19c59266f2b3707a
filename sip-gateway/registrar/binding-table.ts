import type { Clock, Timer } from '../sip/clock.js';
import type { Flow } from '../sip/transport/transport.js';
import { bindingKey, type SavedBinding } from './binding.js';

export interface Binding extends SavedBinding {
  /** The connection that the device keeps open to us; undefined after a restart. */
  live?: Flow;
  /** It is open as long as the binding stands. */
  release?: () => void;
}

/** Of one account. The one that was renewed the longest ago makes room: it is a telephone that was restarted. */
const maxBindings = 10;
/** Changes are written together. After a crash, what came within this is registered anew by the devices. */
const saveAfterMs = 200;
const sweepMs = 1_000;

/** Who is registered, and from where. In memory; what changes is saved in batches. */
export class BindingTable {
  readonly #accounts = new Map<string, Map<string, Binding>>();
  readonly #changed = new Set<string>();
  #saving: Timer | undefined;
  #sweep: Timer;

  constructor(
    private readonly options: {
      clock: Clock;
      /** ms since 1970. */
      nowMs: () => number;
      save: (changes: ReadonlyMap<string, readonly SavedBinding[]>) => void;
      saved: Iterable<[account: string, binding: SavedBinding]>;
    },
  ) {
    const nowMs = options.nowMs();
    for (const [account, binding] of options.saved) {
      if (binding.expiresAtMs > nowMs) this.#mapOf(account).set(bindingKey(binding), { ...binding });
    }
    this.#sweep = this.#scheduleSweep();
  }

  /** Accounts with at least one. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Unexpired ones, in the order of their renewal. */
  of(account: string): Binding[] {
    const nowMs = this.options.nowMs();
    return [...(this.#accounts.get(account)?.values() ?? [])].filter(
      ({ expiresAtMs }) => expiresAtMs > nowMs,
    );
  }

  find(account: string, key: string): Binding | undefined {
    return this.#accounts.get(account)?.get(key);
  }

  set(account: string, binding: Binding): void {
    const bindings = this.#mapOf(account);
    const key = bindingKey(binding);
    bindings.get(key)?.release?.();
    // Inserted again, so that the order is that of renewal.
    bindings.delete(key);
    bindings.set(key, binding);
    if (bindings.size > maxBindings) this.#remove(account, bindings.keys().next().value!);
    this.#note(account);
  }

  remove(account: string, key: string): void {
    this.#remove(account, key);
    this.#note(account);
  }

  removeAll(account: string): void {
    for (const key of [...(this.#accounts.get(account)?.keys() ?? [])]) this.remove(account, key);
  }

  #mapOf(account: string): Map<string, Binding> {
    const known = this.#accounts.get(account);
    if (known) return known;
    const bindings = new Map<string, Binding>();
    this.#accounts.set(account, bindings);
    return bindings;
  }

  #remove(account: string, key: string): void {
    const bindings = this.#accounts.get(account);
    bindings?.get(key)?.release?.();
    bindings?.delete(key);
    if (bindings?.size === 0) this.#accounts.delete(account);
  }

  #note(account: string): void {
    this.#changed.add(account);
    this.#saving ??= this.options.clock.after(saveAfterMs, () => this.#save());
  }

  #save(): void {
    this.#saving?.cancel();
    this.#saving = undefined;
    if (this.#changed.size === 0) return;
    const changes = new Map([...this.#changed].map(account => [account, this.of(account).map(savedOf)]));
    this.#changed.clear();
    this.options.save(changes);
  }

  #scheduleSweep(): Timer {
    return this.options.clock.after(sweepMs, () => {
      const nowMs = this.options.nowMs();
      for (const [account, bindings] of this.#accounts) {
        for (const [key, binding] of bindings) if (binding.expiresAtMs <= nowMs) this.remove(account, key);
      }
      this.#sweep = this.#scheduleSweep();
    });
  }

  /** Saves what is not saved yet; the bindings stay for the next start. */
  close(): void {
    this.#sweep.cancel();
    this.#save();
    for (const bindings of this.#accounts.values()) for (const { release } of bindings.values()) release?.();
  }
}

function savedOf({ live: _live, release: _release, ...saved }: Binding): SavedBinding {
  return saved;
}
