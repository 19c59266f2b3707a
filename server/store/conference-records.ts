import type { Database } from './database.js';

/** What of a conference survives a restart. */
export interface ConferenceRecord {
  conferenceId: string;
  title: string;
  number: string;
  pin: string | null;
  link: string;
  createdAt: string;
}

const columns = 'conference_id AS conferenceId, title, number, pin, link, created_at AS createdAt';

export class ConferenceRecords {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  list(): ConferenceRecord[] {
    return this.database
      .prepare(`SELECT ${columns} FROM conference ORDER BY created_at DESC, rowid DESC`)
      .all() as ConferenceRecord[];
  }

  find(key: 'conference_id' | 'number' | 'link', value: string): ConferenceRecord | undefined {
    return this.database.prepare(`SELECT ${columns} FROM conference WHERE ${key} = ?`).get(value) as
      ConferenceRecord | undefined;
  }

  insert(record: ConferenceRecord): void {
    this.database
      .prepare('INSERT INTO conference VALUES (@conferenceId, @title, @number, @pin, @link, @createdAt)')
      .run(record);
  }

  /** @returns whether there was one */
  delete(conferenceId: string): boolean {
    return (
      this.database.prepare('DELETE FROM conference WHERE conference_id = ?').run(conferenceId).changes > 0
    );
  }
}
