import type { Database } from './database.js';

export interface AddressRecord {
  entryId: string;
  displayName: string;
  /** null: of the whole installation. */
  institutionId: string | null;
  /** What is dialled, the one to try first in front. */
  addresses: string[];
  /** Names of the groups that it is in. */
  groups: string[];
}

const columns = `entry_id AS "entryId", display_name AS "displayName", institution_id AS "institutionId",
  addresses, group_names AS "groups"`;

/** The address book: whom operators call. */
export class AddressRecords {
  constructor(private readonly database: Database) {}

  /** By name. */
  list(): AddressRecord[] {
    const rows = this.database
      .prepare(`SELECT ${columns} FROM address_entry ORDER BY display_name, entry_id`)
      .all();
    return (rows as Row[]).map(fromRow);
  }

  find(entryId: string): AddressRecord | undefined {
    const row = this.database.prepare(`SELECT ${columns} FROM address_entry WHERE entry_id = ?`).get(entryId);
    return row === undefined ? undefined : fromRow(row as Row);
  }

  /** All of them or none; each replaces what was there. */
  put(entries: readonly AddressRecord[]): void {
    const put = this.database.prepare(
      `INSERT INTO address_entry VALUES (@entryId, @displayName, @institutionId, @addresses, @groups)
       ON CONFLICT (entry_id) DO UPDATE SET display_name = excluded.display_name,
         institution_id = excluded.institution_id, addresses = excluded.addresses, group_names = excluded.group_names`,
    );
    this.database.transaction(() => {
      for (const { addresses, groups, ...rest } of entries)
        put.run({ ...rest, addresses: JSON.stringify(addresses), groups: JSON.stringify(groups) });
    })();
  }

  delete(entryId: string): void {
    this.database.prepare('DELETE FROM address_entry WHERE entry_id = ?').run(entryId);
  }
}

type Row = Omit<AddressRecord, 'addresses' | 'groups'> & { addresses: string; groups: string };

function fromRow({ addresses, groups, ...rest }: Row): AddressRecord {
  return {
    ...rest,
    addresses: JSON.parse(addresses) as string[],
    groups: JSON.parse(groups) as string[],
  };
}
