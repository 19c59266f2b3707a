import net from 'node:net';
import { Attribute, Change } from 'ldapts';
import t from 'tap';
import { createLog } from '../../../base/log.js';
import type { LdapConfig } from '../../../config/identity-schema.js';
import { validate } from '../../../config/load.js';
import { ApiApp } from '../../../testing/harness/api-app.js';
import { selfSigned } from '../../../testing/peers/certificate.js';
import { Slapd } from '../../../testing/peers/slapd.js';
import { totpAt } from '../totp.js';
import { DirectoryRecheck } from './directory-recheck.js';
import { openDirectory } from './open-directory.js';

const skip = Slapd.available() ? false : 'needs slapd';
const noCatalogue = { get: async () => null, list: async () => [] };
const people = `ou=people,${Slapd.suffix}`;
const groups = `ou=groups,${Slapd.suffix}`;

function person(uid: string, password: string | null, more = ''): string {
  const secret = password === null ? '' : `userPassword: ${password}\n`;
  return `dn: uid=${uid},${people}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: Dr. ${uid}\nsn: ${uid}\nmail: ${uid}@hospital.test\n${secret}${more}\n`;
}
function group(name: string, members: string[]): string {
  const lines = members.map(uid => `member: uid=${uid},${people}\n`).join('');
  return `dn: cn=${name},${groups}\nobjectClass: groupOfNames\ncn: ${name}\n${lines}\n`;
}
const ldif = [
  `dn: ${people}\nobjectClass: organizationalUnit\nou: people\n\n`,
  `dn: ${groups}\nobjectClass: organizationalUnit\nou: groups\n\n`,
  person('li', 'Li-secret-1'),
  person('wang', 'Wang-secret-1'),
  person('boss', 'Boss-secret-1'),
  person('guest', 'Guest-secret-1'),
  person('both', 'Both-secret-1'),
  person('nopass', null),
  person('star', 'Star-secret-1', 'employeeType: operators\n'),
  group('Video Operators', ['li', 'both']),
  group('surgeons', ['wang', 'li']),
  group('it', ['boss']),
  group('revision', ['both']),
].join('');

function changeOf(operation: 'add' | 'delete' | 'replace', type: string, value: string): Change {
  return new Change({ operation, modification: new Attribute({ type, values: [value] }) });
}

type Tap = { teardown(fn: () => unknown): void };

async function scene(t: Tap, change: Partial<LdapConfig> = {}) {
  const slapd = await Slapd.start(ldif);
  t.teardown(() => slapd.close());
  const api = await new ApiApp().open(noCatalogue);
  t.teardown(() => api.close());
  api.identity.access.insertInstitution({
    institutionId: 'h1',
    parentId: null,
    kind: 'hospital',
    name: 'First Hospital',
  });
  const wished = {
    url: `ldaps://127.0.0.1:${slapd.ports.tls}`,
    ca: slapd.ca,
    bindDn: Slapd.bindDn,
    bindPassword: Slapd.bindPassword,
    base: people,
    userFilter: '(&(objectClass=inetOrgPerson)(|(uid={user})(mail={user})))',
    groupBase: groups,
    roles: [
      // Written otherwise than the directory does.
      { group: `CN=video operators, ${groups}`, roles: ['operator'], institution: 'First Hospital' },
      { group: `cn=surgeons,${groups}`, roles: ['chair'], institution: 'First Hospital' },
      { group: `cn=it,${groups}`, roles: ['administrator'], institution: null },
      { group: `cn=revision,${groups}`, roles: ['auditor'], institution: 'First Hospital' },
      { group: 'operators', roles: ['operator'], institution: null },
    ],
    timeoutS: 2,
    ...change,
  };
  const config = validate({ identity: { ldap: wished } }, 'test').identity.ldap!;
  const signIn = openDirectory(config, api.identity, createLog({ level: 'silent' }));
  const ask = (userName: string, password: string, code?: string) =>
    api.ask<{ code?: string; user: { userId: string; roles: string[] } }>('POST', '/session', {
      body: { userName, password, ...(code !== undefined && { code }) },
    });
  const user = (name: string) => api.accounts.records.find('userName', name);
  return { slapd, api, config, signIn, ask, user };
}
const reasons = (api: ApiApp) =>
  [...api.audit.all({ from: '', until: '9999' })].map(({ actorName, result, detail }) =>
    `${actorName} ${result} ${(JSON.parse(detail) as { reason?: string }).reason ?? ''}`.trim(),
  );

