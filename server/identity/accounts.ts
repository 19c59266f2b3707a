import { randomBytes } from 'node:crypto';
import { UserError } from '../../base/errors.js';
import type { UserOrigin, UserRecord, UserRecords } from '../store/user-records.js';
import type { DirectorySignIn } from './directory/directory-sign-in.js';
import type { PasswordHasher } from './password-hash.js';
import { maxPasswordAgeMs, passwordProblem, reuseWindowMs } from './password-policy.js';
import { newId, sha256 } from './secrets.js';
import { checkTotp } from './totp.js';
import type { Role } from './permissions.js';

/** Wrong passwords or codes in a row, after which the account waits. */
const maxFailures = 5;
const lockMs = 15 * 60_000;
const recoveryCodes = 8;

/** Why a log-in failed, for the audit; the person is told no more than `UserError` says. */
export type LogInFailure =
  | 'no-such-user'
  | 'disabled'
  | 'locked'
  | 'wrong-password'
  | 'wrong-code'
  | 'locks'
  | 'directory-refuses'
  | 'directory-waits';

export class LogInRefused extends UserError {
  constructor(
    code: 'wrong-credentials' | 'code-needed',
    message: string,
    readonly reason: LogInFailure | 'code-needed',
  ) {
    super(code, message);
  }
}

/** Passwords, second factors and what happens to those who get them wrong. */
export class Accounts {
  /** Asked about names that are no local users'. */
  directory: DirectorySignIn | undefined;

