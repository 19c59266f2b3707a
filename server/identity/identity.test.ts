import t from 'tap';
import { ApiApp } from '../../testing/harness/api-app.js';
import { Settings } from '../store/settings.js';
import { AttemptLimit } from './attempt-limit.js';
import { firstStart } from './first-start.js';
import { PasswordHasher } from './password-hash.js';
import { passwordProblem } from './password-policy.js';
import { sha256 } from './secrets.js';
import { checkTotp, encodeBase32, totpAt } from './totp.js';

const noCatalogue = { get: async () => null, list: async () => [] };
const day = 86_400_000;

void t.test('the first start makes an administrator and an API key, once', async t => {
  const api = new ApiApp();
  t.teardown(() => api.close());
  const settings = new Settings(api.database);
  const first = await firstStart(api.accounts, api.identity, settings);
  t.match(first?.token, /^[\w-]{22}$/);
  t.equal(await firstStart(api.accounts, api.identity, settings), null);
  const principal = api.identity.principalOfKey(first!.token!);
  t.match(principal, { userName: 'admin', via: { kind: 'key' }, blocked: null });
  t.notOk(principal?.scopes?.includes('user:manage'), 'the key runs conferences; it does not make users');
  t.equal(api.identity.principalOfKey('guess'), null);
  const { user } = await api.accounts.logIn('admin', first!.oneTimePassword, undefined);
  t.ok(api.accounts.isPasswordExpired(user), 'the one-time password opens the own account alone');
});

void t.test('the operator token of an older version goes on', async t => {
  const api = new ApiApp();
  t.teardown(() => api.close());
  const settings = new Settings(api.database);
  settings.set('operator-token-sha256', sha256('known-before'));
  t.equal((await firstStart(api.accounts, api.identity, settings))?.token, null);
  t.match(api.identity.principalOfKey('known-before'), { userName: 'admin' });
});

void t.test('argon2id: the PHC string carries its costs; RFC 9106 gives the same tag', async t => {
  const hasher = new PasswordHasher();
  t.teardown(() => hasher.close());
  const hash = await hasher.hash('Grüße 123');
  t.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  t.ok(await hasher.verify('Grüße 123', hash));
  t.ok(await hasher.verify('Gru\u0308ße 123', hash), 'typed on another keyboard: NFKC');
  t.notOk(await hasher.verify('Grüße 124', hash));
  t.notOk(await hasher.verify('x', null));
  // From the reference implementation: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1
  const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  t.ok(await hasher.verify('password', reference));
});

void t.test('TOTP: the vectors of RFC 6238, the tolerance, and no code twice', async t => {
  const secret = encodeBase32(Buffer.from('12345678901234567890'));
  // Appendix B, the last six of eight digits.
  for (const [seconds, code] of [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ] as const) {
    t.equal(totpAt(secret, seconds * 1000), code);
  }
  const step = checkTotp(secret, '287082', 59_000, 0);
  t.equal(step, 1);
  t.equal(checkTotp(secret, '287082', 59_000 + 30_000, 0), 1, 'a clock that is 30 s behind');
  t.equal(checkTotp(secret, '287082', 59_000 + 60_000, 0), null);
  t.equal(checkTotp(secret, '287082', 59_000, 1), null, 'taken already');
  t.equal(checkTotp(secret, '', 59_000, 0), null);
});

void t.test('the password policy: length, classes, the own name', async t => {
  t.equal(passwordProblem('Abcdef12', 'nurse'), null);
  t.match(passwordProblem('Abcde12', 'nurse'), /short/);
  t.match(passwordProblem('abcdefg12', 'nurse'), /plain/);
  t.match(passwordProblem('Nurse-1234', 'nurse'), /name/);
  t.match(passwordProblem('Aa1Aa1Aa1', 'nurse'), /repeats/);
});