void t.test(
  'first sign-in makes the user with the roles of the groups; each updates it',
  { skip },
  async t => {
    const { slapd, ask, user } = await scene(t);
    const answer = await ask('LI', 'Li-secret-1');
    t.match(answer, {
      status: 200,
      json: { user: { userName: 'li', roles: ['operator', 'chair'], blocked: null } },
    });
    const made = user('li')!;
    t.match(made, { origin: 'ldap', displayName: 'Dr. li', institutionId: 'h1', passwordHash: null });
    t.match(await ask('li@hospital.test', 'Li-secret-1'), { json: { user: { userId: made.userId } } });
    t.match(await ask('wang', 'Wang-secret-1'), { json: { user: { roles: ['chair'] } } });

    await slapd.administer(async directory => {
      await directory.modify(
        `cn=Video Operators,${groups}`,
        changeOf('delete', 'member', `uid=li,${people}`),
      );
      await directory.modify(`uid=li,${people}`, changeOf('replace', 'cn', 'Prof. Li'));
    });
    const later = await ask('li', 'Li-secret-1');
    t.match(later, { json: { user: { userId: made.userId, roles: ['chair'] } } });
    t.match(user('li'), { displayName: 'Prof. Li', roles: ['chair'], version: 2 });
    await slapd.logged('TLS established');
  },
);

void t.test(
  'wrong, empty and no password; lock-out without asking the directory; audit',
  { skip },
  async t => {
    const { slapd, api, ask, user } = await scene(t);
    t.equal((await ask('li', 'Li-secret-1')).status, 200);
    await t.rejects(
      api.accounts.logIn('li', '', undefined),
      { code: 'wrong-credentials', reason: 'wrong-password' },
      'unauthenticated bind',
    );
    t.match(await ask('nopass', 'x'), { status: 401, json: { code: 'wrong-credentials' } });
    t.match(await ask('nobody', 'x'), { status: 401, json: { code: 'wrong-credentials' } });
    for (let n = 0; n < 4; n++) t.equal((await ask('li', 'wrong')).status, 401);
    const tries = async (then: string) => {
      t.equal((await ask(then, 'x')).status, 401);
      return (await slapd.logged(`uid=${then})`)).split('BIND dn="uid=li').length;
    };
    const before = await tries('before');
    t.equal((await ask('li', 'Li-secret-1')).status, 401, 'locked');
    t.equal(await tries('after'), before);
    t.ok(api.accounts.isLocked(user('li')!));
    api.aheadMs = 16 * 60_000;
    t.equal((await ask('li', 'Li-secret-1')).status, 200);
    t.same(reasons(api), [
      'li ok',
      'nopass wrong-credentials wrong-password',
      'nobody wrong-credentials no-such-user',
      ...Array<string>(3).fill('li wrong-credentials wrong-password'),
      'li wrong-credentials locks',
      'before wrong-credentials no-such-user',
      'li wrong-credentials locked',
      'after wrong-credentials no-such-user',
      'li ok',
    ]);
  },
);

void t.test('a name that is a filter finds nobody', { skip }, async t => {
  const { slapd, ask, api } = await scene(t);
  for (const name of [
    '*',
    'l*',
    'li)(objectClass=*',
    '*)(|(uid=*',
    'li\\2a',
    'li\u0000',
    '李)(uid=li',
    '\\',
    '{dn}',
  ])
    t.equal((await ask(name, 'Li-secret-1')).status, 401, name);
  t.same(api.accounts.records.list(), []);
  await slapd.logged('uid=\\2A)'); // for the sign, not for all
});

