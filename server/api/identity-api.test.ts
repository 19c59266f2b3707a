import t from 'tap';
import { ApiApp } from '../../testing/harness/api-app.js';
import { totpAt } from '../identity/totp.js';
import { sessionCookie } from './guard.js';

const noCatalogue = { get: async () => null, list: async () => [] };

async function open(t: Tap): Promise<ApiApp> {
  const api = await new ApiApp().open(noCatalogue);
  t.teardown(() => api.close());
  return api;
}
type Tap = { teardown(fn: () => unknown): void };
const cookieOf = (headers: Record<string, unknown>) => String(headers['set-cookie']).split(';')[0]!;

void t.test('an administrator: one-time password, new password, authenticator, then users', async t => {
  const api = await open(t);
  const { userId } = api.accounts.create({
    userName: 'root',
    displayName: 'Root',
    institutionId: null,
    roles: ['administrator'],
  });
  const oneTime = await api.accounts.resetPassword(userId);
  t.equal((await api.ask('POST', '/session', { body: { userName: 'root', password: 'no' } })).status, 401);
  const signIn = await api.ask('POST', '/session', { body: { userName: 'root', password: oneTime } });
  t.equal(signIn.status, 200);
  t.match(signIn.headers['set-cookie'], /HttpOnly; Secure; SameSite=Strict/);
  t.match(signIn.json, { user: { blocked: 'password-expired', permissions: [] } });
  const cookie = cookieOf(signIn.headers);
  t.match(await api.ask('GET', '/users', { cookie }), { status: 403, json: { code: 'password-expired' } });
  const password = 'Quite-Long-7';
  const change = { cookie, body: { current: oneTime, password } };
  t.equal((await api.ask('PUT', '/account/password', change)).status, 204);
  t.match(await api.ask('GET', '/users', { cookie }), { json: { code: 'second-factor-needed' } });

  const { secret, address } = (
    await api.ask<{ secret: string; address: string }>('POST', '/account/totp', { cookie })
  ).json;
  t.match(address, /^otpauth:\/\/totp\/Amphi:root\?secret=/);
  const code = totpAt(secret, Date.now());
  const enrolled = await api.ask<{ recoveryCodes: string[] }>('PUT', '/account/totp', {
    cookie,
    body: { password, secret, code },
  });
  t.equal(enrolled.json.recoveryCodes.length, 8);
  t.match(await api.ask('GET', '/users', { cookie }), { status: 200, json: [{ userName: 'root' }] });

  const withoutCode = await api.ask('POST', '/session', { body: { userName: 'root', password } });
  t.match(withoutCode, { status: 401, json: { code: 'code-needed' } });
  const wished = { userName: 'wu', displayName: 'Wu', institutionId: null, roles: ['operator', 'auditor'] };
  t.match(await api.ask('POST', '/users', { cookie, body: wished }), {
    json: { code: 'incompatible-roles' },
  });
  const made = await api.ask('POST', '/users', { cookie, body: { ...wished, roles: ['auditor'] } });
  t.equal(made.status, 200);

  const trail = [...api.audit.all({ from: '', until: '9999' })].map(({ action, actorName, result }) => [
    action,
    actorName,
    result,
  ]);
  t.same(trail, [
    ['createSession', 'root', 'wrong-credentials'],
    ['createSession', 'root', 'ok'],
    ['listUsers', 'root', 'password-expired'],
    ['changePassword', 'root', 'ok'],
    ['listUsers', 'root', 'second-factor-needed'],
    ['beginTotp', 'root', 'ok'],
    ['confirmTotp', 'root', 'ok'],
    ['createSession', 'root', 'code-needed'],
    ['createUser', 'root', 'incompatible-roles'],
    ['createUser', 'root', 'ok'],
  ]);
  const dump = JSON.stringify([...api.audit.all({ from: '', until: '9999' })]);
  for (const hidden of [oneTime, password, secret]) t.notOk(dump.includes(hidden), 'no secret is noted');
  t.equal(api.audit.verify().brokenAt, null);
});

