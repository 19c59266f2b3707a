import t from 'tap';
import { WebSocket } from 'ws';
import { ServerProcess } from '../harness/server-process.js';

void t.test('what a stranger may do over the web, and what not', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const { link, conferenceId, number } = await server.createConference({
    title: 'Tumour board',
    pin: '4711',
  });
  const asStranger = (path: string, init: RequestInit = {}) =>
    server.fetch(path, { ...init, headers: { authorization: '', ...(init.headers as object) } });

  t.equal((await asStranger('/healthz')).status, 200);
  t.equal((await asStranger('/')).status, 200);
  for (const path of ['/conferences', `/conferences/${conferenceId}`, '/recordings', '/recordings/x']) {
    const response = await asStranger(`/api/v1${path}`);
    t.equal(response.status, 401, path);
    t.match(await response.json(), { code: 'sign-in', status: 401 });
  }
  t.equal((await asStranger(`/api/v1/conferences/${conferenceId}`, { method: 'DELETE' })).status, 401);
  t.equal((await asStranger('/media/x/playlist.m3u8')).status, 401);
  t.equal((await asStranger('/media/..%2f..%2fetc/passwd')).status, 401);

  const invitation = await asStranger(`/api/v1/invitations/${link.replace('/join/', '')}`);
  t.match(await invitation.json(), {
    title: 'Tumour board',
    number,
    sipAddress: new RegExp(`^sip:${number}\\*4711@`),
  });
  t.equal((await asStranger('/api/v1/invitations/guess')).status, 404);

  const headers = (await asStranger('/')).headers;
  t.match(headers.get('content-security-policy'), /default-src 'self'/);

  const typed = await fetch(server.url.replace('https', 'http'), { redirect: 'manual' });
  t.equal(typed.status, 308, 'who types the address without https:// is led there');
  t.equal(typed.headers.get('location'), `${server.url}/`);
  const contract = (await (await asStranger('/api/v1/openapi.json')).json()) as {
    openapi: string;
    paths: object;
  };
  t.equal(contract.openapi, '3.1.0');
  t.ok('/api/v1/conferences/{conferenceId}' in contract.paths);

  for (let n = 0; n < 12; n++) {
    await asStranger('/api/v1/session', {
      method: 'POST',
      body: JSON.stringify({ token: `guess-${n}` }),
      headers: { 'content-type': 'application/json' },
    });
  }
  const right = await asStranger('/api/v1/session', {
    method: 'POST',
    body: JSON.stringify({ token: server.token }),
    headers: { 'content-type': 'application/json' },
  });
  t.equal(right.status, 429, 'who guesses is locked out for a while, even with the right token');
});

void t.test('the signalling socket answers nonsense with errors, and stays', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const { number, link } = await server.createConference({ title: 'X', pin: '4711' });
  const socket = new WebSocket(`${server.url.replace('https', 'wss')}/api/v1/signalling`, {
    rejectUnauthorized: false,
  });
  t.teardown(() => socket.terminate());
  await new Promise(resolve => socket.once('open', resolve));
  type Answer = { id?: number; error?: { code: string }; result?: unknown };
  const ask = (text: string | Buffer) =>
    new Promise<Answer>(resolve => {
      const read = (data: Buffer) => {
        const message = JSON.parse(data.toString()) as Answer;
        if (message.id === undefined) return; // an event
        socket.off('message', read);
        resolve(message);
      };
      socket.on('message', read);
      socket.send(text);
    });
  const join = (conference: object) =>
    ask(JSON.stringify({ id: 1, method: 'join', params: { version: 1, name: 'N', conference } }));

  t.match(await ask('nonsense'), { error: { code: 'bad-request' } });
  t.match(await ask(Buffer.from([0, 255, 1])), { error: { code: 'bad-request' } });
  t.match(await ask('{"id":1,"method":"leave","params":{}}'), { id: 1, error: { code: 'not-joined' } });
  t.match(await join({ number, pin: '0000' }), { error: { code: 'wrong-pin' } });
  t.match(await join({ number: '1', pin: '' }), { error: { code: 'no-such-conference' } });
  t.match(await join({ link: 'x'.repeat(24) }), { error: { code: 'no-such-conference' } });
  t.match(
    await ask(
      JSON.stringify({
        id: 2,
        method: 'join',
        params: { version: 99, name: 'N', conference: { number, pin: '4711' } },
      }),
    ),
    { error: { code: 'version' } },
  );
  t.match(await join({ link: link.replace('/join/', '') }), { result: { resumed: false, mayRecord: false } });
  t.match(await ask('{"id":3,"method":"startRecording","params":{}}'), {
    id: 3,
    error: { code: 'not-allowed' },
  });
});

void t.test('a page of another site cannot use the socket', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const socket = new WebSocket(`${server.url.replace('https', 'wss')}/api/v1/signalling`, {
    rejectUnauthorized: false,
    origin: 'https://evil.example',
  });
  const status = await new Promise(resolve => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.on('error', () => resolve('error'));
    socket.on('open', () => resolve('open'));
  });
  t.equal(status, 403);
});
