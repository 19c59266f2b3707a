import type { Database } from './database.js';

export interface InstitutionRecord {
  institutionId: string;
  parentId: string | null;
  kind: 'region' | 'hospital' | 'department';
  name: string;
}

export type MemberRole = 'chair' | 'participant' | 'viewer';

/** Institutions, and whose a conference (and so its recordings) is. */
export class AccessRecords {
  constructor(private readonly database: Database) {}

  institutions(): InstitutionRecord[] {
    return this.database
      .prepare(
        `SELECT institution_id AS "institutionId", parent_id AS "parentId", kind, name FROM institution ORDER BY name`,
      )
      .all() as InstitutionRecord[];
  }

  insertInstitution(institution: InstitutionRecord): void {
    this.database
      .prepare('INSERT INTO institution VALUES (@institutionId, @parentId, @kind, @name)')
      .run(institution);
  }

  parentOf(institutionId: string): string | null {
    const parent = this.database
      .prepare('SELECT parent_id FROM institution WHERE institution_id = ?')
      .pluck()
      .get(institutionId);
    return (parent as string | null | undefined) ?? null;
  }

  setOwner(conferenceId: string, ownerId: string | null, institutionId: string | null): void {
    this.database
      .prepare('INSERT INTO conference_access VALUES (?, ?, ?)')
      .run(conferenceId, ownerId, institutionId);
  }

  owner(conferenceId: string): { ownerId: string | null; institutionId: string | null } {
    const row = this.database
      .prepare(
        `SELECT owner_id AS "ownerId", institution_id AS "institutionId" FROM conference_access
         WHERE conference_id = ?`,
      )
      .get(conferenceId);
    // From before there were owners: the installation's.
    return (
      (row as { ownerId: string; institutionId: string } | undefined) ?? {
        ownerId: null,
        institutionId: null,
      }
    );
  }

  members(conferenceId: string): { userId: string; role: MemberRole }[] {
    return this.database
      .prepare('SELECT user_id AS "userId", role FROM conference_member WHERE conference_id = ?')
      .all(conferenceId) as { userId: string; role: MemberRole }[];
  }

  memberRole(conferenceId: string, userId: string): MemberRole | null {
    const role = this.database
      .prepare('SELECT role FROM conference_member WHERE conference_id = ? AND user_id = ?')
      .pluck()
      .get(conferenceId, userId);
    return (role as MemberRole | undefined) ?? null;
  }

  setMember(conferenceId: string, userId: string, role: MemberRole): void {
    this.database
      .prepare(
        `INSERT INTO conference_member VALUES (?, ?, ?)
         ON CONFLICT (conference_id, user_id) DO UPDATE SET role = excluded.role`,
      )
      .run(conferenceId, userId, role);
  }

  removeMember(conferenceId: string, userId: string): void {
    this.database
      .prepare('DELETE FROM conference_member WHERE conference_id = ? AND user_id = ?')
      .run(conferenceId, userId);
  }

  insertLink(link: { linkHash: string; linkId: string; conferenceId: string; expiresAt: string }): void {
    this.database
      .prepare('INSERT INTO join_link VALUES (@linkHash, @linkId, @conferenceId, @expiresAt)')
      .run(link);
  }

  linksOf(conferenceId: string): { linkId: string; expiresAt: string }[] {
    return this.database
      .prepare(
        `SELECT link_id AS "linkId", expires_at AS "expiresAt" FROM join_link WHERE conference_id = ?
         ORDER BY expires_at`,
      )
      .all(conferenceId) as { linkId: string; expiresAt: string }[];
  }

  deleteLink(conferenceId: string, linkId: string): boolean {
    return (
      this.database
        .prepare('DELETE FROM join_link WHERE conference_id = ? AND link_id = ?')
        .run(conferenceId, linkId).changes > 0
    );
  }
}
