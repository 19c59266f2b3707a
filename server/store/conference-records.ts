import type { Database } from './database.js';

/** What of a conference survives a restart. */
export interface ConferenceRecord {
  conferenceId: string;
  title: string;
  number: string;
  pin: string | null;
  /** Who knows it may chair; null: nobody by a PIN. */
  chairPin: string | null;
  link: string;
  createdAt: string;
}

const columns =
  'conference_id AS conferenceId, title, number, pin, chair_pin AS chairPin, link, created_at AS createdAt';

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

  /** By the hash of a link that expires. */
  findLinked(linkHash: string, now: string): ConferenceRecord | undefined {
    const conferenceId = this.database
      .prepare('SELECT conference_id FROM join_link WHERE link_hash = ? AND expires_at > ?')
      .pluck()
      .get(linkHash, now) as string | undefined;
    return conferenceId === undefined ? undefined : this.find('conference_id', conferenceId);
  }

  insert(record: ConferenceRecord): void {
    this.database
      .prepare(
        `INSERT INTO conference (conference_id, title, number, pin, chair_pin, link, created_at)
         VALUES (@conferenceId, @title, @number, @pin, @chairPin, @link, @createdAt)`,
      )
      .run(record);
  }

  setChairPin(conferenceId: string, chairPin: string | null): void {
    this.database
      .prepare('UPDATE conference SET chair_pin = ? WHERE conference_id = ?')
      .run(chairPin, conferenceId);
  }

  /** JSON of the view that was chosen for it; undefined: none was. */
  view(conferenceId: string): string | undefined {
    return this.database
      .prepare('SELECT view FROM conference_view WHERE conference_id = ?')
      .pluck()
      .get(conferenceId) as string | undefined;
  }

  setView(conferenceId: string, view: string): void {
    this.database
      .prepare(
        `INSERT INTO conference_view VALUES (?, ?)
         ON CONFLICT (conference_id) DO UPDATE SET view = excluded.view`,
      )
      .run(conferenceId, view);
  }

  /** @returns whether there was one */
  delete(conferenceId: string): boolean {
    return (
      this.database.prepare('DELETE FROM conference WHERE conference_id = ?').run(conferenceId).changes > 0
    );
  }
}
