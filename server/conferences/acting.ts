import { AsyncLocalStorage } from 'node:async_hooks';

/** Who makes the conference change: for its journal. */
export interface Actor {
  kind: 'user' | 'site' | 'system';
  id: string | null;
  name: string;
}

const system: Actor = { kind: 'system', id: null, name: '' };
const acting = new AsyncLocalStorage<Actor>();

/** What `act` does, also later on, is done by `actor`. */
export function actingAs<T>(actor: Actor, act: () => T): T {
  return acting.run(actor, act);
}

export function currentActor(): Actor {
  return acting.getStore() ?? system;
}
