import type { Database } from './database.js';

/** Where a conference is in its life. */
export interface LifeRecord {
  conferenceId: string;
  state: 'open' | 'scheduled' | 'running' | 'ended';
  /** RFC 3339: nobody comes in before; null: any time. */
  opensAt: string | null;
  /** RFC 3339: when the conference that runs, or is next, is over; null: when the last site leaves. */
  endsAt: string | null;
  startedAt: string | null;
  locked: boolean;
  /** JSON of what is needed to go on after a crash; null while it does not run. */
  run: string | null;
}

type Row = Omit<LifeRecord, 'locked'> & { locked: 0 | 1 };

const columns = `conference_id AS conferenceId, state, opens_at AS opensAt, ends_at AS endsAt,
  started_at AS startedAt, locked, run`;

export class LifeRecords {
  constructor(private readonly database: Database) {}

  find(conferenceId: string): LifeRecord | undefined {
    const row = this.database
      .prepare(`SELECT ${columns} FROM conference_life WHERE conference_id = ?`)
      .get(conferenceId) as Row | undefined;
    return row && { ...row, locked: row.locked === 1 };
  }

  /** Those that ran when the server was last there. */
  running(): LifeRecord[] {
    const rows = this.database
      .prepare(`SELECT ${columns} FROM conference_life WHERE state = 'running'`)
      .all() as Row[];
    return rows.map(row => ({ ...row, locked: row.locked === 1 }));
  }

  save(record: LifeRecord): void {
    this.database
      .prepare(
        `INSERT INTO conference_life
         VALUES (@conferenceId, @state, @opensAt, @endsAt, @startedAt, @locked, @run)
         ON CONFLICT (conference_id) DO UPDATE SET state = excluded.state, opens_at = excluded.opens_at,
           ends_at = excluded.ends_at, started_at = excluded.started_at, locked = excluded.locked, run = excluded.run`,
      )
      .run({ ...record, locked: Number(record.locked) });
  }

  saveRun(conferenceId: string, run: string): void {
    this.database
      .prepare("UPDATE conference_life SET run = ? WHERE conference_id = ? AND state = 'running'")
      .run(run, conferenceId);
  }
}