void t.test('sessions are listed and ended; keys are shown once, narrowed and revoked', async t => {
  const api = await open(t);
  const { userId, cookie } = api.signedIn('op', 'operator', null);
  const other = api.session(userId);
  const sessions = (await api.ask('GET', '/account/sessions', { cookie })).json as {
    sessionId: string;
    current: boolean;
  }[];
  t.equal(sessions.length, 2);
  const away = sessions.find(session => !session.current)!;
  api.accounts.records.update(userId, { mustChangePassword: false });
  t.equal((await api.ask('GET', '/conferences', { cookie: other })).status, 200);
  await api.ask('DELETE', `/account/sessions/${away.sessionId}`, { cookie });
  t.equal((await api.ask('GET', '/conferences', { cookie: other })).status, 401);

  const body = { name: 'ward display', scopes: ['conference:read'], expiresAt: null };
  const { key, keyId } = (await api.ask('POST', '/account/keys', { cookie, body })).json as Record<
    string,
    string
  >;
  const headers = { authorization: `Bearer ${key}` };
  t.equal((await api.ask('GET', '/conferences', { headers })).status, 200);
  const wished = { headers, body: { title: 'x' } };
  t.match(await api.ask('POST', '/conferences', wished), { status: 403, json: { code: 'not-allowed' } });
  t.equal((await api.ask('GET', '/account/sessions', { headers })).status, 403, 'a key is not the person');
  const beyond = { cookie, body: { ...body, scopes: ['user:manage'] } };
  t.match(await api.ask('POST', '/account/keys', beyond), { json: { code: 'wrong-scope' } });
  await api.ask('DELETE', `/account/keys/${keyId}`, { cookie });
  t.equal((await api.ask('GET', '/conferences', { headers })).status, 401);
});

void t.test('lists show what is in reach; a page of another site cannot use the cookie', async t => {
  const api = await open(t);
  const { access } = api.identity;
  for (const institutionId of ['A', 'B'])
    access.insertInstitution({ institutionId, parentId: null, kind: 'hospital', name: institutionId });
  access.insertInstitution({ institutionId: 'A1', parentId: 'A', kind: 'department', name: 'A1' });
  const operatorA = api.signedIn('a', 'operator', 'A').cookie;
  const operatorB = api.signedIn('b', 'operator', 'B').cookie;
  const chairA1 = api.signedIn('c', 'chair', 'A1').cookie;
  const guest = api.signedIn('g', 'participant', 'B');
  const made = await api.ask('POST', '/conferences', { cookie: chairA1, body: { title: 'Round' } });
  const { conferenceId, link } = made.json as Record<string, string>;
  const seen = async (cookie: string) =>
    ((await api.ask('GET', '/conferences', { cookie })).json as object[]).length;
  t.same([await seen(operatorA), await seen(operatorB), await seen(guest.cookie)], [1, 0, 0]);
  await api.ask('PUT', `/conferences/${conferenceId}/members/${guest.userId}`, {
    cookie: chairA1,
    body: { role: 'participant' },
  });
  t.equal(await seen(guest.cookie), 1);
  t.equal((await api.ask('DELETE', `/conferences/${conferenceId}`, { cookie: guest.cookie })).status, 403);
  t.equal((await api.ask('DELETE', `/conferences/${conferenceId}`, { cookie: operatorB })).status, 404);

  const forged = { cookie: operatorA, headers: { origin: 'https://evil.test' } };
  t.match(await api.ask('DELETE', `/conferences/${conferenceId}`, forged), {
    json: { code: 'foreign-origin' },
  });

  const expiresAt = new Date(Date.now() + 400).toISOString();
  const links = `/conferences/${conferenceId}/links`;
  const short = (await api.ask('POST', links, { cookie: chairA1, body: { expiresAt } })).json as {
    link: string;
  };
  const follow = (path: string) => api.ask('GET', path.replace('/join/', '/invitations/'));
  t.match(await follow(short.link), { status: 200, json: { title: 'Round' } });
  await new Promise(resolve => setTimeout(resolve, 450));
  t.equal((await follow(short.link)).status, 404, 'the link has expired');
  t.equal((await follow(link!)).status, 200);
});

