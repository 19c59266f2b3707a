import type { Database } from './database.js';

/** Under which number rooms dial a recording. */
export interface RecordingNumber {
  recordingId: string;
  number: string;
  pin: string | null;
}

const columns = 'recording_id AS recordingId, number, pin';

export class RecordingNumberRecords {
  constructor(private readonly database: Database) {}

  list(): RecordingNumber[] {
    return this.database.prepare(`SELECT ${columns} FROM recording_number`).all() as RecordingNumber[];
  }

  find(key: 'recording_id' | 'number', value: string): RecordingNumber | undefined {
    return this.database.prepare(`SELECT ${columns} FROM recording_number WHERE ${key} = ?`).get(value) as
      RecordingNumber | undefined;
  }

  /** A recording has one; the one before is free again. */
  set(record: RecordingNumber): void {
    this.database
      .prepare(
        `INSERT INTO recording_number VALUES (@recordingId, @number, @pin)
         ON CONFLICT (recording_id) DO UPDATE SET number = excluded.number, pin = excluded.pin`,
      )
      .run(record);
  }

  /** @returns whether there was one */
  delete(recordingId: string): boolean {
    return (
      this.database.prepare('DELETE FROM recording_number WHERE recording_id = ?').run(recordingId).changes >
      0
    );
  }
}