void t.test(
  'no role, two roles that exclude each other, an unknown institution: said in words',
  { skip },
  async t => {
    const { ask, user } = await scene(t);
    t.match(await ask('guest', 'Guest-secret-1'), { status: 403, json: { code: 'no-role' } });
    t.match(await ask('guest', 'wrong'), { status: 401, json: { code: 'wrong-credentials' } });
    t.match(await ask('both', 'Both-secret-1'), { json: { code: 'incompatible-roles' } });
    t.equal(user('guest'), undefined);
    const lost = await scene(t, {
      roles: [{ group: `cn=it,${groups}`, roles: ['operator'], institution: 'Closed Hospital' }],
    });
    t.match(await lost.ask('boss', 'Boss-secret-1'), {
      status: 403,
      json: { detail: undefined, code: 'no-role' },
    });
  },
);

void t.test('an administrator of the directory needs an authenticator, too', { skip }, async t => {
  const { api, ask } = await scene(t);
  const first = await ask('boss', 'Boss-secret-1');
  t.match(first.json, { user: { blocked: 'second-factor-needed' } });
  const cookie = String(first.headers['set-cookie']).split(';')[0]!;
  const { secret } = (await api.ask<{ secret: string }>('POST', '/account/totp', { cookie })).json;
  const code = totpAt(secret, Date.now());
  const body = { secret, code, password: 'wrong' };
  t.equal((await api.ask('PUT', '/account/totp', { cookie, body })).status, 401);
  const right = { ...body, password: 'Boss-secret-1' };
  t.equal((await api.ask('PUT', '/account/totp', { cookie, body: right })).status, 200);
  t.match(await ask('boss', 'Boss-secret-1'), { json: { code: 'code-needed' } });
  const change = { cookie, body: { current: 'Boss-secret-1', password: 'Other-secret-2' } };
  t.match(await api.ask('PUT', '/account/password', change), {
    status: 409,
    json: { code: 'password-elsewhere' },
  });
});

void t.test(
  'who leaves the house loses sessions and keys; who comes back has them again',
  { skip },
  async t => {
    const { slapd, api, signIn, ask, user, config } = await scene(t);
    await ask('boss', 'Boss-secret-1');
    const { headers } = await ask('wang', 'Wang-secret-1');
    const cookie = String(headers['set-cookie']).split(';')[0]!;
    const { userId } = user('wang')!;
    const principal = api.identity.principalOfUser(userId)!;
    const { key } = api.identity.newKey(principal, {
      name: 'k',
      scopes: ['conference:read'],
      expiresAt: null,
    });
    const authorization = { headers: { authorization: `Bearer ${key}` } };
    t.same(await signIn.recheck(), [], 'all are there');
    t.equal((await api.ask('GET', '/conferences', authorization)).status, 200);

    await slapd.stop();
    await t.rejects(signIn.recheck(), { code: 'directory-down' });
    t.equal(
      (await api.ask('GET', '/conferences', { cookie })).status,
      200,
      'nobody is thrown out by an outage',
    );
    await slapd.restart();
    await slapd.administer(async directory => {
      await directory.modify(`cn=surgeons,${groups}`, changeOf('delete', 'member', `uid=wang,${people}`));
      await directory.del(`uid=boss,${people}`);
    });
    const recheck = new DirectoryRecheck(signIn, 20, api.audit, createLog({ level: 'silent' }));
    t.teardown(() => recheck.close());
    while (!user('wang')!.disabled || !user('boss')!.disabled)
      await new Promise(resolve => setTimeout(resolve, 20));
    t.equal((await api.ask('GET', '/conferences', { cookie })).status, 401);
    t.equal((await api.ask('GET', '/conferences', authorization)).status, 401);
    recheck.close();
    t.ok(reasons(api).includes('directory ok'));

    await slapd.administer(directory =>
      directory.modify(`cn=surgeons,${groups}`, changeOf('add', 'member', `uid=wang,${people}`)),
    );
    t.equal((await ask('wang', 'Wang-secret-1')).status, 200);
    t.equal((await api.ask('GET', '/conferences', authorization)).status, 200);

    api.accounts.records.update(userId, { disabled: true, refusedByOrigin: false });
    t.equal((await ask('wang', 'Wang-secret-1')).status, 401, 'an administrator here has the last word');
    t.ok(config.recheckMinutes > 0);
  },
);

