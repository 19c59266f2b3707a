import { UserError } from '../../../base/errors.js';
import type { UserRecord } from '../../store/user-records.js';
import { refused, type Accounts } from '../accounts.js';
import { AttemptLimit } from '../attempt-limit.js';
import type { ExternalUsers } from './external-users.js';
import type { LdapDirectory } from './ldap-directory.js';

/** Names and passwords of the directory: search, then bind as who was found. Limits and locks as for local users. */
export class DirectorySignIn {
  /** People who have never been here have no account that could be locked. */
  readonly #strangers: AttemptLimit;

  constructor(
    private readonly directory: Pick<LdapDirectory, 'find' | 'findById' | 'prove'>,
    private readonly users: ExternalUsers,
    private readonly accounts: Accounts,
    now: () => number = Date.now,
  ) {
    this.#strangers = new AttemptLimit(now);
  }

  /** @throws LogInRefused, ResourceError `directory-down`, UserError of `ExternalUsers.admit` */
  async logIn(name: string, password: string): Promise<UserRecord> {
    const named = this.accounts.records.find('userName', name);
    // Before the directory is asked: a locked account makes no wrong tries there either.
    this.#check(named);
    const entry = await this.directory.find(name);
    const known = entry ? this.users.find(entry.id) : named;
    if (known?.userId !== named?.userId) this.#check(known);
    if (entry && !known && !this.#strangers.allows(entry.id)) throw refused('locked');
    const proof = await this.directory.prove(entry, password);
    if (proof === 'waits') throw refused('directory-waits');
    if (!entry || proof === 'refused') {
      if (known) this.users.refuse(known);
      throw refused(known ? 'directory-refuses' : 'no-such-user');
    }
    if (proof === 'wrong') {
      if (known)
        throw this.accounts.failed(this.accounts.records.find('userId', known.userId)!, 'wrong-password');
      this.#strangers.failed(entry.id);
      throw refused('wrong-password');
    }
    return this.users.admit(entry);
  }

  /**
   * Looks whether the directory still knows those who are here, and with which groups: sessions and API keys of who
   * has left the house end without a sign-in.
   *
   * @returns those who were disabled
   * @throws ResourceError `directory-down`: nobody is disabled because the directory is away
   */
  async recheck(): Promise<UserRecord[]> {
    const gone: UserRecord[] = [];
    for (const user of this.users.known()) {
      const entry = await this.directory.findById(user.externalId!);
      try {
        if (entry) this.users.admit(entry);
        else this.users.refuse(user);
      } catch (error) {
        if (!(error instanceof UserError)) throw error; // else `admit` has refused whom it had to
      }
      if (this.accounts.records.find('userId', user.userId)?.refusedByOrigin) gone.push(user);
    }
    return gone;
  }

  #check(user: UserRecord | undefined): void {
    if (user?.disabled && !user.refusedByOrigin) throw refused('disabled');
    if (user && this.accounts.isLocked(user)) throw refused('locked');
  }
}
