import type { Database } from './database.js';

/** What was answered to requests with an `Idempotency-Key`. */
export class AnswerRecords {
  constructor(private readonly database: Database) {}

  find(place: string, since: string): { bodyHash: string; result: string } | undefined {
    return this.database
      .prepare('SELECT body_hash AS bodyHash, result FROM idempotency_key WHERE place = ? AND at > ?')
      .get(place, since) as { bodyHash: string; result: string } | undefined;
  }

  save(record: { place: string; bodyHash: string; result: string; at: string }): void {
    this.database
      .prepare(
        `INSERT INTO idempotency_key VALUES (@place, @bodyHash, @result, @at)
         ON CONFLICT (place) DO UPDATE SET body_hash = excluded.body_hash, result = excluded.result, at = excluded.at`,
      )
      .run(record);
  }

  deleteBefore(at: string): void {
    this.database.prepare('DELETE FROM idempotency_key WHERE at < ?').run(at);
  }
}
