import type { Database } from './database.js';

export interface AuditRecord {
  /** 1, 2, 3 … without a gap. */
  sequence: number;
  /** RFC 3339, UTC. */
  at: string;
  actorId: string | null;
  actorName: string;
  /** Address it came from. */
  source: string;
  action: string;
  /** On what: `conference:ID`; empty: nothing in particular. */
  object: string;
  /** `ok`, or the code of the problem. */
  result: string;
  /** JSON. */
  detail: string;
  /** SHA-256 over the hash before and this record. */
  hash: string;
}

export interface AuditQuery {
  afterSequence: number;
  from: string;
  until: string;
  actorName?: string | undefined;
  action?: string | undefined;
  limit: number;
}

const columns = `sequence, at, actor_id AS "actorId", actor_name AS "actorName", source, action, object, result,
  detail, hash`;

export class AuditRecords {
  constructor(private readonly database: Database) {}

  last(): { sequence: number; hash: string } {
    const row = this.database
      .prepare('SELECT sequence, hash FROM audit_record ORDER BY sequence DESC LIMIT 1')
      .get();
    return (row as { sequence: number; hash: string } | undefined) ?? this.seal();
  }

  /** Up to where retention has deleted, and the hash there: the chain goes on from it. */
  seal(): { sequence: number; hash: string } {
    const row = this.database.prepare('SELECT sequence, hash FROM audit_seal').get();
    return (row as { sequence: number; hash: string } | undefined) ?? { sequence: 0, hash: '' };
  }

  insert(record: AuditRecord): void {
    this.database
      .prepare(
        `INSERT INTO audit_record VALUES (@sequence, @at, @actorId, @actorName, @source, @action, @object, @result,
         @detail, @hash)`,
      )
      .run(record);
  }

  /** In the order of the chain. */
  find({ afterSequence, from, until, actorName, action, limit }: AuditQuery): AuditRecord[] {
    return this.database
      .prepare(
        `SELECT ${columns} FROM audit_record
         WHERE sequence > @afterSequence AND at >= @from AND at <= @until
           AND (@actorName IS NULL OR actor_name = @actorName) AND (@action IS NULL OR action = @action)
         ORDER BY sequence LIMIT @limit`,
      )
      .all({
        afterSequence,
        from,
        until,
        actorName: actorName ?? null,
        action: action ?? null,
        limit,
      }) as AuditRecord[];
  }

  /** The last of those that are all older than `at`: also where a clock was set back, nothing younger is before it. */
  lastBefore(at: string): { sequence: number; hash: string } | undefined {
    return this.database
      .prepare(
        `SELECT sequence, hash FROM audit_record
         WHERE sequence < coalesce((SELECT min(sequence) FROM audit_record WHERE at >= ?), 9007199254740991)
         ORDER BY sequence DESC LIMIT 1`,
      )
      .get(at) as { sequence: number; hash: string } | undefined;
  }

  /** Seals the chain there and deletes what lies before, both or neither. @returns how many were deleted */
  deleteUpTo({ sequence, hash }: { sequence: number; hash: string }): number {
    return this.database.transaction(() => {
      this.database
        .prepare(
          `INSERT INTO audit_seal VALUES (1, @sequence, @hash)
           ON CONFLICT (one) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash`,
        )
        .run({ sequence, hash });
      return this.database.prepare('DELETE FROM audit_record WHERE sequence <= ?').run(sequence).changes;
    })();
  }
}