void t.test('the directory is down or another: said in words; local users sign in', { skip }, async t => {
  const { slapd, api, config, ask } = await scene(t);
  const { userId } = api.accounts.create({
    userName: 'root',
    displayName: 'Root',
    institutionId: null,
    roles: ['operator'],
  });
  const oneTime = await api.accounts.resetPassword(userId);
  const down = async (what: string) => {
    const startMs = Date.now();
    const answer = await ask('li', 'Li-secret-1');
    t.match(answer, { status: 503, json: { code: 'directory-down', title: /Local users/ } }, what);
    t.ok(Date.now() - startMs < 7000, `${what}: ${Date.now() - startMs} ms`);
  };
  const use = (change: Partial<LdapConfig>) =>
    openDirectory({ ...config, ...change }, api.identity, createLog({ level: 'silent' }));
  use({ ca: null });
  await down('an authority that is not known');
  use({ bindPassword: 'changed meanwhile' });
  await down('the password of the bind user is wrong');
  const other = await selfSigned('another');
  const file = t.testdir({ 'ca.pem': other.cert });
  use({ ca: `${file}/ca.pem` });
  await down('a certificate of somebody else');
  const silent = net.createServer(() => undefined);
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
  t.teardown(() => silent.close());
  const { port } = silent.address() as net.AddressInfo;
  use({ url: `ldaps://127.0.0.1:${port}`, timeoutS: 0.5 });
  await down('it takes connections and says nothing');
  use({ url: `ldap://127.0.0.1:${port}`, startTls: true, timeoutS: 0.5 });
  await down('the same with StartTLS');
  use({});
  await slapd.stop();
  await down('it is not there');
  t.equal((await ask('root', oneTime)).status, 200, 'local users need no directory');
  await slapd.restart();
  t.equal((await ask('li', 'Li-secret-1')).status, 200);
});

void t.test('StartTLS; groups as an attribute; names of certificates are checked', { skip }, async t => {
  const { slapd, api, config, ask } = await scene(t);
  const startTls = { ...config, url: `ldap://127.0.0.1:${slapd.ports.plain}`, startTls: true };
  const attributes = { ...config.attributes, groups: 'employeeType' };
  const log = createLog({ level: 'silent' });
  openDirectory({ ...startTls, attributes, groupBase: null }, api.identity, log);
  t.match(await ask('star', 'Star-secret-1'), { status: 200, json: { user: { roles: ['operator'] } } });
  await slapd.logged('STARTTLS');
  t.throws(() => openDirectory({ ...startTls, startTls: false }, api.identity, log), { code: 'bad-config' });
  t.throws(() => openDirectory({ ...config, userFilter: '(uid={user}' }, api.identity, log), {
    code: 'bad-config',
  });
  // 127.0.0.2 is the same slapd by another name than its certificate has.
  const relay = net.createServer(socket => {
    const onward = net.connect(slapd.ports.plain, '127.0.0.1');
    for (const end of [socket, onward]) end.on('error', () => undefined);
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>(resolve => relay.listen(0, '127.0.0.2', resolve));
  t.teardown(() => relay.close());
  const { port } = relay.address() as net.AddressInfo;
  openDirectory({ ...startTls, url: `ldap://127.0.0.2:${port}` }, api.identity, log);
  t.match(await ask('li', 'Li-secret-1'), { status: 503, json: { code: 'directory-down' } });
});