void t.test(
  'a password: expires after a quarter, is not used again within a year, locks after failures',
  async t => {
    const api = new ApiApp();
    t.teardown(() => api.close());
    const { accounts } = api;
    const { userId } = accounts.create({ userName: 'li', displayName: 'Li', institutionId: null, roles: [] });
    const oneTime = await accounts.resetPassword(userId);
    await t.rejects(accounts.changePassword(userId, oneTime, 'weak'), { code: 'weak-password' });
    await accounts.changePassword(userId, oneTime, 'First-one-1');
    t.notOk(accounts.isPasswordExpired((await accounts.logIn('li', 'First-one-1', undefined)).user));
    api.aheadMs = 93 * day;
    t.ok(accounts.isPasswordExpired((await accounts.logIn('LI', 'First-one-1', undefined)).user));
    await accounts.changePassword(userId, 'First-one-1', 'Second-one-2');
    await t.rejects(accounts.changePassword(userId, 'Second-one-2', 'First-one-1'), {
      code: 'password-used',
    });

    for (const reason of ['wrong-password', 'wrong-password', 'wrong-password', 'wrong-password', 'locks']) {
      await t.rejects(accounts.logIn('li', 'Wrong-one-1', undefined), { code: 'wrong-credentials', reason });
    }
    await t.rejects(accounts.logIn('li', 'Second-one-2', undefined), {
      code: 'wrong-credentials',
      reason: 'locked',
    });
    await t.rejects(accounts.logIn('nobody', 'x', undefined), { code: 'wrong-credentials' });
    api.aheadMs += 16 * 60_000;
    await accounts.logIn('li', 'Second-one-2', undefined);
  },
);

void t.test('two factors: code or recovery code, each once', async t => {
  const api = new ApiApp();
  t.teardown(() => api.close());
  const { accounts } = api;
  const { userId } = accounts.create({ userName: 'wu', displayName: 'Wu', institutionId: null, roles: [] });
  const password = await accounts.resetPassword(userId);
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  t.throws(() => accounts.enrolTotp(userId, secret, '000000'), { code: 'wrong-code' });
  const [recovery] = accounts.enrolTotp(userId, secret, totpAt(secret, Date.now()));
  await t.rejects(accounts.logIn('wu', password, undefined), { code: 'code-needed' });
  await t.rejects(
    accounts.logIn('wu', password, totpAt(secret, Date.now())),
    { code: 'wrong-credentials', reason: 'wrong-code' },
    'used',
  );
  api.aheadMs = 60_000;
  t.ok((await accounts.logIn('wu', password, totpAt(secret, Date.now() + 60_000))).secondFactor);
  t.ok((await accounts.logIn('wu', password, recovery)).secondFactor);
  await t.rejects(accounts.logIn('wu', password, recovery), {
    code: 'wrong-credentials',
    reason: 'wrong-code',
  });
});

void t.test('a session idles out, ends in any case, and ends with its user', async t => {
  const api = await new ApiApp().open(noCatalogue);
  t.teardown(() => api.close());
  const { userId, cookie } = api.signedIn('op', 'operator', null);
  const token = (value: string) => value.split('=')[1]!;
  t.match(api.identity.principalOfSession(token(cookie)), { userId });
  api.aheadMs = 31 * 60_000;
  t.equal(api.identity.principalOfSession(token(cookie)), null, 'idle');
  const other = api.session(userId);
  for (let hour = 0; hour < 24; hour++) {
    api.aheadMs += 29 * 60_000;
    t.ok(api.identity.principalOfSession(token(other)), 'used each 29 minutes');
  }
  api.aheadMs += 29 * 60_000;
  t.equal(api.identity.principalOfSession(token(other)), null, 'after 12 hours');
  const last = api.session(userId);
  api.accounts.records.update(userId, { disabled: true });
  t.equal(api.identity.principalOfSession(token(last)), null);
  t.equal(api.identity.principalOfSession(''), null);
});

void t.test('guessing is stopped by source, and forgiven after a minute', async t => {
  let now = 0;
  const limit = new AttemptLimit(() => now);
  for (let n = 0; n < 10; n++) {
    t.ok(limit.allows('a'));
    limit.failed('a');
  }
  t.notOk(limit.allows('a'));
  t.ok(limit.allows('b'), 'others are not harmed');
  t.equal(limit.refused, 1);
  now = 60_001;
  t.ok(limit.allows('a'));
});

void t.test('an open database holds no secret in plain', async t => {
  const api = new ApiApp();
  t.teardown(() => api.close());
  const first = await firstStart(api.accounts, api.identity, new Settings(api.database));
  const dump = ['user_account', 'api_key', 'session', 'setting']
    .map(table => JSON.stringify(api.database.prepare(`SELECT * FROM ${table}`).all()))
    .join();
  t.notOk(dump.includes(first!.token!));
  t.notOk(dump.includes(first!.oneTimePassword));
});
