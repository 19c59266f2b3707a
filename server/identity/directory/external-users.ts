import type { RoleMapping } from '../../../config/identity-schema.js';
import { UserError } from '../../../base/errors.js';
import type { AccessRecords } from '../../store/access-records.js';
import type { CredentialRecords } from '../../store/credential-records.js';
import type { UserOrigin, UserRecord } from '../../store/user-records.js';
import type { Accounts } from '../accounts.js';
import { incompatible } from '../permissions.js';
import { entitlementOf } from './role-mapping.js';

/** Somebody as a directory or a single sign-on describes them. */
export interface ExternalPerson {
  /** For ever the same there. */
  id: string;
  userName: string;
  displayName: string;
  groups: string[];
}

const userNamePattern = /^[a-z0-9._@-]{2,64}$/;
const maxDisplayName = 120;

/** Keeps users in step with where they come from: made at the first sign-in, updated at each. */
export class ExternalUsers {
  constructor(
    private readonly origin: Exclude<UserOrigin, 'local'>,
    private readonly mapping: readonly RoleMapping[],
    private readonly services: { accounts: Accounts; access: AccessRecords; credentials: CredentialRecords },
  ) {}

  find(externalId: string): UserRecord | undefined {
    return this.services.accounts.records.findExternal(this.origin, externalId);
  }

  /** All that are not refused yet. */
  known(): UserRecord[] {
    return this.services.accounts.records
      .list()
      .filter(({ origin, refusedByOrigin }) => origin === this.origin && !refusedByOrigin);
  }

  /**
   * Who has proved there who they are. What an administrator has disabled here stays so.
   *
   * @throws UserError `no-role` (the user, where there is one, is disabled), `incompatible-roles`, `user-name-taken`
   */
  admit(person: ExternalPerson): UserRecord {
    const { records } = this.services.accounts;
    const known = this.find(person.id);
    const change = { ...this.#entitle(person, known), ...this.#nameOf(person, known) };
    if (!known)
      return this.services.accounts.create({ ...change, origin: this.origin, externalId: person.id });
    const again = known.refusedByOrigin ? { disabled: false, refusedByOrigin: false } : {};
    const before = JSON.stringify([known.displayName, known.institutionId, known.roles, known.userName]);
    const after = JSON.stringify([change.displayName, change.institutionId, change.roles, change.userName]);
    const version = known.version + Number(before !== after);
    records.update(known.userId, { ...change, ...again, version });
    return records.find('userId', known.userId)!;
  }

  /** The origin knows them no more: nothing of theirs opens anything, keys included, until it does again. */
  refuse(user: UserRecord): void {
    const { accounts, credentials } = this.services;
    if (!user.disabled) accounts.records.update(user.userId, { disabled: true, refusedByOrigin: true });
    credentials.deleteSessionsOf(user.userId);
  }

  #entitle(person: ExternalPerson, known: UserRecord | undefined) {
    const { accounts, access } = this.services;
    const entitlement = entitlementOf(person.groups, this.mapping);
    const place = entitlement?.institution;
    const institution =
      place === undefined || place === null
        ? undefined
        : access.institutions().find(({ name, institutionId }) => name === place || institutionId === place);
    if (!entitlement || (place !== null && !institution)) {
      if (known) this.refuse(known);
      const why = entitlement
        ? `the institution ${place} is not set up here`
        : 'none of your groups has a role';
      throw new UserError(
        'no-role',
        `You are known, but may do nothing here: ${why}. Ask your IT department.`,
      );
    }
    const inGroups = known ? accounts.records.groupRoles(known.userId) : [];
    if (incompatible([...new Set([...entitlement.roles, ...inGroups])])) {
      if (known) this.refuse(known);
      throw new UserError(
        'incompatible-roles',
        'Your groups make you an auditor and something else, which nobody may be. Ask your IT department.',
      );
    }
    return { roles: entitlement.roles, institutionId: institution?.institutionId ?? null };
  }

  #nameOf({ userName, displayName }: ExternalPerson, known: UserRecord | undefined) {
    const name = userName.trim().toLowerCase();
    const other = this.services.accounts.records.find('userName', name);
    if (!userNamePattern.test(name) || (other && other.userId !== known?.userId))
      throw new UserError(
        'user-name-taken',
        `The name ${name} cannot be used here: another user has it, or it has other signs than letters, digits and ._@-. Ask your administrator.`,
      );
    return { userName: name, displayName: displayName.trim().slice(0, maxDisplayName) || name };
  }
}
