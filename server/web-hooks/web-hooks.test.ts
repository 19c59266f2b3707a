import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { ApiApp } from '../../testing/harness/api-app.js';
import type { FeedEvent } from '../api/events.js';
import type { WebHook } from '../api/web-hook-operations.js';
import { WebHookDispatcher } from './dispatcher.js';
import { ReachableAddresses } from './reachable.js';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** Another system: takes what comes, and answers as told. */
async function receiver(t: Test) {
  const received: Received[] = [];
  const answer = { status: 204 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(answer.status, { location: 'http://127.0.0.1:9/elsewhere' }).end();
    });
  });
  server.listen(0, '127.0.0.2');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const count = async (wanted: number) => {
    for (let n = 0; n < 100 && received.length < wanted; n++) await sleep(50);
    return received.length;
  };
  return { received, answer, count, url: `http://127.0.0.2:${(server.address() as AddressInfo).port}/hook` };
}

async function open(t: Test) {
  const api = await new ApiApp().open({ get: async () => null, list: async () => [] });
  t.teardown(() => api.close());
  const operator = api.signedIn('operator', 'operator', null);
  const ask = <T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
    api.ask<T>(method, path, { cookie: operator.cookie, ...(body && { body }) });
  const create = (title: string) => ask('POST', '/conferences', { title });
  return { api, ask, create, operator };
}

/** Another program than ours says what the signature should be. */
function signatureByOpenssl(secret: string, { headers, body }: Received): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64').toString('hex');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const options = ['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${key}`, '-binary'];
  return `v1,${execFileSync('openssl', options, { input: signed }).toString('base64')}`;
}

void t.test('events are sent, signed as Standard Webhooks say', async t => {
  const { ask, create } = await open(t);
  const { url, received, count } = await receiver(t);
  const { status, json: hook } = await ask<WebHook & { secret: string }>('POST', '/webhooks', { url });
  t.equal(status, 200);
  await create('会诊');
  await create('Rounds');
  t.equal(await count(2), 2);
  const events = received.map(({ body }) => JSON.parse(body) as FeedEvent<'conference.created'>);
  t.same(
    events.map(({ type, data }) => [type, data.title]),
    [
      ['conference.created', '会诊'],
      ['conference.created', 'Rounds'],
    ],
    'in order',
  );
  for (const message of received)
    t.equal(message.headers['webhook-signature'], signatureByOpenssl(hook.secret, message));
  const at = Number(received[0]!.headers['webhook-timestamp']);
  t.ok(Math.abs(at - Date.now() / 1000) < 5, 'the time stamp is now');
  const { text } = await ask('GET', '/webhooks');
  t.notMatch(text, hook.secret, 'the secret is shown once');
  const { json: deliveries } = await ask<{ state: string; attempts: number }[]>(
    'GET',
    `/webhooks/${hook.webHookId}/deliveries`,
  );
  t.match(deliveries, [{ state: 'delivered', attempts: 1, status: 204 }, { state: 'delivered' }]);

  await ask('POST', `/webhooks/${hook.webHookId}/replay`, { since: '2026-01-01T00:00:00Z' });
  t.equal(await count(4), 4, 'replayed');
  t.equal(received[2]!.headers['webhook-id'], received[0]!.headers['webhook-id'], 'with the same ids');
  await ask('DELETE', `/webhooks/${hook.webHookId}`);
  await create('Nobody is told');
  await sleep(150);
  t.equal(received.length, 4);
});

void t.test('what is not taken is tried again, also after a restart; "gone" ends it', async t => {
  const { api, ask, create } = await open(t);
  const { url, received, answer, count } = await receiver(t);
  const { json: hook } = await ask<WebHook>('POST', '/webhooks', { url, types: ['conference.created'] });
  answer.status = 503;
  await create('one');
  t.equal(await count(2), 2, 'at once and after the first wait');
  t.equal(received[0]!.headers['webhook-id'], received[1]!.headers['webhook-id']);
  await sleep(100);
  t.match(api.dispatcher.counters, { delivered: 0, retried: 2 });
  t.equal(api.dispatcher.waiting, 1, 'the next try is in an hour');

  // Restart: another dispatcher on the same store, an hour later.
  api.dispatcher.close();
  answer.status = 200;
  const hourLater = () => Date.now() + 3_700_000;
  const { identity, feed, webHooks } = api;
  const log = { warn: () => undefined } as never;
  const restarted = new WebHookDispatcher({ ...webHooks, identity, feed, log }, [1], hourLater);
  t.teardown(() => restarted.close());
  t.equal(await count(3), 3);
  t.equal(received[2]!.body, received[0]!.body, 'nothing was lost');
  await sleep(50);
  t.match(restarted.counters, { delivered: 1 });

  answer.status = 302;
  await create('moved');
  t.equal(await count(4), 4);
  await sleep(50);
  t.match(restarted.counters, { retried: 1 }, 'a redirection is not followed');
  answer.status = 410;
  await create('two');
  t.equal(await count(5), 5);
  await sleep(50);
  t.equal((await ask<WebHook[]>('GET', '/webhooks')).json[0]!.enabled, false);
  t.match(restarted.counters, { failed: 1 });
  t.ok(hook);
});

void t.test(
  'nobody has the server ask what only it can reach; nobody is told of what they may not read',
  async t => {
    const { api, ask } = await open(t);
    const refused = [
      'http://127.0.0.1/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://localhost:8443/metrics',
      'https://169.254.169.254/latest/meta-data',
      'http://8.8.8.8/',
      'https://user:secret@8.8.8.8/',
      'https://0/',
      'https://2130706433/',
    ];
    for (const url of refused) {
      const { status } = await ask('POST', '/webhooks', { url });
      t.ok(status === 422 || status === 400, `${url}: ${status}`);
    }
    t.equal((await ask('POST', '/webhooks', { url: 'https://8.8.8.8/hook' })).status, 200);
    t.throws(() => new ReachableAddresses(['10.0.0.0']), { code: 'bad-config' });
    t.equal(
      (await new ReachableAddresses(['10.0.0.0/8']).resolve(new URL('http://10.1.2.3/'))).address,
      '10.1.2.3',
    );

    api.identity.access.insertInstitution({
      institutionId: 'B',
      parentId: null,
      kind: 'hospital',
      name: 'B',
    });
    const { url, received, count } = await receiver(t);
    const foreign = api.signedIn('foreign', 'operator', 'B');
    await api.ask('POST', '/webhooks', { cookie: foreign.cookie, body: { url } });
    await ask('POST', '/conferences', { title: 'of the whole house' });
    await api.ask('POST', '/conferences', { cookie: foreign.cookie, body: { title: 'of B' } });
    t.equal(await count(1), 1);
    await sleep(100);
    t.same(
      received.map(({ body }) => (JSON.parse(body) as FeedEvent<'conference.created'>).data.title),
      ['of B'],
    );
    t.equal((await api.ask<WebHook[]>('GET', '/webhooks', { cookie: foreign.cookie })).json.length, 1);
  },
);

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
