import t from 'tap';
import { ApiApp } from '../../testing/harness/api-app.js';
import { digestKeys } from '../../sip-gateway/sip/authentication/digest.js';
import type { SavedBinding } from '../../sip-gateway/registrar/binding.js';
import type { SipAccount } from './sip-account-operations.js';

async function opened(t: { teardown: (end: () => Promise<void>) => void }) {
  const api = new ApiApp();
  t.teardown(() => api.close());
  await api.open({ get: async () => undefined as never, list: async () => [] });
  for (const institutionId of ['A', 'B'])
    api.identity.access.insertInstitution({
      ...{ institutionId, parentId: null, kind: 'hospital' },
      name: institutionId,
    });
  const { cookie } = api.signedIn('operator', 'operator', 'A');
  const create = (body: object) =>
    api.ask<{ account: SipAccount; password: string; realm: string; code: string }>('POST', '/sip-accounts', {
      cookie,
      body: { displayName: 'Room', institutionId: 'A', ...body },
    });
  return { api, cookie, create };
}

void t.test('an account is made; its password is told once and never stored', async t => {
  const { api, cookie, create } = await opened(t);
  const { status, json } = await create({ accountName: 'room3', aliases: ['8001', '861012345678'] });
  t.equal(status, 200);
  t.match(json.password, /^[a-z2-9]{16}$/);
  t.same(api.sipAccounts.keysOf('room3'), digestKeys('room3', json.realm, json.password));
  const dump = JSON.stringify(api.database.prepare('SELECT * FROM sip_account').all());
  t.notOk(dump.includes(json.password), 'the store has only what it comes to');
  t.notOk(
    JSON.stringify(api.audit.find({ from: '', until: '9999', afterSequence: 0, limit: 9 })).includes(
      json.password,
    ),
  );
  const { json: shown } = await api.ask<SipAccount>('GET', '/sip-accounts/room3', { cookie });
  t.match(shown, { accountName: 'room3', aliases: ['8001', '861012345678'], disabled: false });
  t.notMatch(JSON.stringify(shown), /assword|[Kk]ey/);
  for (const dialled of ['room3', 'ROOM3', '8001', '+861012345678', '861012345678'])
    t.equal(api.sipAccounts.accountOf(dialled), 'room3', dialled);
  t.equal(api.sipAccounts.accountOf('8002'), undefined);
  const chosen = await create({ accountName: 'room4', password: 'Winter-2026!' });
  t.equal(chosen.json.password, 'Winter-2026!');
  t.equal((await create({ accountName: 'room5', password: 'short' })).status, 400);
  t.equal((await create({ accountName: 'room 5' })).status, 400);
});

void t.test('names and numbers are nobody else’s', async t => {
  const { api, create, cookie } = await opened(t);
  await create({ accountName: 'room3', aliases: ['8001'] });
  api.conferences.create({ title: 'c', number: '5555' });
  const answers = [
    { accountName: 'room3' },
    { accountName: '8001' },
    { accountName: '5555' },
    { accountName: 'room4', aliases: ['8001'] },
    { accountName: 'room4', aliases: ['5555'] },
  ];
  for (const body of answers) t.equal((await create(body)).status, 409, JSON.stringify(body));
  t.equal((await create({ accountName: 'room4', aliases: ['8002'] })).status, 200);
  const change = { displayName: 'x', institutionId: 'A', disabled: false };
  const update = (aliases: string[]) =>
    api.ask('PUT', '/sip-accounts/room4', { cookie, body: { ...change, aliases } });
  t.equal((await update(['8001'])).status, 409);
  t.equal((await update(['8002', '8003'])).status, 200);
  t.equal(api.sipAccounts.accountOf('8003'), 'room4');
});

void t.test('a new password, disabling and deleting sign the device off', async t => {
  const { api, create, cookie } = await opened(t);
  await create({ accountName: 'room3' });
  const revoked: string[] = [];
  api.sipAccounts.revoked = name => revoked.push(name);
  const before = api.sipAccounts.keysOf('room3');
  const { json } = await api.ask<{ password: string }>('POST', '/sip-accounts/room3/password', {
    cookie,
    body: {},
  });
  t.notSame(api.sipAccounts.keysOf('room3'), before);
  t.same(api.sipAccounts.keysOf('room3'), digestKeys('room3', 'amphi', json.password));
  const body = { displayName: 'x', institutionId: 'A', aliases: [], disabled: true };
  await api.ask('PUT', '/sip-accounts/room3', { cookie, body });
  t.equal(api.sipAccounts.keysOf('room3'), undefined);
  t.equal((await api.ask('DELETE', '/sip-accounts/room3', { cookie })).status, 204);
  t.equal((await api.ask('GET', '/sip-accounts/room3', { cookie })).status, 404);
  t.same(revoked, ['room3', 'room3', 'room3']);
});

void t.test('an operator sees and changes devices of the own hospital alone', async t => {
  const { api, create, cookie } = await opened(t);
  await create({ accountName: 'room3' });
  api.sipAccounts.create({
    ...{ accountName: 'theirs', displayName: 'x', institutionId: 'B', aliases: [], disabled: false },
  });
  const { json } = await api.ask<SipAccount[]>('GET', '/sip-accounts', { cookie });
  t.same(
    json.map(({ accountName }) => accountName),
    ['room3'],
  );
  t.equal((await create({ accountName: 'room4', institutionId: 'B' })).status, 400);
  const body = { displayName: 'x', institutionId: 'B', aliases: [], disabled: false };
  t.equal((await api.ask('PUT', '/sip-accounts/room3', { cookie, body })).status, 400, 'not given away');
  t.equal((await api.ask('DELETE', '/sip-accounts/theirs', { cookie })).status, 404);
});

void t.test('where devices are outlives a restart, but not their account', async t => {
  const { api, create } = await opened(t);
  await create({ accountName: 'room3' });
  const binding: SavedBinding = {
    ...{ contact: 'sip:a@192.0.2.7', q: 1, expiresAtMs: 2e12, callId: 'c', cseq: 1, path: [], userAgent: '' },
    flow: { protocol: 'UDP', remote: { address: '192.0.2.7', port: 5060 } },
  };
  const { sipAccounts } = api;
  sipAccounts.saveBindings(
    new Map([
      ['room3', [binding]],
      ['nobody', [binding]],
    ]),
  );
  t.same([...sipAccounts.savedBindings()], [['room3', binding]]);
  sipAccounts.delete('room3');
  t.same([...sipAccounts.savedBindings()], []);
});

void t.test('who may call without an account', async t => {
  const { api } = await opened(t);
  api.conferences.create({ title: 'open', number: '1001' });
  api.conferences.create({ title: 'with PIN', number: '1002', pin: '1234' });
  const { sipAccounts } = api;
  for (const user of ['1001', '1002*1234', 'room3', '0086139'])
    t.equal(sipAccounts.mustAuthenticate(user, '203.0.113.5'), true, user);
  t.equal(sipAccounts.mustAuthenticate('1001', '127.0.0.1'), false, 'this machine');
  Object.assign((sipAccounts as unknown as { options: object }).options, { guests: true });
  t.equal(sipAccounts.mustAuthenticate('1002*1234', '203.0.113.5'), false, 'the PIN is asked for');
  t.equal(sipAccounts.mustAuthenticate('1001', '203.0.113.5'), true, 'no PIN protects it');
  t.equal(sipAccounts.mustAuthenticate('0086139', '203.0.113.5'), true);
});