void t.test(
  'a change of what somebody else has changed is refused; a repeated POST is done once',
  async t => {
    const api = await open(t);
    const { cookie, userId: self } = api.signedIn('root', 'administrator', null);
    api.accounts.records.update(self, { mustChangePassword: false });
    const body = { userName: 'li', displayName: 'Li', institutionId: null, roles: ['operator'] };
    const headers = { 'idempotency-key': 'k1' };
    const [one, two] = await Promise.all([
      api.ask('POST', '/users', { cookie, body, headers }),
      api.ask('POST', '/users', { cookie, body, headers }),
    ]);
    t.equal(one.status, 200);
    t.same(one.json, two.json);
    const another = { cookie, body: { ...body, userName: 'wu' }, headers };
    t.match(await api.ask('POST', '/users', another), { status: 422, json: { code: 'idempotency-key' } });

    const { userId } = (one.json as { user: { userId: string } }).user;
    const change = { displayName: 'Li Na', institutionId: null, roles: ['chair'], disabled: false };
    const put = (version?: string) =>
      api.ask('PUT', `/users/${userId}`, {
        cookie,
        body: change,
        headers: version === undefined ? {} : { 'if-match': version },
      });
    const etag = String((await api.ask('GET', `/users/${userId}`, { cookie })).headers.etag);
    t.equal((await put()).status, 428);
    t.match(await put(etag), { status: 200, json: { displayName: 'Li Na', roles: ['chair'] } });
    t.match(await put(etag), { status: 412, json: { code: 'changed-meanwhile' } });
    const own = {
      cookie,
      body: { ...change, roles: ['administrator', 'operator'] },
      headers: { 'if-match': '"1"' },
    };
    t.match(await api.ask('PUT', `/users/${self}`, own), { status: 403, json: { code: 'own-account' } });
  },
);

void t.test('an auditor reads, verifies and exports the audit', async t => {
  const api = await open(t);
  const { cookie } = api.signedIn('eye', 'auditor', null);
  api.audit.append({ actorId: null, actorName: 'x', source: '', action: 'a', object: '', result: 'ok' });
  t.match(await api.ask('GET', '/audit?limit=1', { cookie }), { json: [{ action: 'a' }] });
  t.match(await api.ask('GET', '/audit/verification', { cookie }), { json: { brokenAt: null } });
  const csv = await api.ask('GET', '/audit/export?format=csv', { cookie });
  t.match(csv.text, /^sequence,at,.*\r\n"1",/);
  t.match((await api.ask('GET', '/audit/export?format=jsonl', { cookie })).text, /"action":"verifyAudit"/);
  t.equal((await api.ask('GET', '/audit/export?format=xml', { cookie })).status, 400);
  t.equal((await api.ask('GET', '/audit', { cookie: `${sessionCookie}=forged` })).status, 401);
});

void t.test('guessed keys: a source is told to wait; a flood is refused', async t => {
  const api = await open(t);
  const guess = (n: number) => api.ask('GET', '/users', { headers: { authorization: `Bearer guess-${n}` } });
  for (let n = 0; n < 10; n++) t.equal((await guess(n)).status, 401);
  t.match(await guess(11), { status: 429, headers: { 'retry-after': '60' } });
  t.equal(
    [...api.audit.all({ from: '', until: '9999' })].length,
    10,
    'each wrong try is noted, the flood is not',
  );
  const answers = await Promise.all(Array.from({ length: 400 }, () => api.ask('GET', '/layouts')));
  t.ok(answers.some(({ status }) => status === 429));
});
