import type { SavedCall } from '../../sip-gateway/call/saved-call.js';
import type { Database } from './database.js';

/** A room's call, and the conference that it is in. */
export interface CallRecord {
  conferenceId: string;
  call: SavedCall;
}

/** Calls that stand: what is left of them at a start was cut by a crash or a power cut, and can be resumed. */
export class CallRecords {
  constructor(private readonly database: Database) {}

  list(): CallRecord[] {
    const rows = this.database.prepare('SELECT conference_id, call FROM sip_call').raw().all() as [
      string,
      string,
    ][];
    return rows.map(([conferenceId, call]) => ({ conferenceId, call: JSON.parse(call) as SavedCall }));
  }

  save({ conferenceId, call }: CallRecord): void {
    this.database
      .prepare(
        `INSERT INTO sip_call VALUES (?, ?, ?)
         ON CONFLICT (call_id) DO UPDATE SET conference_id = excluded.conference_id, call = excluded.call`,
      )
      .run(call.id, conferenceId, JSON.stringify(call));
  }

  delete(callId: string): void {
    this.database.prepare('DELETE FROM sip_call WHERE call_id = ?').run(callId);
  }
}
