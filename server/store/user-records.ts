import type { Role } from '../identity/permissions.js';
import type { Database } from './database.js';
import { StoredSecrets } from './stored-secrets.js';

/** Where somebody's password is: here, in the directory of the house, or at a single sign-on. */
export type UserOrigin = 'local' | 'ldap' | 'oidc';

export interface UserRecord {
  userId: string;
  userName: string;
  displayName: string;
  institutionId: string | null;
  roles: Role[];
  disabled: boolean;
  origin: UserOrigin;
  /** There, for ever, whatever becomes of the name; null: local. */
  externalId: string | null;
  /** Disabled since the origin knows them no more: enabled again when it does. */
  refusedByOrigin: boolean;
  /** PHC string; null: signs in elsewhere, or not at all. */
  passwordHash: string | null;
  passwordChangedAt: string | null;
  mustChangePassword: boolean;
  failedLogIns: number;
  lockedUntil: string | null;
  totpSecret: string | null;
  totpLastStep: number | null;
  /** Raised by each change of what an administrator sets: two who change at once are told apart. */
  version: number;
  createdAt: string;
}

interface Row extends Omit<UserRecord, 'roles' | 'disabled' | 'refusedByOrigin' | 'mustChangePassword'> {
  roles: string;
  disabled: number;
  refusedByOrigin: number;
  mustChangePassword: number;
}

const columns: Record<keyof UserRecord, string> = {
  userId: 'user_id',
  userName: 'user_name',
  displayName: 'display_name',
  institutionId: 'institution_id',
  roles: 'roles',
  disabled: 'disabled',
  origin: 'origin',
  externalId: 'external_id',
  refusedByOrigin: 'refused_by_origin',
  passwordHash: 'password_hash',
  passwordChangedAt: 'password_changed_at',
  mustChangePassword: 'must_change_password',
  failedLogIns: 'failed_log_ins',
  lockedUntil: 'locked_until',
  totpSecret: 'totp_secret',
  totpLastStep: 'totp_last_step',
  version: 'version',
  createdAt: 'created_at',
};
const selected = Object.entries(columns)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ');

export class UserRecords {
  constructor(
    private readonly database: Database,
    private readonly secrets = new StoredSecrets(),
  ) {}

  list(): UserRecord[] {
    const rows = this.database.prepare(`SELECT ${selected} FROM user_account ORDER BY user_name`).all();
    return (rows as Row[]).map(row => this.#fromRow(row));
  }

  find(key: 'userId' | 'userName', value: string): UserRecord | undefined {
    const row = this.database
      .prepare(`SELECT ${selected} FROM user_account WHERE ${columns[key]} = ?`)
      .get(value) as Row | undefined;
    return row && this.#fromRow(row);
  }

  findExternal(origin: UserOrigin, externalId: string): UserRecord | undefined {
    const row = this.database
      .prepare(`SELECT ${selected} FROM user_account WHERE origin = ? AND external_id = ?`)
      .get(origin, externalId) as Row | undefined;
    return row && this.#fromRow(row);
  }

  insert(user: UserRecord): void {
    const names = Object.keys(columns) as (keyof UserRecord)[];
    this.database
      .prepare(
        `INSERT INTO user_account (${names.map(name => columns[name]).join(', ')})
         VALUES (${names.map(name => `@${name}`).join(', ')})`,
      )
      .run(this.#toRow(user, user.userId));
  }

  update(userId: string, change: Partial<Omit<UserRecord, 'userId'>>): void {
    const names = Object.keys(change) as (keyof UserRecord)[];
    if (names.length === 0) return;
    const assignments = names.map(name => `${columns[name]} = @${name}`).join(', ');
    this.database
      .prepare(`UPDATE user_account SET ${assignments} WHERE user_id = @userId`)
      .run({ ...this.#toRow(change, userId), userId });
  }

  delete(userId: string): void {
    this.database.prepare('DELETE FROM user_account WHERE user_id = ?').run(userId);
  }

  /** Roles that the user has through groups. */
  groupRoles(userId: string): Role[] {
    const rows = this.database
      .prepare('SELECT roles FROM user_group JOIN group_member USING (group_id) WHERE user_id = ?')
      .all(userId) as { roles: string }[];
    return rows.flatMap(row => JSON.parse(row.roles) as Role[]);
  }

  formerPasswords(userId: string, since: string): string[] {
    return this.database
      .prepare('SELECT password_hash FROM former_password WHERE user_id = ? AND replaced_at >= ?')
      .pluck()
      .all(userId, since) as string[];
  }

  /** Keeps what is being replaced; forgets what may be used again. */
  addFormerPassword(userId: string, hash: string, now: string, since: string): void {
    this.database.prepare('INSERT INTO former_password VALUES (?, ?, ?)').run(userId, hash, now);
    this.database.prepare('DELETE FROM former_password WHERE replaced_at < ?').run(since);
  }

  setRecoveryCodes(userId: string, hashes: string[]): void {
    this.database.transaction(() => {
      this.database.prepare('DELETE FROM recovery_code WHERE user_id = ?').run(userId);
      for (const hash of hashes)
        this.database.prepare('INSERT INTO recovery_code VALUES (?, ?)').run(hash, userId);
    })();
  }

  /** Each is good once. @returns whether it was one */
  useRecoveryCode(userId: string, hash: string): boolean {
    return (
      this.database.prepare('DELETE FROM recovery_code WHERE user_id = ? AND code_hash = ?').run(userId, hash)
        .changes > 0
    );
  }

  #fromRow(row: Row): UserRecord {
    return {
      ...row,
      roles: JSON.parse(row.roles) as Role[],
      disabled: row.disabled === 1,
      refusedByOrigin: row.refusedByOrigin === 1,
      mustChangePassword: row.mustChangePassword === 1,
      totpSecret: row.totpSecret === null ? null : this.secrets.unseal(row.totpSecret, row.userId),
    };
  }

  #toRow(user: Partial<UserRecord>, userId: string): Record<string, unknown> {
    const { totpSecret } = user;
    const sealed = totpSecret ? { ...user, totpSecret: this.secrets.seal(totpSecret, userId) } : user;
    return Object.fromEntries(
      Object.entries(sealed).map(([name, value]) => [
        name,
        Array.isArray(value) ? JSON.stringify(value) : typeof value === 'boolean' ? Number(value) : value,
      ]),
    );
  }
}
