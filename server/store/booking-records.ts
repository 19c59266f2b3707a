import type { Database } from './database.js';

/** When a conference takes place, and with whom. */
export interface BookingRecord {
  conferenceId: string;
  /** JSON of the request (`Schedule` in `api/schedule.ts`). */
  schedule: string;
  organiserId: string;
  /** For If-Match. */
  version: number;
  /** Of the calendar entry (RFC 5545 §3.8.7.4). */
  sequence: number;
}

/** One time of it. */
export interface OccurrenceRecord {
  conferenceId: string;
  beginsAt: string;
  endsAt: string;
  state: 'planned' | 'begun' | 'over';
  reminded: 0 | 1;
  /** That the end is near. */
  warned: 0 | 1;
}

const columns = 'conference_id AS conferenceId, schedule, organiser_id AS organiserId, version, sequence';
const occurrenceColumns =
  'conference_id AS conferenceId, begins_at AS beginsAt, ends_at AS endsAt, state, reminded, warned';

export class BookingRecords {
  constructor(private readonly database: Database) {}

  find(conferenceId: string): BookingRecord | undefined {
    return this.database
      .prepare(`SELECT ${columns} FROM booking WHERE conference_id = ?`)
      .get(conferenceId) as BookingRecord | undefined;
  }

  /** With all its times that are not over; those that have begun stay. */
  save(record: BookingRecord, occurrences: readonly { beginsAt: string; endsAt: string }[]): void {
    this.database.transaction(() => {
      this.database
        .prepare(
          `INSERT INTO booking VALUES (@conferenceId, @schedule, @organiserId, @version, @sequence)
           ON CONFLICT (conference_id) DO UPDATE SET schedule = excluded.schedule, version = excluded.version,
             sequence = excluded.sequence`,
        )
        .run(record);
      this.database
        .prepare("DELETE FROM booking_occurrence WHERE conference_id = ? AND state = 'planned'")
        .run(record.conferenceId);
      const insert = this.database.prepare(
        "INSERT INTO booking_occurrence VALUES (?, ?, ?, 'planned', 0, 0) ON CONFLICT DO NOTHING",
      );
      for (const { beginsAt, endsAt } of occurrences) insert.run(record.conferenceId, beginsAt, endsAt);
    })();
  }

  delete(conferenceId: string): void {
    this.database.prepare('DELETE FROM booking WHERE conference_id = ?').run(conferenceId);
  }

  /** Those that overlap the time, in order. */
  between(from: string, until: string): OccurrenceRecord[] {
    return this.database
      .prepare(
        `SELECT ${occurrenceColumns} FROM booking_occurrence WHERE begins_at < ? AND ends_at > ?
         ORDER BY begins_at, conference_id`,
      )
      .all(until, from) as OccurrenceRecord[];
  }

  occurrences(conferenceId: string): OccurrenceRecord[] {
    return this.database
      .prepare(
        `SELECT ${occurrenceColumns} FROM booking_occurrence WHERE conference_id = ? ORDER BY begins_at`,
      )
      .all(conferenceId) as OccurrenceRecord[];
  }

  /** Not over, and begun or to begin before `before`. */
  due(before: string): OccurrenceRecord[] {
    return this.database
      .prepare(
        `SELECT ${occurrenceColumns} FROM booking_occurrence WHERE state != 'over' AND begins_at <= ?
         ORDER BY begins_at`,
      )
      .all(before) as OccurrenceRecord[];
  }

  update(record: OccurrenceRecord): void {
    this.database
      .prepare(
        `UPDATE booking_occurrence SET ends_at = @endsAt, state = @state, reminded = @reminded, warned = @warned
         WHERE conference_id = @conferenceId AND begins_at = @beginsAt`,
      )
      .run(record);
  }
}
