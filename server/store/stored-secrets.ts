import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../../base/errors.js';
import { seal, unseal } from '../../base/seal.js';
import type { Database } from './database.js';
import { Settings } from './settings.js';

/** In the data folder, and in its backups: a copy of the database alone opens no secret. */
export const secretsKeyFile = 'secrets.key';

const mark = 'sealed:';
const proofName = 'secretsKeyProof';

/** Columns that hold what the server must read again as it was: hashes do not need this. */
const columns = [
  { table: 'user_account', id: 'user_id', column: 'totp_secret' },
  { table: 'web_hook', id: 'web_hook_id', column: 'secret' },
] as const;

/** Seals what must not be read by who gets hold of the database (ASVS 6.4.1): AES-256-GCM, each for its own row. */
export class StoredSecrets {
  constructor(private readonly key: Buffer = randomBytes(32)) {}

  /**
   * With the key of the data folder, which is made when there is none; what lies open in the database from before is
   * sealed.
   *
   * @throws UserError `wrong-secrets-key` when the key is not the one of this database
   */
  static open(dataDir: string, database: Database): StoredSecrets {
    const settings = new Settings(database);
    const proof = settings.get(proofName);
    const file = path.join(dataDir, secretsKeyFile);
    const wrong = () =>
      new UserError(
        'wrong-secrets-key',
        `${file} is not the key that the secrets in the database were sealed with. Put back the one of the same backup as the database.`,
      );
    if (proof !== undefined && !fs.existsSync(file)) throw wrong();
    const secrets = new StoredSecrets(readKey(file));
    if (proof === undefined) settings.set(proofName, secrets.seal('', proofName));
    else if (!secrets.#opens(proof, proofName)) throw wrong();
    rewrite(database, 'NOT LIKE', secrets.seal.bind(secrets));
    return secrets;
  }

  /**
   * Opens all in the database, for a program that does not know seals.
   *
   * @throws UserError `wrong-secrets-key`
   */
  static layOpen(dataDir: string, database: Database): void {
    if (new Settings(database).get(proofName) === undefined) return;
    const secrets = StoredSecrets.open(dataDir, database);
    rewrite(database, 'LIKE', secrets.unseal.bind(secrets));
  }

  seal(secret: string, place: string): string {
    return mark + seal(this.key, secret, place);
  }

  /** @throws Error when it was sealed for another row, or with another key */
  unseal(stored: string, place: string): string {
    return unseal(this.key, stored.slice(mark.length), place);
  }

  #opens(stored: string, place: string): boolean {
    try {
      return this.unseal(stored, place) === '';
    } catch {
      return false;
    }
  }
}

function rewrite(database: Database, which: 'LIKE' | 'NOT LIKE', change: StoredSecrets['seal']): void {
  for (const { table, id, column } of columns) {
    const rows = database
      .prepare(`SELECT ${id} AS id, ${column} AS secret FROM ${table} WHERE ${column} ${which} '${mark}%'`)
      .all() as { id: string; secret: string }[];
    const update = database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${id} = ?`);
    database.transaction(() => {
      for (const row of rows) update.run(change(row.secret, row.id), row.id);
    })();
  }
}

function readKey(file: string): Buffer {
  if (!fs.existsSync(file)) {
    const temporary = `${file}.new`;
    fs.writeFileSync(temporary, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
    fs.renameSync(temporary, file);
  }
  return Buffer.from(fs.readFileSync(file, 'utf8'), 'base64');
}
