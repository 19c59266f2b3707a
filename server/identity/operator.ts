import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Settings } from '../store/settings.js';

const hashSetting = 'operator-token-sha256';
const secretSetting = 'session-secret';

/**
 * Until identities exist there is one: the operator, who holds a token. The first start makes it and shows it
 * once; only its hash is kept. A browser changes it for a signed session that ends by itself.
 */
export class Operator {
  /** The token, if this start made it: to be shown once. */
  readonly newToken: string | null;
  readonly #hash: Buffer;
  readonly #secret: string;

  constructor(
    settings: Settings,
    private readonly sessionMs: number,
    private readonly now: () => number = Date.now,
  ) {
    const known = settings.get(hashSetting);
    // 128 bits: a plain hash of it cannot be searched.
    this.newToken = known === undefined ? randomBytes(16).toString('base64url') : null;
    if (this.newToken !== null) settings.set(hashSetting, sha256(this.newToken).toString('hex'));
    this.#hash = Buffer.from(settings.get(hashSetting) ?? '', 'hex');
    const secret = settings.get(secretSetting) ?? randomBytes(32).toString('base64url');
    settings.set(secretSetting, secret);
    this.#secret = secret;
  }

  isToken(token: string): boolean {
    return timingSafeEqual(sha256(token), this.#hash);
  }

  /** A session that `isSession` accepts until it ends: `EXPIRY.SIGNATURE`. */
  newSession(): string {
    const expiry = String(this.now() + this.sessionMs);
    return `${expiry}.${this.#sign(expiry)}`;
  }

  isSession(session: string): boolean {
    const [expiry = '', signature = ''] = session.split('.');
    const expected = Buffer.from(this.#sign(expiry));
    const given = Buffer.from(signature);
    return (
      given.length === expected.length && timingSafeEqual(given, expected) && Number(expiry) > this.now()
    );
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url');
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
