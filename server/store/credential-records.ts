import type { Permission } from '../identity/permissions.js';
import type { Database } from './database.js';

export interface SessionRecord {
  sessionId: string;
  tokenHash: string;
  userId: string;
  scopes: Permission[] | null;
  secondFactor: boolean;
  createdAt: string;
  lastSeenAt: string;
  source: string;
  userAgent: string;
}

export interface KeyRecord {
  keyId: string;
  keyHash: string;
  userId: string;
  name: string;
  scopes: Permission[];
  createdAt: string;
  expiresAt: string | null;
}

const sessionColumns = `session_id AS "sessionId", token_hash AS "tokenHash", user_id AS "userId", scopes,
  second_factor AS "secondFactor", created_at AS "createdAt", last_seen_at AS "lastSeenAt", source,
  user_agent AS "userAgent"`;
const keyColumns = `key_id AS "keyId", key_hash AS "keyHash", user_id AS "userId", name, scopes,
  created_at AS "createdAt", expires_at AS "expiresAt"`;

/** What opens the door: sessions of browsers and API keys, both by their hash alone. */
export class CredentialRecords {
  constructor(private readonly database: Database) {}

  insertSession(session: SessionRecord): void {
    this.database
      .prepare(
        `INSERT INTO session VALUES (@sessionId, @tokenHash, @userId, @scopes, @secondFactor, @createdAt,
         @lastSeenAt, @source, @userAgent)`,
      )
      .run({
        ...session,
        scopes: session.scopes && JSON.stringify(session.scopes),
        secondFactor: Number(session.secondFactor),
      });
  }

  session(tokenHash: string): SessionRecord | undefined {
    const row = this.database
      .prepare(`SELECT ${sessionColumns} FROM session WHERE token_hash = ?`)
      .get(tokenHash);
    return row === undefined ? undefined : sessionFromRow(row as Row);
  }

  /** Newest first. */
  sessionsOf(userId: string): SessionRecord[] {
    const rows = this.database
      .prepare(`SELECT ${sessionColumns} FROM session WHERE user_id = ? ORDER BY created_at DESC`)
      .all(userId);
    return (rows as Row[]).map(sessionFromRow);
  }

  touchSession(sessionId: string, now: string): void {
    this.database.prepare('UPDATE session SET last_seen_at = ? WHERE session_id = ?').run(now, sessionId);
  }

  setSecondFactor(sessionId: string): void {
    this.database.prepare('UPDATE session SET second_factor = 1 WHERE session_id = ?').run(sessionId);
  }

  /** @returns whether there was one */
  deleteSession(userId: string, sessionId: string): boolean {
    return (
      this.database.prepare('DELETE FROM session WHERE user_id = ? AND session_id = ?').run(userId, sessionId)
        .changes > 0
    );
  }

  deleteSessionsOf(userId: string, exceptSessionId = ''): void {
    this.database
      .prepare('DELETE FROM session WHERE user_id = ? AND session_id <> ?')
      .run(userId, exceptSessionId);
  }

  deleteSessionsBefore(createdAt: string, lastSeenAt: string): void {
    this.database
      .prepare('DELETE FROM session WHERE created_at < ? OR last_seen_at < ?')
      .run(createdAt, lastSeenAt);
  }

  insertKey(key: KeyRecord): void {
    this.database
      .prepare(
        'INSERT INTO api_key VALUES (@keyId, @keyHash, @userId, @name, @scopes, @createdAt, @expiresAt)',
      )
      .run({ ...key, scopes: JSON.stringify(key.scopes) });
  }

  key(keyHash: string): KeyRecord | undefined {
    const row = this.database.prepare(`SELECT ${keyColumns} FROM api_key WHERE key_hash = ?`).get(keyHash);
    return row === undefined ? undefined : keyFromRow(row as Row);
  }

  keysOf(userId: string): KeyRecord[] {
    const rows = this.database
      .prepare(`SELECT ${keyColumns} FROM api_key WHERE user_id = ? ORDER BY created_at DESC`)
      .all(userId);
    return (rows as Row[]).map(keyFromRow);
  }

  /** @returns whether there was one */
  deleteKey(userId: string, keyId: string): boolean {
    return (
      this.database.prepare('DELETE FROM api_key WHERE user_id = ? AND key_id = ?').run(userId, keyId)
        .changes > 0
    );
  }
}

type Row = Record<string, unknown> & { scopes: string | null };

function sessionFromRow(row: Row): SessionRecord {
  const { scopes, secondFactor, ...rest } = row;
  return {
    ...(rest as unknown as Omit<SessionRecord, 'scopes' | 'secondFactor'>),
    scopes: scopes === null ? null : (JSON.parse(scopes) as Permission[]),
    secondFactor: secondFactor === 1,
  };
}

function keyFromRow(row: Row): KeyRecord {
  const { scopes, ...rest } = row;
  return {
    ...(rest as unknown as Omit<KeyRecord, 'scopes'>),
    scopes: JSON.parse(scopes ?? '[]') as Permission[],
  };
}
