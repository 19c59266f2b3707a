import type { Database } from './database.js';

export interface MailRecord {
  mailId: string;
  conferenceId: string;
  kind: string;
  recipient: string;
  /** JSON of what nodemailer sends. */
  message: string;
  state: 'waiting' | 'sent' | 'failed';
  attempts: number;
  nextTryAt: string;
  /** What the mail server said last. */
  problem: string | null;
  createdAt: string;
}

const columns = `mail_id AS mailId, conference_id AS conferenceId, kind, recipient, message, state, attempts,
  next_try_at AS nextTryAt, problem, created_at AS createdAt`;

/** Mails that are to be sent, and what became of them. */
export class MailRecords {
  constructor(private readonly database: Database) {}

  insert(record: MailRecord): void {
    this.database
      .prepare(
        `INSERT INTO mail (mail_id, conference_id, kind, recipient, message, state, attempts, next_try_at, problem,
           created_at)
         VALUES (@mailId, @conferenceId, @kind, @recipient, @message, @state, @attempts, @nextTryAt, @problem,
           @createdAt)`,
      )
      .run(record);
  }

  update(record: Pick<MailRecord, 'mailId' | 'state' | 'attempts' | 'nextTryAt' | 'problem'>): void {
    this.database
      .prepare(
        `UPDATE mail SET state = @state, attempts = @attempts, next_try_at = @nextTryAt, problem = @problem
         WHERE mail_id = @mailId`,
      )
      .run(record);
  }

  due(now: string, limit: number): MailRecord[] {
    return this.database
      .prepare(
        `SELECT ${columns} FROM mail WHERE state = 'waiting' AND next_try_at <= ? ORDER BY rowid LIMIT ?`,
      )
      .all(now, limit) as MailRecord[];
  }

  /** Newest first, without what is in them. */
  list(conferenceId: string, offset: number, limit: number): Omit<MailRecord, 'message' | 'conferenceId'>[] {
    return this.database
      .prepare(
        `SELECT mail_id AS mailId, kind, recipient, state, attempts, next_try_at AS nextTryAt, problem,
           created_at AS createdAt
         FROM mail WHERE conference_id = ? ORDER BY rowid DESC LIMIT ? OFFSET ?`,
      )
      .all(conferenceId, limit, offset) as Omit<MailRecord, 'message' | 'conferenceId'>[];
  }

  /** Those that were sent or given up before. */
  deleteBefore(at: string): void {
    this.database.prepare("DELETE FROM mail WHERE state != 'waiting' AND created_at < ?").run(at);
  }
}
