import type { Clock } from '../clock.js';

export interface RateLimitOptions {
  /** Each source may do this many at once, and so many in a second from then on. */
  burst: number;
  perSecond: number;
  /** The same over all sources together: forged source addresses are as many as one likes. */
  totalBurst: number;
  totalPerSecond: number;
  /** Sources that are remembered; the one that was quiet the longest is forgotten first. */
  maxSources: number;
}

export const strangerLimits: RateLimitOptions = {
  burst: 40,
  perSecond: 10,
  totalBurst: 1000,
  totalPerSecond: 250,
  maxSources: 10_000,
};

/** REGISTERs: a hospital's devices come back together after a power cut, many behind one address. */
export const registrationRates: RateLimitOptions = {
  burst: 500,
  perSecond: 250,
  totalBurst: 2000,
  totalPerSecond: 500,
  maxSources: 10_000,
};

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Token buckets. Guards what strangers can ask for: whoever has a call is not counted here. */
export class RateLimit {
  readonly #sources = new Map<string, Bucket>();
  readonly #total: Bucket;

  constructor(
    private readonly clock: Clock,
    private readonly options: RateLimitOptions = strangerLimits,
  ) {
    this.#total = { tokens: options.totalBurst, atMs: clock.now() };
  }

  get sources(): number {
    return this.#sources.size;
  }

  /** Takes one token of that source and of all; false when there is none. */
  allow(source: string): boolean {
    const { burst, perSecond, totalBurst, totalPerSecond } = this.options;
    const nowMs = this.clock.now();
    const bucket = this.#bucketOf(source, nowMs);
    refill(bucket, nowMs, burst, perSecond);
    refill(this.#total, nowMs, totalBurst, totalPerSecond);
    if (bucket.tokens < 1 || this.#total.tokens < 1) return false;
    bucket.tokens--;
    this.#total.tokens--;
    return true;
  }

  /** It is this source's own doing that it gets none, not that of all together. */
  isExhausted(source: string): boolean {
    return (this.#sources.get(source)?.tokens ?? 1) < 1;
  }

  #bucketOf(source: string, nowMs: number): Bucket {
    const bucket = this.#sources.get(source) ?? { tokens: this.options.burst, atMs: nowMs };
    // A Map keeps the order of insertion: re-inserting makes it the order of use.
    this.#sources.delete(source);
    this.#sources.set(source, bucket);
    if (this.#sources.size > this.options.maxSources) {
      this.#sources.delete(this.#sources.keys().next().value!);
    }
    return bucket;
  }
}

function refill(bucket: Bucket, nowMs: number, burst: number, perSecond: number): void {
  bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
  bucket.atMs = nowMs;
}
