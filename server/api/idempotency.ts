import { createHash, hkdfSync } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { UserError } from '../../base/errors.js';
import { seal, unseal } from '../../base/seal.js';
import type { AnswerRecords } from '../store/answer-records.js';

const keptMs = 24 * 3_600_000;
const maxKeyLength = 128;
/** Old answers are deleted once in so many new ones. */
const sweptEvery = 100;

/**
 * A POST that is sent again with the same `Idempotency-Key` is answered as the first one was, and done once: for
 * clients whose network broke before the answer. Kept for a day, also over a restart; what was not done to its end when
 * the server crashed is done again. An answer may hold a secret (a new API key): it is stored so that only the
 * Idempotency-Key opens it.
 */
export class Idempotency {
  /** Those that are being done. */
  readonly #running = new Map<string, { bodyHash: string; result: Promise<unknown> }>();
  #saved = 0;

  constructor(
    private readonly answers: AnswerRecords,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws UserError when the key was used for something else */
  async run(name: string, request: FastifyRequest, act: () => Promise<unknown>): Promise<unknown> {
    const key = request.headers['idempotency-key'];
    const who = request.principal?.userId;
    if (request.method !== 'POST' || key === undefined || who === undefined) return act();
    if (typeof key !== 'string' || key === '' || key.length > maxKeyLength)
      throw new UserError('idempotency-key', `An Idempotency-Key has 1 to ${maxKeyLength} characters.`);
    const bodyHash = sha256(JSON.stringify([request.params, request.body ?? null]));
    const place = sha256(JSON.stringify([who, name, key]));
    const running = this.#running.get(place);
    const kept = running ? undefined : this.answers.find(place, this.#ago());
    if ((running ?? kept)?.bodyHash !== bodyHash && (running ?? kept))
      throw new UserError(
        'idempotency-key',
        'This Idempotency-Key was used for another request. Take a new one.',
      );
    if (running) return running.result;
    const lock = Buffer.from(hkdfSync('sha256', key, place, 'answer', 32));
    if (kept) return (JSON.parse(unseal(lock, kept.result)) as { value?: unknown }).value;
    const result = act();
    this.#running.set(place, { bodyHash, result });
    try {
      const value = await result; // what failed may be tried again
      this.#save({ place, bodyHash, result: seal(lock, JSON.stringify({ value })) });
      return value;
    } finally {
      this.#running.delete(place);
    }
  }

  #save(answer: { place: string; bodyHash: string; result: string }): void {
    this.answers.save({ ...answer, at: new Date(this.now()).toISOString() });
    if (this.#saved++ % sweptEvery === 0) this.answers.deleteBefore(this.#ago());
  }

  #ago(): string {
    return new Date(this.now() - keptMs).toISOString();
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
