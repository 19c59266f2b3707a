import { UserError } from '../../base/errors.js';
import type { AccessRecords } from '../store/access-records.js';
import type { CredentialRecords } from '../store/credential-records.js';
import type { UserRecord } from '../store/user-records.js';
import type { Accounts } from './accounts.js';
import type { Permission, Role } from './permissions.js';
import { holds, reaches, type Principal, type ProtectedObject } from './principal.js';
import { newId, newSecret, sha256 } from './secrets.js';

export interface SessionLimits {
  /** Nothing was asked for this long: it ends. */
  idleMs: number;
  /** It ends after this in any case. */
  absoluteMs: number;
}

/** The use of a session is noted no more often than this. */
const touchMs = 60_000;
const maxInstitutionDepth = 16;

/** Who somebody is, and what they may: sessions, API keys, objects. */
export class Identity {
  constructor(
    readonly accounts: Accounts,
    readonly credentials: CredentialRecords,
    readonly access: AccessRecords,
    private readonly limits: SessionLimits,
    private readonly now: () => number = Date.now,
  ) {}

  /** @returns the cookie's value: only its hash is kept */
  openSession(
    user: { userId: string },
    session: { scopes: Permission[] | null; secondFactor: boolean; source: string; userAgent: string },
  ): string {
    const token = newSecret();
    const at = this.#time();
    const { idleMs, absoluteMs } = this.limits;
    this.credentials.deleteSessionsBefore(this.#time(-absoluteMs), this.#time(-idleMs));
    this.credentials.insertSession({
      ...session,
      sessionId: newId(),
      tokenHash: sha256(token),
      userId: user.userId,
      userAgent: session.userAgent.slice(0, 200),
      createdAt: at,
      lastSeenAt: at,
    });
    return token;
  }

  /** null: it has ended, or never was. Using it keeps it from idling out. */
  principalOfSession(token: string): Principal | null {
    if (token === '') return null;
    const session = this.credentials.session(sha256(token));
    if (!session) return null;
    const seen = Date.parse(session.lastSeenAt);
    const ended =
      this.now() - seen > this.limits.idleMs ||
      this.now() - Date.parse(session.createdAt) > this.limits.absoluteMs;
    const user = ended ? undefined : this.accounts.records.find('userId', session.userId);
    if (!user || user.disabled) {
      this.credentials.deleteSession(session.userId, session.sessionId);
      return null;
    }
    if (this.now() - seen > touchMs) this.credentials.touchSession(session.sessionId, this.#time());
    const roles = this.rolesOf(user);
    // A session that an API key has opened is as narrow as the key, and as little asked for passwords.
    const byKey = session.scopes !== null;
    const blocked = byKey
      ? null
      : this.accounts.isPasswordExpired(user)
        ? 'password-expired'
        : roles.includes('administrator') && !session.secondFactor
          ? 'second-factor-needed'
          : null;
    return {
      ...principalOf(user, roles),
      scopes: session.scopes,
      via: { kind: 'session', id: session.sessionId },
      blocked,
    };
  }

  /** null: there is no such key any more. */
  principalOfKey(token: string): Principal | null {
    const key = this.credentials.key(sha256(token));
    if (!key || (key.expiresAt !== null && Date.parse(key.expiresAt) <= this.now())) return null;
    const user = this.accounts.records.find('userId', key.userId);
    if (!user || user.disabled) return null;
    return {
      ...principalOf(user, this.rolesOf(user)),
      scopes: key.scopes,
      via: { kind: 'key', id: key.keyId },
      blocked: null,
    };
  }

  /** For what runs in somebody's name while they are away; null: there is no such user any more. */
  principalOfUser(userId: string): Principal | null {
    const user = this.accounts.records.find('userId', userId);
    if (!user || user.disabled) return null;
    return {
      ...principalOf(user, this.rolesOf(user)),
      scopes: null,
      via: { kind: 'key', id: '' },
      blocked: null,
    };
  }

  /** Shown once; narrowed to scopes that the holder has. @throws UserError `wrong-scope` */
  newKey(
    holder: Principal,
    key: { name: string; scopes: Permission[]; expiresAt: string | null },
  ): { keyId: string; key: string } {
    const wrong = key.scopes.find(scope => !holds(holder, scope));
    if (wrong !== undefined) throw new UserError('wrong-scope', `You may not do ${wrong} yourself.`);
    const secret = newSecret();
    const keyId = newId();
    this.credentials.insertKey({
      ...key,
      keyId,
      keyHash: sha256(secret),
      userId: holder.userId,
      createdAt: this.#time(),
    });
    return { keyId, key: secret };
  }

  rolesOf(user: UserRecord): Role[] {
    return [...new Set([...user.roles, ...this.accounts.records.groupRoles(user.userId)])];
  }

  /** A conference, or a recording of it. */
  conferenceObject(conferenceId: string): ProtectedObject {
    return {
      ...this.access.owner(conferenceId),
      member: userId => this.access.memberRole(conferenceId, userId),
    };
  }

  /** Owned by nobody but its institution: a user, a device. */
  institutionObject(institutionId: string | null): ProtectedObject {
    return { ownerId: null, institutionId, member: () => null };
  }

  may(principal: Principal | null, permission: Permission, object: ProtectedObject): boolean {
    return principal !== null && reaches(principal, permission, object, this.isWithin);
  }

  readonly isWithin = (inner: string | null, outer: string | null): boolean => {
    if (outer === null) return true;
    let at = inner;
    for (let depth = 0; at !== null && depth < maxInstitutionDepth; depth++) {
      if (at === outer) return true;
      at = this.access.parentOf(at);
    }
    return false;
  };

  #time(offsetMs = 0): string {
    return new Date(this.now() + offsetMs).toISOString();
  }
}

function principalOf(user: UserRecord, roles: Role[]) {
  const { userId, userName, institutionId } = user;
  return { userId, userName, institutionId, roles };
}
