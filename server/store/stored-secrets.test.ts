import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { openDatabase } from './database.js';
import { secretsKeyFile, StoredSecrets } from './stored-secrets.js';
import { UserRecords } from './user-records.js';
import { WebHookRecords } from './web-hook-records.js';

const secret = 'whsec_c2VjcmV0IG9mIGEgaG9vaw==';
const hook = {
  ...{ webHookId: 'h', url: 'https://x', secret, types: [], conferenceId: null, ownerId: 'u' },
  ...{ institutionId: null, enabled: true, createdAt: '2026-01-01T00:00:00Z' },
};
const owner = {
  ...{ userId: 'u', userName: 'u', displayName: 'U', institutionId: null, roles: [], disabled: false },
  ...{ origin: 'local' as const, externalId: null, refusedByOrigin: false, passwordHash: null },
  ...{ passwordChangedAt: null, mustChangePassword: false, failedLogIns: 0, lockedUntil: null },
  ...{ totpSecret: null, totpLastStep: null, version: 1, createdAt: '2026-01-01T00:00:00Z' },
};

function prepared(dataDir: string) {
  const database = openDatabase(dataDir);
  new UserRecords(database).insert(owner);
  const stored = () =>
    database.prepare('SELECT secret FROM web_hook WHERE web_hook_id = ?').pluck().get('h') as string;
  return { database, stored };
}

void t.test('ASVS 6.4.1: a secret is read again, and the database alone does not tell it', t => {
  const dataDir = t.testdir();
  const { database, stored } = prepared(dataDir);
  t.teardown(() => database.close());
  database
    .prepare("INSERT INTO web_hook VALUES ('h', 'https://x', ?, '[]', NULL, 'u', NULL, 1, '2026')")
    .run(secret);
  const records = new WebHookRecords(database, StoredSecrets.open(dataDir, database));
  t.match(stored(), /^sealed:/, 'what was open before is sealed');
  t.notMatch(stored(), secret);
  t.equal(records.find('h')?.secret, secret);
  records.insert({ ...hook, webHookId: 'other' });
  t.equal(records.find('other')?.secret, secret);
  database.prepare("UPDATE web_hook SET secret = ? WHERE web_hook_id = 'other'").run(stored());
  t.throws(() => records.find('other'), 'a secret opens in its own row only');
  t.equal(fs.statSync(path.join(dataDir, secretsKeyFile)).mode & 0o777, 0o600);
  t.end();
});

void t.test('the key of another installation, or none, is said at the start', t => {
  const dataDir = t.testdir();
  const { database } = prepared(dataDir);
  t.teardown(() => database.close());
  StoredSecrets.open(dataDir, database);
  StoredSecrets.open(dataDir, database);
  const key = path.join(dataDir, secretsKeyFile);
  fs.rmSync(key);
  t.throws(() => StoredSecrets.open(dataDir, database), { code: 'wrong-secrets-key' });
  t.notOk(fs.existsSync(key), 'no other key takes its place');
  fs.writeFileSync(key, Buffer.alloc(32, 7).toString('base64'));
  t.throws(() => StoredSecrets.open(dataDir, database), { code: 'wrong-secrets-key', message: /backup/ });
  t.end();
});

void t.test('for an older program all is opened', t => {
  const dataDir = t.testdir();
  const { database, stored } = prepared(dataDir);
  t.teardown(() => database.close());
  const secrets = StoredSecrets.open(dataDir, database);
  new WebHookRecords(database, secrets).insert(hook);
  t.match(stored(), /^sealed:/);
  StoredSecrets.layOpen(dataDir, database);
  t.equal(stored(), secret);
  t.end();
});
