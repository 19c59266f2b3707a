import type { Database } from './database.js';

/** One line of a conference's journal. */
export interface JournalRecord {
  conferenceId: string;
  /** 1, 2, 3 … for each conference, without a gap. */
  sequence: number;
  at: string;
  actorKind: 'user' | 'site' | 'system';
  actorId: string | null;
  actorName: string;
  kind: string;
  /** JSON. */
  detail: string;
}

const columns = `conference_id AS conferenceId, sequence, at, actor_kind AS actorKind, actor_id AS actorId,
  actor_name AS actorName, kind, detail`;

/** What happened in each conference: appended only, and kept when the conference is deleted. */
export class JournalRecords {
  constructor(private readonly database: Database) {}

  /** Durable when it returns. @returns its sequence number */
  append(record: Omit<JournalRecord, 'sequence'>): number {
    return this.database
      .prepare(
        `INSERT INTO conference_journal
         SELECT @conferenceId, coalesce(max(sequence), 0) + 1, @at, @actorKind, @actorId, @actorName, @kind, @detail
         FROM conference_journal WHERE conference_id = @conferenceId
         RETURNING sequence`,
      )
      .pluck()
      .get(record) as number;
  }

  /** Those after `after`, in order. */
  list(conferenceId: string, after: number, limit: number): JournalRecord[] {
    return this.database
      .prepare(
        `SELECT ${columns} FROM conference_journal WHERE conference_id = ? AND sequence > ?
         ORDER BY sequence LIMIT ?`,
      )
      .all(conferenceId, after, limit) as JournalRecord[];
  }
}
