import type { Database } from './database.js';
import { StoredSecrets } from './stored-secrets.js';

export interface WebHookRecord {
  webHookId: string;
  url: string;
  /** It signs. */
  secret: string;
  /** Of events; empty: all but the frequent ones. */
  types: string[];
  /** Of one conference alone; null: of all that its owner may read. */
  conferenceId: string | null;
  ownerId: string;
  institutionId: string | null;
  enabled: boolean;
  createdAt: string;
}

export interface DeliveryRecord {
  deliveryId: string;
  webHookId: string;
  sequence: number;
  type: string;
  /** JSON, as it is sent. */
  body: string;
  state: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  /** RFC 3339: not before. */
  nextAt: string;
  /** Of the last answer; null: there was none. */
  status: number | null;
  error: string | null;
  createdAt: string;
}

interface HookRow extends Omit<WebHookRecord, 'types' | 'enabled'> {
  types: string;
  enabled: number;
}

const hookColumns =
  'web_hook_id AS webHookId, url, secret, types, conference_id AS conferenceId, owner_id AS ownerId, ' +
  'institution_id AS institutionId, enabled, created_at AS createdAt';
const deliveryColumns =
  'delivery_id AS deliveryId, web_hook_id AS webHookId, sequence, type, body, state, attempts, ' +
  'next_at AS nextAt, status, error, created_at AS createdAt';

export class WebHookRecords {
  constructor(
    private readonly database: Database,
    private readonly secrets = new StoredSecrets(),
  ) {}

  list(): WebHookRecord[] {
    const rows = this.database.prepare(`SELECT ${hookColumns} FROM web_hook ORDER BY created_at`).all();
    return (rows as HookRow[]).map(row => this.#hookOf(row));
  }

  find(webHookId: string): WebHookRecord | undefined {
    const row = this.database
      .prepare(`SELECT ${hookColumns} FROM web_hook WHERE web_hook_id = ?`)
      .get(webHookId);
    return row === undefined ? undefined : this.#hookOf(row as HookRow);
  }

  insert(hook: WebHookRecord): void {
    this.database
      .prepare(
        'INSERT INTO web_hook VALUES (@webHookId, @url, @secret, @types, @conferenceId, @ownerId, @institutionId, ' +
          '@enabled, @createdAt)',
      )
      .run({
        ...hook,
        secret: this.secrets.seal(hook.secret, hook.webHookId),
        types: JSON.stringify(hook.types),
        enabled: Number(hook.enabled),
      });
  }

  setEnabled(webHookId: string, enabled: boolean): void {
    this.database
      .prepare('UPDATE web_hook SET enabled = ? WHERE web_hook_id = ?')
      .run(Number(enabled), webHookId);
  }

  /** With its deliveries. */
  delete(webHookId: string): void {
    this.database.prepare('DELETE FROM web_hook WHERE web_hook_id = ?').run(webHookId);
  }

  insertDelivery(delivery: DeliveryRecord): void {
    this.database
      .prepare(
        'INSERT INTO web_hook_delivery VALUES (@deliveryId, @webHookId, @sequence, @type, @body, @state, @attempts, ' +
          '@nextAt, @status, @error, @createdAt)',
      )
      .run(delivery);
  }

  /** The first that may be sent by now. */
  due(webHookId: string, now: string): DeliveryRecord | undefined {
    return this.database
      .prepare(
        `SELECT ${deliveryColumns} FROM web_hook_delivery
         WHERE web_hook_id = ? AND state = 'waiting' AND next_at <= ? ORDER BY next_at, sequence LIMIT 1`,
      )
      .get(webHookId, now) as DeliveryRecord | undefined;
  }

  update(
    delivery: Pick<DeliveryRecord, 'deliveryId' | 'state' | 'attempts' | 'nextAt' | 'status' | 'error'>,
  ): void {
    const { deliveryId, state, attempts, nextAt, status, error } = delivery;
    this.database
      .prepare(
        'UPDATE web_hook_delivery SET state = @state, attempts = @attempts, next_at = @nextAt, status = @status, ' +
          'error = @error WHERE delivery_id = @deliveryId',
      )
      .run({ deliveryId, state, attempts, nextAt, status, error });
  }

  /** Newest first. */
  deliveries(webHookId: string, limit: number): DeliveryRecord[] {
    return this.database
      .prepare(
        `SELECT ${deliveryColumns} FROM web_hook_delivery WHERE web_hook_id = ? ORDER BY sequence DESC LIMIT ?`,
      )
      .all(webHookId, limit) as DeliveryRecord[];
  }

  /** To be sent once more, whatever became of them. @returns how many */
  replay(webHookId: string, since: string, now: string): number {
    return this.database
      .prepare(
        `UPDATE web_hook_delivery SET state = 'waiting', attempts = 0, next_at = ?
         WHERE web_hook_id = ? AND created_at >= ?`,
      )
      .run(now, webHookId, since).changes;
  }

  waiting(webHookId?: string): number {
    return this.database
      .prepare(
        "SELECT count(*) FROM web_hook_delivery WHERE state = 'waiting' AND (? IS NULL OR web_hook_id = ?)",
      )
      .pluck()
      .get(webHookId ?? null, webHookId ?? null) as number;
  }

  deleteBefore(createdAt: string): void {
    this.database.prepare('DELETE FROM web_hook_delivery WHERE created_at < ?').run(createdAt);
  }

  #hookOf(row: HookRow): WebHookRecord {
    return {
      ...row,
      secret: this.secrets.unseal(row.secret, row.webHookId),
      types: JSON.parse(row.types) as string[],
      enabled: row.enabled === 1,
    };
  }
}
