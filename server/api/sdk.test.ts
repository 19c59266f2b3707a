import t from 'tap';
import { createClient, RestError } from '../../clients/sdk/client.js';
import { ApiApp } from '../../testing/harness/api-app.js';
import { allPermissions } from '../identity/permissions.js';

void t.test('a program works with a conference through the client', async t => {
  const api = new ApiApp();
  t.teardown(() => api.close());
  await api.open({ get: async () => null, list: async () => [] });
  const server = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const person = { userName: 'root', displayName: 'Root', institutionId: null };
  const { userId } = api.accounts.create({ ...person, roles: ['administrator', 'operator'] });
  const cookie = api.session(userId);
  const scopes = allPermissions.filter(permission => /^(conference|user|endpoint):/.test(permission));
  const wanted = { name: 'sdk', scopes, expiresAt: null };
  const { json } = await api.ask<{ key: string }>('POST', '/account/keys', { cookie, body: wanted });
  const { key } = json;
  const { call } = createClient({ server, key });

  const body = { title: 'Tumour board', pin: '4711' };
  const made = await call('createConference', { body, idempotencyKey: 'once' });
  const again = await call('createConference', { body, idempotencyKey: 'once' });
  t.equal(again.conferenceId, made.conferenceId, 'asked twice, made once');
  const { conferenceId } = made;
  t.match(await call('getConference', { params: { conferenceId } }), { title: 'Tumour board', pin: '4711' });
  const view = await call('setView', { params: { conferenceId }, body: { layout: 'lecture' } });
  t.equal(view.layout, 'lecture');
  t.match(await call('exportAddressBook'), /^\S*name/i, 'what is no JSON comes as text');

  const { user } = await call('createUser', {
    body: { userName: 'nurse', displayName: 'Nurse', institutionId: null, roles: ['viewer'] },
  });
  const change = { displayName: 'Head nurse', institutionId: null, roles: [], disabled: false };
  const params = { userId: user.userId };
  await call('updateUser', { params, body: change, ifMatch: `"${user.version}"` });
  await t.rejects(call('updateUser', { params, body: change, ifMatch: `"${user.version}"` }), {
    status: 412,
    code: 'changed-meanwhile',
  });
  t.equal(await call('deleteConference', { params: { conferenceId } }), undefined);
  const error = await call('getConference', { params: { conferenceId } }).catch((cause: unknown) => cause);
  t.ok(error instanceof RestError);
  t.match(error, { status: 404, code: 'not-found', detail: 'There is no such conference.' });
  const nobody = createClient({ server: 'http://127.0.0.1:1', timeoutMs: 2000 });
  await t.rejects(nobody.call('getSession'), { status: 0, code: 'unreachable' });
});
