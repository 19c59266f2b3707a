import { timingSafeEqual } from 'node:crypto';
import type { SipRequest } from '../message/message.js';
import {
  algorithmOf,
  digestResponse,
  formatDigest,
  parseDigest,
  type DigestAlgorithm,
  type DigestKeys,
} from './digest.js';
import { Nonces } from './nonce.js';

/** `none`: no credentials of ours; `stale`: right, but with a nonce that is used no more; `wrong`: name or password. */
export type Verdict =
  { kind: 'right'; userName: string } | { kind: 'none' | 'stale' } | { kind: 'wrong'; userName: string };

/** Compared with when there is no such account, so that the answer takes as long. */
const nobody: DigestKeys = { MD5: '0'.repeat(32), 'SHA-256': '0'.repeat(64) };

/** RFC 3261 §22.2 with RFC 7616 and RFC 8760: asks who it is, and judges the answer. */
export class DigestServer {
  readonly #nonces: Nonces;

  constructor(
    private readonly options: {
      realm: string;
      /** What is offered, best first: a header field for each. */
      algorithms: readonly DigestAlgorithm[];
      keysOf: (userName: string) => DigestKeys | undefined;
      nowMs: () => number;
    },
  ) {
    this.#nonces = new Nonces(options.nowMs);
  }

  /** Header fields of a 401. */
  challenge(source: string, stale: boolean): [name: string, value: string][] {
    const { realm, algorithms } = this.options;
    const nonce = this.#nonces.create(source);
    return algorithms.map(algorithm => {
      const parameters: [string, string][] = [
        ['realm', realm],
        ['nonce', nonce],
        ['algorithm', algorithm],
        ['qop', 'auth'],
      ];
      if (stale) parameters.push(['stale', 'true']);
      return ['www-authenticate', formatDigest(parameters, true)];
    });
  }

  /** Whether the request carries credentials for this realm at all. */
  isShown(request: SipRequest): boolean {
    return this.#credentialsOf(request) !== undefined;
  }

  /** Whose request it is. An answer that was right once is not right again. */
  judge(request: SipRequest, source: string): Verdict {
    const credentials = this.#credentialsOf(request);
    const algorithm = credentials && algorithmOf(credentials);
    if (!credentials || !algorithm || !this.options.algorithms.includes(algorithm)) return { kind: 'none' };
    const userName = credentials.get('username') ?? '';
    const nonce = credentials.get('nonce') ?? '';
    const nc = credentials.get('nc') ?? '';
    const qop = credentials.get('qop')?.toLowerCase();
    if (qop !== undefined && (qop !== 'auth' || !/^[0-9a-f]{8}$/i.test(nc))) return { kind: 'none' };
    const keys = this.options.keysOf(userName);
    const expected = digestResponse(algorithm, (keys ?? nobody)[algorithm], {
      method: request.method,
      uri: credentials.get('uri') ?? '',
      nonce,
      ...(qop !== undefined && { counted: { nc, cnonce: credentials.get('cnonce') ?? '' } }),
    });
    const isRight = equal(expected, (credentials.get('response') ?? '').toLowerCase());
    if (!keys || !isRight) return { kind: 'wrong', userName };
    // Who does not count (RFC 2069) may use a nonce once.
    const isNew =
      this.#nonces.isFresh(nonce, source) && this.#nonces.count(nonce, qop ? parseInt(nc, 16) : 1);
    return isNew ? { kind: 'right', userName } : { kind: 'stale' };
  }

  #credentialsOf({ headers }: SipRequest): Map<string, string> | undefined {
    return headers
      .all('authorization')
      .map(parseDigest)
      .find(parameters => parameters?.get('realm') === this.options.realm);
  }
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
