import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.js';

const keptMs = 24 * 3_600_000;
const maxKept = 10_000;
const maxKeyLength = 128;

interface Kept {
  bodyHash: string;
  result: Promise<unknown>;
  atMs: number;
}

/**
 * A POST that is sent again with the same `Idempotency-Key` is answered as the first one was, and done once: for
 * clients whose network broke before the answer. Kept for a day, in memory: after a restart a key is new.
 */
export class Idempotency {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly now: () => number = Date.now) {}

  /** @throws UserError `idempotency-key` when the key was used for something else */
  run(name: string, request: FastifyRequest, act: () => Promise<unknown>): Promise<unknown> {
    const key = request.headers['idempotency-key'];
    const who = request.principal?.userId;
    if (request.method !== 'POST' || key === undefined || who === undefined) return act();
    if (typeof key !== 'string' || key === '' || key.length > maxKeyLength)
      throw new UserError('idempotency-key', `An Idempotency-Key has 1 to ${maxKeyLength} characters.`);
    const bodyHash = createHash('sha256')
      .update(JSON.stringify([request.params, request.body ?? null]))
      .digest('hex');
    const place = JSON.stringify([who, name, key]);
    const kept = this.#kept.get(place);
    if (kept && this.now() - kept.atMs < keptMs) {
      if (kept.bodyHash === bodyHash) return kept.result;
      throw new UserError(
        'idempotency-key',
        'This Idempotency-Key was used for another request. Take a new one.',
      );
    }
    const result = act();
    this.#kept.delete(place);
    this.#kept.set(place, { bodyHash, result, atMs: this.now() });
    // What failed may be tried again.
    result.catch(() => this.#kept.delete(place));
    if (this.#kept.size > maxKept) this.#kept.delete(this.#kept.keys().next().value ?? '');
    return result;
  }
}
