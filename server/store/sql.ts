/** What the store needs of a database: `better-sqlite3` is it as it is, `PostgresDatabase` does the same. */
export interface Database {
  /** Of one statement with `?`, or with `@name` for the fields of one object. */
  prepare(sql: string): Statement;
  /** Makes a function that does all that `work` does or, when it throws, nothing; within another one, too. */
  transaction<T>(work: () => T): () => T;
  /** Statements without parameters: the schema. */
  exec(sql: string): unknown;
  close(): unknown;
}

export interface Statement {
  run(...parameters: unknown[]): { changes: number };
  /** @returns the first row; undefined: there is none */
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
  /** From now on a row is its first column. */
  pluck(): Statement;
  /** From now on a row is an array. */
  raw(): Statement;
}
