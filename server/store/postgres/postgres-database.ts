import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { ResourceError } from '../../../base/errors.js';
import type { Database, Statement } from '../sql.js';
import type { Problem, Query, Rows } from './connection.js';
import type { Answer, Ask, Request, ThreadData } from './connection-thread.js';
import { translateSchema, translateStatement, type Translated } from './dialect.js';
import { openingError, queryError } from './errors.js';
import type { PostgresSettings } from './settings.js';

/** Longer than the server gives a statement, and than a connection is waited for. */
const answerTimeoutMs = 10_000;
const openTimeoutMs = 30_000;

/**
 * PostgreSQL behind the interface of the store, which waits for each answer: a thread has the connection, the caller
 * sleeps until it has answered. A connection that was lost is made again; what is asked meanwhile throws ResourceError
 * `database-away`.
 */
export class PostgresDatabase implements Database {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  /** By the store's SQL. */
  readonly #translated = new Map<string, Prepared>();
  #lastId = 0;
  /** Of transactions within each other. */
  #depth = 0;
  /** The connection that the outermost began on. */
  #epoch: number | undefined;
  #closed = false;

  private constructor(
    readonly settings: PostgresSettings,
    lockWaitMs: number | null,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const data: ThreadData = {
      options: { ...settings, lockWaitMs },
      port: port2,
      answered: this.#answered,
    };
    this.#worker = new Worker(new URL('./connection-thread.js', import.meta.url), {
      workerData: data,
      transferList: [port2],
    });
    this.#worker.unref();
  }

  /**
   * @param lockWaitMs how long to wait until no other server works with it; null: only to look
   * @throws UserError where it is configured wrongly: it says what to do
   * @throws ResourceError `data-in-use`
   */
  static open(settings: PostgresSettings, lockWaitMs: number | null): PostgresDatabase {
    const database = new PostgresDatabase(settings, lockWaitMs);
    const answer = database.#ask({ act: 'open' }, openTimeoutMs);
    if (!('problem' in answer)) return database;
    database.close();
    throw openingError(settings, answer.problem);
  }

  prepare(sql: string): Statement {
    let prepared = this.#translated.get(sql);
    if (!prepared) {
      prepared = { ...translateStatement(sql), name: `amphi-${++this.#lastId}` };
      this.#translated.set(sql, prepared);
    }
    const { name, text, names } = prepared;
    return new PostgresStatement(values =>
      this.#query({ name, text, values: bind(names, values) }, answerTimeoutMs),
    );
  }

  transaction<T>(work: () => T): () => T {
    return () => {
      const point = `amphi_${this.#depth}`;
      const [begin, commit, rollBack] =
        this.#depth === 0
          ? ['BEGIN', 'COMMIT', 'ROLLBACK']
          : [`SAVEPOINT ${point}`, `RELEASE ${point}`, `ROLLBACK TO ${point}`];
      const { epoch } = this.#query({ text: begin }, answerTimeoutMs);
      this.#epoch ??= epoch;
      this.#depth++;
      try {
        const result = work();
        this.#query({ text: commit }, answerTimeoutMs);
        return result;
      } catch (error) {
        this.#rollBack(rollBack);
        throw error;
      } finally {
        if (--this.#depth === 0) this.#epoch = undefined;
      }
    };
  }

  exec(sql: string): void {
    this.#translated.clear(); // the plans of statements may not fit any more
    this.#query({ text: `SET LOCAL statement_timeout = 0; ${translateSchema(sql)}` }, Infinity);
  }

  close(): void {
    if (this.#closed) return;
    this.#ask({ act: 'close' }, answerTimeoutMs);
    this.#closed = true;
    this.#port.close();
    void this.#worker.terminate();
  }

  #rollBack(sql: string): void {
    try {
      this.#query({ text: sql }, answerTimeoutMs);
    } catch {
      // The connection is lost, and the transaction with it.
    }
  }

  #query(query: Query, timeoutMs: number): Rows {
    const answer = this.#ask(
      { act: 'query', query: this.#epoch === undefined ? query : { ...query, epoch: this.#epoch } },
      timeoutMs,
    );
    if ('problem' in answer) throw queryError(this.settings, answer.problem);
    return answer.result!;
  }

  #ask(request: Ask, timeoutMs: number): { result: Rows | null } | { problem: Problem } {
    if (this.#closed) throw new ResourceError('database-away', 'The database is closed.');
    const id = ++this.#lastId;
    const untilMs = performance.now() + timeoutMs;
    let seen = Atomics.load(this.#answered, 0);
    this.#port.postMessage({ ...request, id });
    for (;;) {
      Atomics.wait(this.#answered, 0, seen, untilMs - performance.now());
      seen = Atomics.load(this.#answered, 0);
      for (let next = receiveMessageOnPort(this.#port); next; next = receiveMessageOnPort(this.#port)) {
        const answer = next.message as Answer;
        if (answer.id === id) return answer; // others were not waited for any more
      }
      if (performance.now() < untilMs) continue;
      this.#port.postMessage({ act: 'drop', id: 0 } satisfies Request);
      return { problem: { sqlState: '08006', message: 'it did not answer in time' } };
    }
  }
}

type Prepared = Translated & { name: string };

class PostgresStatement implements Statement {
  #shape: 'object' | 'first' | 'array' = 'object';

  constructor(private readonly query: (values: readonly unknown[]) => Rows) {}

  run(...values: unknown[]): { changes: number } {
    return { changes: this.query(values).changes };
  }

  get(...values: unknown[]): unknown {
    return this.all(...values)[0];
  }

  all(...values: unknown[]): unknown[] {
    const { fields, rows } = this.query(values);
    if (this.#shape === 'array') return rows;
    if (this.#shape === 'first') return rows.map(row => row[0]);
    return rows.map(row => Object.fromEntries(fields.map((field, index) => [field, row[index]])));
  }

  pluck(): this {
    this.#shape = 'first';
    return this;
  }

  raw(): this {
    this.#shape = 'array';
    return this;
  }
}

/** As strict as better-sqlite3: what it refuses would else be found with PostgreSQL alone, or there not at all. */
function bind(names: readonly (string | null)[], given: readonly unknown[]): unknown[] {
  const [first] = given;
  const named = typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : null;
  if (named === null && given.length !== names.length)
    throw new RangeError(`The statement has ${names.length} parameters, not ${given.length}.`);
  return names.map((name, index) => {
    const value = name === null ? given[index] : named?.[name];
    if (value === null || ['string', 'number', 'bigint'].includes(typeof value)) return value;
    throw new TypeError(
      `Parameter ${name ?? index + 1} is ${typeof value}: only text, numbers and null are stored.`,
    );
  });
}
