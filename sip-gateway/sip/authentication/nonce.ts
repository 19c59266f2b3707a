import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A client may go on with a nonce for so long; then it is told that it is stale. */
const lifetimeMs = 300_000;
/** Nonces whose counts are remembered. At 100 registrations a second, each with a nonce of its own, all that live. */
const maxCounted = 50_000;
const macBytes = 16;

/**
 * Nonces that need no state: time, randomness, and a MAC over both and the address that asked, so that a captured one
 * is of no use from anywhere else. What is remembered is how far each was counted: no answer is taken twice.
 */
export class Nonces {
  readonly #secret = randomBytes(32);
  /** The highest `nc` of each nonce that was used, oldest nonce first. */
  readonly #counts = new Map<string, number>();

  constructor(private readonly nowMs: () => number) {}

  create(source: string): string {
    const head = Buffer.alloc(14);
    head.writeUIntBE(Math.floor(this.nowMs()), 0, 6);
    randomBytes(8).copy(head, 6);
    return Buffer.concat([head, this.#mac(head, source)]).toString('base64url');
  }

  /** Made by us for this address, and not too long ago. */
  isFresh(nonce: string, source: string): boolean {
    const bytes = Buffer.from(nonce, 'base64url');
    if (bytes.length !== 14 + macBytes) return false;
    const head = bytes.subarray(0, 14);
    if (!timingSafeEqual(bytes.subarray(14), this.#mac(head, source))) return false;
    const ageMs = this.nowMs() - head.readUIntBE(0, 6);
    return ageMs >= -1000 && ageMs < lifetimeMs;
  }

  /** Notes that `nc` was used; false when it, or a higher one, was used before (RFC 7616 §3.4, nc). */
  count(nonce: string, nc: number): boolean {
    if (nc <= (this.#counts.get(nonce) ?? 0)) return false;
    this.#counts.set(nonce, nc);
    if (this.#counts.size > maxCounted) this.#counts.delete(this.#counts.keys().next().value!);
    return true;
  }

  #mac(head: Buffer, source: string): Buffer {
    return createHmac('sha256', this.#secret).update(head).update(source).digest().subarray(0, macBytes);
  }
}
