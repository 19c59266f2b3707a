import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { messageOf } from '../../../base/errors.js';
import { tlsOptions, type PostgresSettings } from './settings.js';

export interface ConnectionOptions extends PostgresSettings {
  /** One server at a time works with the database; for so long it waits for its turn. null: who only looks. */
  lockWaitMs: number | null;
}

export interface Query {
  text: string;
  /** Of the prepared statement; undefined: several statements, without parameters and without a limit of time. */
  name?: string;
  values?: unknown[];
  /** The connection that a transaction began on: on no other its statements are done. */
  epoch?: number;
}

export interface Rows {
  fields: string[];
  rows: unknown[][];
  changes: number;
  epoch: number;
}

/** What went wrong; `sqlState` is PostgreSQL's (its manual, Appendix A), or a code of the network. */
export interface Problem {
  sqlState: string | null;
  message: string;
}

/** One server's: all that use the database as a server take the same. */
const lockKey = 0x616d_7068;
const connectTimeoutMs = 5000;
const retryMs = 500;
/** A query that comes so soon after the connection was lost waits for the next one. */
const graceMs = 1000;
const statementTimeoutMs = 8000;

/** One connection, made again whenever it is lost. */
export class Connection {
  #client: pg.Client | null = null;
  #epoch = 0;
  #lostAtMs = 0;
  #problem: Problem = { sqlState: null, message: 'not connected yet' };
  #closed = false;

  constructor(private readonly options: ConnectionOptions) {}

  /** The first time; what fails is told at once. */
  async open(): Promise<void> {
    await this.#connect(this.options.lockWaitMs ?? 0);
  }

  async query({ text, name, values, epoch }: Query): Promise<Rows> {
    const waitUntilMs = this.#lostAtMs + graceMs;
    while (this.#client === null && Date.now() < waitUntilMs) await sleep(20);
    const client = this.#client;
    if (client === null) throw Object.assign(new Error(this.#problem.message), { code: '08006' });
    if (epoch !== undefined && epoch !== this.#epoch)
      throw Object.assign(new Error('the connection was lost within a transaction'), { code: '08006' });
    const current = this.#epoch;
    const result = await client.query<unknown[]>(
      name === undefined
        ? { text, rowMode: 'array' }
        : { text, name, values: values ?? [], rowMode: 'array' },
    );
    const last = Array.isArray(result) ? (result as pg.QueryArrayResult[]).at(-1)! : result;
    return {
      fields: (last.fields ?? []).map(field => field.name),
      rows: last.rows ?? [],
      changes: last.rowCount ?? 0,
      epoch: current,
    };
  }

  /** Of a connection that does not answer. */
  drop(): void {
    const client = this.#client;
    this.#lose(client, new Error('it did not answer in time'));
    void client?.end().catch(() => undefined); // it may be gone already
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  async #connect(lockMs: number): Promise<void> {
    const { host, port, user, password, database } = this.options;
    const client = new pg.Client({
      ...{ host, port, user, password, database },
      ssl: tlsOptions(this.options),
      application_name: 'amphi',
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5000,
      types: { getTypeParser: parserOf },
    });
    client.on('error', error => this.#lose(client, error));
    client.on('end', () => this.#lose(client, new Error('the server has closed the connection')));
    try {
      await client.connect();
      // A server of ours whose machine lost its power is given up after 11 s, with its lock.
      await client.query(
        'SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3',
      );
      if (this.options.lockWaitMs !== null) await takeLock(client, lockMs);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#epoch++;
    this.#client = client;
  }

  #lose(client: pg.Client | null, error: Error): void {
    if (client === null || client !== this.#client) return;
    this.#client = null;
    this.#lostAtMs = Date.now();
    this.#problem = problemOf(error);
    void this.#connectAgain();
  }

  async #connectAgain(): Promise<void> {
    while (!this.#closed) {
      try {
        return await this.#connect(0);
      } catch (error) {
        this.#problem = problemOf(error);
        await sleep(retryMs);
      }
    }
  }
}

async function takeLock(client: pg.Client, waitMs: number): Promise<void> {
  const untilMs = Date.now() + waitMs;
  for (;;) {
    const { rows } = await client.query<{ taken: number }>('SELECT pg_try_advisory_lock($1) AS taken', [
      lockKey,
    ]);
    if (rows[0]?.taken === 1) return;
    if (Date.now() >= untilMs)
      throw Object.assign(new Error('another Amphi works with the database'), { code: '55P03' });
    await sleep(100);
  }
}

export function problemOf(error: unknown): Problem {
  const code = (error as { code?: unknown } | null)?.code;
  // Happy eyeballs put what each address said into one error without a message of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return { sqlState: typeof code === 'string' ? code : null, message: messageOf(first) };
}

/** As SQLite returns them: whole numbers and truth as numbers, all else as text. OIDs of PostgreSQL's `pg_type`. */
function parserOf(oid: number) {
  const numbers = [20, 21, 23, 700, 701, 1700];
  if (numbers.includes(oid)) return Number;
  if (oid === 16) return (text: string) => (text === 't' ? 1 : 0);
  return (text: string) => text;
}
