import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { ResourceError } from '../../base/errors.js';
import type { HashOrder } from './password-thread.js';

/** RFC 9106 argon2id with OWASP's first choice of costs: 19 MiB, 2 passes, 1 lane. */
const usualCosts = { memoryKiB: 19_456, passes: 2 };
const saltBytes = 16;
/** Each takes most of a second of the thread: more that wait would only time out. */
const maxWaiting = 16;

/**
 * Hashes passwords with argon2id in a thread of its own, one after another, so that log-ins never hold up
 * signalling. Kept as PHC strings, `$argon2id$v=19$m=…,t=…,p=1$SALT$HASH`: costs can be raised later.
 */
export class PasswordHasher {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { done: (hash: Buffer) => void; failed: (error: Error) => void }>();
  #lastId = 0;

  /** `costs`: of new hashes; tests that sign in a hundred times choose small ones. */
  constructor(private readonly costs = usualCosts) {
    this.#worker = new Worker(new URL('./password-thread.js', import.meta.url));
    this.#worker.unref();
    this.#worker.on('message', ({ id, hash }: { id: number; hash: Uint8Array }) => {
      this.#waiting.get(id)?.done(Buffer.from(hash));
      this.#waiting.delete(id);
    });
    this.#worker.on('error', error => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the password thread has ended')));
  }

  async hash(password: string): Promise<string> {
    const { memoryKiB, passes } = this.costs;
    const salt = randomBytes(saltBytes);
    const hash = await this.#derive(password, salt, memoryKiB, passes);
    return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$${base64(salt)}$${base64(hash)}`;
  }

  /** With `stored` null it takes as long, and says no: nobody learns from the time whether there is such a user. */
  async verify(password: string, stored: string | null): Promise<boolean> {
    const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([^$]+)\$([^$]+)$/.exec(stored ?? '');
    if (!match) {
      await this.#derive(password, randomBytes(saltBytes), this.costs.memoryKiB, this.costs.passes);
      return false;
    }
    const expected = Buffer.from(match[4]!, 'base64');
    const given = await this.#derive(
      password,
      Buffer.from(match[3]!, 'base64'),
      Number(match[1]),
      Number(match[2]),
    );
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #derive(password: string, salt: Uint8Array, memory: number, times: number): Promise<Buffer> {
    if (this.#waiting.size >= maxWaiting) {
      return Promise.reject(
        new ResourceError('busy', 'Too many sign in at once. Try again in a few seconds.'),
      );
    }
    const id = ++this.#lastId;
    const order: HashOrder = {
      id,
      password: password.normalize('NFKC'),
      salt,
      memoryKiB: memory,
      passes: times,
    };
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      this.#worker.postMessage(order);
    });
  }

  #fail(error: Error): void {
    for (const { failed } of this.#waiting.values()) failed(error);
    this.#waiting.clear();
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
