import * as oidc from 'openid-client';
import type { OidcConfig } from '../../../config/identity-schema.js';
import { ResourceError, UserError, messageOf } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import type { UserRecord } from '../../store/user-records.js';
import type { ExternalPerson, ExternalUsers } from '../directory/external-users.js';

/** How long somebody may take to sign in there. */
const attemptMs = 10 * 60_000;
/** As long as a session may last: then the provider asks before it signs out. */
const hintMs = 24 * 3_600_000;
const maxRemembered = 10_000;
/** Ways of proving oneself that are a second factor, or say that there were two (RFC 8176 §2). */
const strongMethods = ['mfa', 'mca', 'otp', 'hwk', 'swk', 'sc', 'fpt', 'face', 'iris', 'pop'];

/** Where the provider sends the browser back to. */
export const returnPath = '/sign-in/oidc/return';

interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
  from: string;
  sinceMs: number;
}

export interface SignedOn {
  user: UserRecord;
  secondFactor: boolean;
  /** Page on which it began. */
  from: string;
}

/** OpenID Connect with authorisation code, PKCE (RFC 7636), state and nonce. What is under way is known to one browser. */
export class SingleSignOn {
  #discovered: Promise<oidc.Configuration> | undefined;
  /** By the secret in the browser's cookie; oldest first. */
  readonly #attempts = new Map<string, Attempt>();
  readonly #hints = new Map<string, { idToken: string; sinceMs: number }>();

  constructor(
    private readonly config: OidcConfig,
    private readonly users: ExternalUsers,
    private readonly log: Log,
    private readonly now: () => number = Date.now,
  ) {}

  get label(): string {
    return this.config.label;
  }

  /** @param browser secret that only it has @returns where it goes @throws ResourceError `sign-on-down` */
  async begin(browser: string, from: string): Promise<URL> {
    const provider = await this.#provider();
    const attempt: Attempt = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      from,
      sinceMs: this.now(),
    };
    remember(this.#attempts, browser, attempt);
    return oidc.buildAuthorizationUrl(provider, {
      redirect_uri: this.config.address + returnPath,
      scope: this.config.scope,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
  }

  /** The page on which it began; each attempt is good for one return. */
  take(browser: string): Attempt | undefined {
    const attempt = this.#attempts.get(browser);
    this.#attempts.delete(browser);
    return attempt && this.now() - attempt.sinceMs <= attemptMs ? attempt : undefined;
  }

  /**
   * @param query of the address that the provider has sent the browser to
   * @throws UserError `sign-on-failed`, `sign-on-second-factor`, `account-disabled`, those of `ExternalUsers.admit`
   * @throws ResourceError `sign-on-down`
   */
  async finish(browser: string, attempt: Attempt | undefined, query: string): Promise<SignedOn> {
    if (!attempt)
      throw new UserError('sign-on-failed', 'That sign-in was not begun here, or too long ago. Try again.');
    const provider = await this.#provider();
    const { person, methods, idToken } = await this.#prove(provider, attempt, query);
    const user = this.users.admit(person);
    if (user.disabled)
      throw new UserError('account-disabled', 'Your account is disabled here. Ask your administrator.');
    const secondFactor = methods.some(method => strongMethods.includes(method));
    if (user.roles.includes('administrator') && !secondFactor)
      throw new UserError(
        'sign-on-second-factor',
        'Administrators need a second factor, which the single sign-on has not asked for. Ask your IT department.',
      );
    remember(this.#hints, browser, { idToken, sinceMs: this.now() });
    return { user, secondFactor, from: attempt.from };
  }

  /** Where the browser signs out of the provider, too; null: it cannot (OpenID Connect RP-Initiated Logout 1.0). */
  async end(browser: string): Promise<URL | null> {
    const provider = await this.#provider();
    if (provider.serverMetadata().end_session_endpoint === undefined) return null;
    const hint = this.#hints.get(browser);
    this.#hints.delete(browser);
    return oidc.buildEndSessionUrl(provider, {
      post_logout_redirect_uri: `${this.config.address}/`,
      ...(hint && this.now() - hint.sinceMs <= hintMs && { id_token_hint: hint.idToken }),
    });
  }

  async #prove(provider: oidc.Configuration, attempt: Attempt, query: string) {
    try {
      const tokens = await oidc.authorizationCodeGrant(
        provider,
        new URL(this.config.address + returnPath + query),
        {
          pkceCodeVerifier: attempt.verifier,
          expectedState: attempt.state,
          expectedNonce: attempt.nonce,
          idTokenExpected: true,
        },
      );
      const proved = tokens.claims()!;
      // Some say groups in the ID token, some only when asked.
      const asked =
        provider.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : await oidc.fetchUserInfo(provider, tokens.access_token, proved.sub);
      const claims: Record<string, unknown> = { ...asked, ...proved };
      return {
        person: this.#personOf(claims, proved.sub),
        methods: textsOf(proved.amr),
        idToken: tokens.id_token!,
      };
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      this.log.warn({ reason: messageOf(cause), code: (cause as { code?: unknown }).code }, 'sign-on failed');
      throw new UserError('sign-on-failed', 'The single sign-on did not confirm who you are. Try again.', {
        cause,
      });
    }
  }

  #personOf(claims: Record<string, unknown>, sub: string): ExternalPerson {
    const { userName, displayName, groups } = this.config.claims;
    const [name] = textsOf(claims[userName]);
    if (name === undefined) {
      this.log.warn({ claim: userName }, 'the single sign-on does not say the user name');
      throw new UserError(
        'sign-on-failed',
        `The single sign-on does not say ${userName}. Ask your IT department.`,
      );
    }
    return {
      id: sub,
      userName: name,
      displayName: textsOf(claims[displayName])[0] ?? name,
      groups: textsOf(claims[groups]),
    };
  }

  /** Asked for once; again after a failure. */
  async #provider(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret, timeoutS } = this.config;
    this.#discovered ??= oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: timeoutS,
    });
    try {
      return await this.#discovered;
    } catch (cause) {
      this.#discovered = undefined;
      this.log.error({ issuer, reason: messageOf((cause as Error).cause ?? cause) }, 'no single sign-on');
      throw new ResourceError(
        'sign-on-down',
        'The single sign-on cannot be reached now. Local users can sign in. Try again in a minute.',
        { cause },
      );
    }
  }
}

function textsOf(claim: unknown): string[] {
  return (Array.isArray(claim) ? claim : [claim]).filter(value => typeof value === 'string');
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  if (map.size >= maxRemembered) map.delete(map.keys().next().value ?? '');
  map.set(key, value);
}
