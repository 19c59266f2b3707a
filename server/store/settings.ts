import type { Database } from './database.js';

/** Single values that the server keeps for itself: hashes, secrets. */
export class Settings {
  constructor(private readonly database: Database) {}

  get(name: string): string | undefined {
    const row = this.database.prepare('SELECT value FROM setting WHERE name = ?').get(name) as
      { value: string } | undefined;
    return row?.value;
  }

  set(name: string, value: string): void {
    this.database
      .prepare('INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
      .run(name, value);
  }
}
