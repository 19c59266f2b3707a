import type { Role } from '../identity/permissions.js';
import type { Database } from './database.js';

export interface GroupRecord {
  groupId: string;
  name: string;
  roles: Role[];
  memberIds: string[];
}

export class GroupRecords {
  constructor(private readonly database: Database) {}

  list(): GroupRecord[] {
    const rows = this.database
      .prepare('SELECT group_id AS "groupId", name, roles FROM user_group ORDER BY name')
      .all() as { groupId: string; name: string; roles: string }[];
    const members = this.database.prepare('SELECT user_id FROM group_member WHERE group_id = ?').pluck();
    return rows.map(row => ({
      ...row,
      roles: JSON.parse(row.roles) as Role[],
      memberIds: members.all(row.groupId) as string[],
    }));
  }

  /** Replaces what was there. */
  put({ groupId, name, roles, memberIds }: GroupRecord): void {
    this.database.transaction(() => {
      this.database
        .prepare(
          `INSERT INTO user_group VALUES (?, ?, ?)
           ON CONFLICT (group_id) DO UPDATE SET name = excluded.name, roles = excluded.roles`,
        )
        .run(groupId, name, JSON.stringify(roles));
      this.database.prepare('DELETE FROM group_member WHERE group_id = ?').run(groupId);
      const add = this.database.prepare('INSERT INTO group_member VALUES (?, ?)');
      for (const userId of memberIds) add.run(groupId, userId);
    })();
  }

  delete(groupId: string): boolean {
    return this.database.prepare('DELETE FROM user_group WHERE group_id = ?').run(groupId).changes > 0;
  }
}
