import type { SavedBinding } from '../../sip-gateway/registrar/binding.js';
import type { Database } from './database.js';

export interface SipAccountRecord {
  accountName: string;
  displayName: string;
  /** null: of the whole installation. */
  institutionId: string | null;
  /** Digits of E.164 numbers, or shorter ones of the house. */
  aliases: string[];
  disabled: boolean;
  createdAt: string;
}

export interface SipAccountKeys {
  realm: string;
  md5Key: string;
  sha256Key: string;
}

const columns = `account_name AS "accountName", display_name AS "displayName", institution_id AS "institutionId",
  disabled, created_at AS "createdAt"`;
const aliasColumn = `(SELECT json_group_array(number) FROM sip_alias
  WHERE sip_alias.account_name = sip_account.account_name) AS aliases`;

/** Devices that register by SIP, their numbers, and where they are. */
export class SipAccountRecords {
  constructor(private readonly database: Database) {}

  /** By name. */
  list(): SipAccountRecord[] {
    const rows = this.database
      .prepare(`SELECT ${columns}, ${aliasColumn} FROM sip_account ORDER BY account_name`)
      .all();
    return (rows as Row[]).map(fromRow);
  }

  find(accountName: string): SipAccountRecord | undefined {
    const row = this.database
      .prepare(`SELECT ${columns}, ${aliasColumn} FROM sip_account WHERE account_name = ?`)
      .get(accountName);
    return row === undefined ? undefined : fromRow(row as Row);
  }

  insert(account: SipAccountRecord, keys: SipAccountKeys): void {
    this.database.transaction(() => {
      this.database
        .prepare(
          `INSERT INTO sip_account VALUES (@accountName, @displayName, @institutionId, @realm, @md5Key, @sha256Key,
           @disabled, @createdAt)`,
        )
        .run({ ...account, ...keys, disabled: Number(account.disabled) });
      this.#setAliases(account);
    })();
  }

  update(account: SipAccountRecord): void {
    this.database.transaction(() => {
      this.database
        .prepare(
          `UPDATE sip_account SET display_name = @displayName, institution_id = @institutionId, disabled = @disabled
           WHERE account_name = @accountName`,
        )
        .run({ ...account, disabled: Number(account.disabled) });
      this.#setAliases(account);
    })();
  }

  /** @returns whether there was one */
  delete(accountName: string): boolean {
    return (
      this.database.prepare('DELETE FROM sip_account WHERE account_name = ?').run(accountName).changes > 0
    );
  }

  #setAliases({ accountName, aliases }: SipAccountRecord): void {
    this.database.prepare('DELETE FROM sip_alias WHERE account_name = ?').run(accountName);
    const insert = this.database.prepare('INSERT INTO sip_alias VALUES (?, ?)');
    for (const alias of aliases) insert.run(alias, accountName);
  }

  /** Of who may register. */
  keys(accountName: string): SipAccountKeys | undefined {
    return this.database
      .prepare(
        `SELECT realm, md5_key AS "md5Key", sha256_key AS "sha256Key" FROM sip_account
         WHERE account_name = ? AND disabled = 0`,
      )
      .get(accountName) as SipAccountKeys | undefined;
  }

  setKeys(accountName: string, keys: SipAccountKeys): void {
    this.database
      .prepare(
        `UPDATE sip_account SET realm = @realm, md5_key = @md5Key, sha256_key = @sha256Key
         WHERE account_name = @accountName`,
      )
      .run({ ...keys, accountName });
  }

  /** Whose number it is. */
  accountOfAlias(number: string): string | undefined {
    return this.database
      .prepare('SELECT account_name FROM sip_alias WHERE number = ?')
      .pluck()
      .get(number) as string | undefined;
  }

  bindings(): [accountName: string, bindings: SavedBinding[]][] {
    const rows = this.database.prepare('SELECT account_name, bindings FROM sip_binding').raw().all();
    return (rows as [string, string][]).map(([name, bindings]) => [
      name,
      JSON.parse(bindings) as SavedBinding[],
    ]);
  }

  saveBindings(changes: ReadonlyMap<string, readonly SavedBinding[]>): void {
    const drop = this.database.prepare('DELETE FROM sip_binding WHERE account_name = ?');
    // An account that was deleted meanwhile has none.
    const set = this.database.prepare(
      `INSERT INTO sip_binding SELECT account_name, @bindings FROM sip_account WHERE account_name = @name
       ON CONFLICT (account_name) DO UPDATE SET bindings = excluded.bindings`,
    );
    this.database.transaction(() => {
      for (const [name, bindings] of changes) {
        if (bindings.length === 0) drop.run(name);
        else set.run({ name, bindings: JSON.stringify(bindings) });
      }
    })();
  }
}

type Row = Omit<SipAccountRecord, 'aliases' | 'disabled'> & { aliases: string; disabled: number };

function fromRow({ aliases, disabled, ...rest }: Row): SipAccountRecord {
  return { ...rest, aliases: (JSON.parse(aliases) as string[]).sort(), disabled: disabled === 1 };
}