  constructor(
    readonly records: UserRecords,
    private readonly hasher: PasswordHasher,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Unknown, locked and wrong look and last the same from outside, so that nobody learns who has an account.
   *
   * @param code of the authenticator, or a recovery code; asked for only after the password was right
   * @throws LogInRefused
   */
  async logIn(
    userName: string,
    password: string,
    code: string | undefined,
  ): Promise<{ user: UserRecord; secondFactor: boolean }> {
    const name = userName.trim().toLowerCase();
    const found = this.records.find('userName', name);
    const user =
      this.directory && (!found || found.origin === 'ldap')
        ? await this.directory.logIn(name, password)
        : await this.#byPassword(found, password);
    if (user.totpSecret === null) return { user: this.#succeeded(user), secondFactor: false };
    if (code === undefined || code === '') {
      throw new LogInRefused('code-needed', 'Type the code that your authenticator shows.', 'code-needed');
    }
    if (!this.#isSecondFactor(user, code)) throw this.failed(user, 'wrong-code');
    return { user: this.#succeeded(user), secondFactor: true };
  }

  async #byPassword(found: UserRecord | undefined, password: string): Promise<UserRecord> {
    const right = await this.hasher.verify(password, found?.passwordHash ?? null);
    // Read again: others may have failed or changed the password while the hash was made.
    const user = found && this.records.find('userId', found.userId);
    if (!user) throw refused('no-such-user');
    if (user.disabled) throw refused('disabled');
    if (this.isLocked(user)) throw refused('locked');
    if (!right || user.passwordHash !== found.passwordHash) throw this.failed(user, 'wrong-password');
    return user;
  }

  isLocked(user: UserRecord): boolean {
    return user.lockedUntil !== null && Date.parse(user.lockedUntil) > this.now();
  }

  isPasswordExpired(user: UserRecord): boolean {
    if (user.passwordHash === null) return false;
    return (
      user.mustChangePassword || Date.parse(user.passwordChangedAt ?? '') + maxPasswordAgeMs < this.now()
    );
  }

  /** @throws UserError `wrong-credentials`, `weak-password`, `password-used` */
  async changePassword(userId: string, current: string, wanted: string): Promise<void> {
    const user = this.#found(userId);
    checkLocal(user);
    if (this.isLocked(user)) throw refused('locked');
    if (!(await this.hasher.verify(current, user.passwordHash)))
      throw this.failed(this.#found(userId), 'wrong-password');
    await this.#setPassword(user, wanted, false);
  }

  /** A one-time password, which must be changed at the first log-in; shown once. */
  async resetPassword(userId: string): Promise<string> {
    const user = this.#found(userId);
    checkLocal(user);
    const password = `${randomBytes(9).toString('base64url')}-Aa1`;
    await this.#setPassword(user, password, true);
    this.records.update(userId, { failedLogIns: 0, lockedUntil: null });
    return password;
  }

  /** Asks again for the password before what matters. @throws LogInRefused */
  async confirm(userId: string, password: string): Promise<void> {
    const user = this.#found(userId);
    if (this.directory && user.origin === 'ldap')
      return void (await this.directory.logIn(user.userName, password));
    checkLocal(user);
    if (this.isLocked(user)) throw refused('locked');
    if (!(await this.hasher.verify(password, user.passwordHash)))
      throw this.failed(this.#found(userId), 'wrong-password');
  }

  /** @returns recovery codes, shown once @throws UserError `wrong-code` */
  enrolTotp(userId: string, secret: string, code: string): string[] {
    const step = checkTotp(secret, code, this.now(), 0);
    if (step === null)
      throw new UserError('wrong-code', 'That code does not fit. Check the clock of the telephone.');
    const codes = Array.from({ length: recoveryCodes }, () => randomBytes(10).toString('hex'));
    this.records.update(userId, { totpSecret: secret, totpLastStep: step });
    this.records.setRecoveryCodes(userId, codes.map(sha256));
    return codes;
  }

  create(user: {
    userName: string;
    displayName: string;
    institutionId: string | null;
    roles: Role[];
    origin?: UserOrigin;
    externalId?: string;
  }): UserRecord {
    const userName = user.userName.toLowerCase();
    if (this.records.find('userName', userName))
      throw new UserError('user-name-taken', `There is a user ${userName} already. Choose another name.`);
    const record: UserRecord = {
      origin: 'local',
      externalId: null,
      ...user,
      userName,
      userId: newId(),
      disabled: false,
      refusedByOrigin: false,
      passwordHash: null,
      passwordChangedAt: null,
      mustChangePassword: (user.origin ?? 'local') === 'local',
      failedLogIns: 0,
      lockedUntil: null,
      totpSecret: null,
      totpLastStep: null,
      version: 1,
      createdAt: new Date(this.now()).toISOString(),
    };
    this.records.insert(record);
    return record;
  }

  async #setPassword(user: UserRecord, wanted: string, oneTime: boolean): Promise<void> {
    const now = new Date(this.now()).toISOString();
    const since = new Date(this.now() - reuseWindowMs).toISOString();
    if (!oneTime) {
      const wrong = passwordProblem(wanted, user.userName);
      if (wrong !== null) throw new UserError('weak-password', wrong);
      const used = [user.passwordHash, ...this.records.formerPasswords(user.userId, since)];
      for (const hash of used) {
        if (hash !== null && (await this.hasher.verify(wanted, hash)))
          throw new UserError('password-used', 'You have used that password within a year. Take another.');
      }
    }
    const passwordHash = await this.hasher.hash(wanted);
    if (user.passwordHash !== null)
      this.records.addFormerPassword(user.userId, user.passwordHash, now, since);
    this.records.update(user.userId, {
      passwordHash,
      passwordChangedAt: now,
      mustChangePassword: oneTime,
      failedLogIns: 0,
    });
  }

  #isSecondFactor(user: UserRecord, code: string): boolean {
    const compact = code.replaceAll(/[\s-]/g, '').toLowerCase();
    if (compact.length > 6) return this.records.useRecoveryCode(user.userId, sha256(compact));
    const step = checkTotp(user.totpSecret ?? '', compact, this.now(), user.totpLastStep ?? 0);
    if (step !== null) this.records.update(user.userId, { totpLastStep: step });
    return step !== null;
  }

  #succeeded(user: UserRecord): UserRecord {
    if (user.failedLogIns > 0 || user.lockedUntil !== null)
      this.records.update(user.userId, { failedLogIns: 0, lockedUntil: null });
    return user;
  }

  /** Counts it against the account. @returns what to throw */
  failed(user: UserRecord, reason: LogInFailure): LogInRefused {
    const failedLogIns = user.failedLogIns + 1;
    const locks = failedLogIns >= maxFailures;
    this.records.update(user.userId, {
      failedLogIns: locks ? 0 : failedLogIns,
      ...(locks && { lockedUntil: new Date(this.now() + lockMs).toISOString() }),
    });
    return refused(locks ? 'locks' : reason);
  }

  #found(userId: string): UserRecord {
    const user = this.records.find('userId', userId);
    if (!user) throw new UserError('not-found', 'There is no such user.');
    return user;
  }
}

/** @throws UserError `password-elsewhere` */
function checkLocal({ origin }: UserRecord): void {
  if (origin !== 'local')
    throw new UserError(
      'password-elsewhere',
      'That password is kept by the directory or single sign-on of the house. Change it there.',
    );
}

export function refused(reason: LogInFailure): LogInRefused {
  return new LogInRefused(
    'wrong-credentials',
    `Name, password or code is wrong. After ${maxFailures} wrong tries the account waits ${lockMs / 60_000} minutes.`,
    reason,
  );
}
