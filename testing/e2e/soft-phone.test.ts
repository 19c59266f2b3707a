import { once } from 'node:events';
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import { ServerProcess } from '../harness/server-process.js';

/** A soft-phone's connection (RFC 7118); its messages are written by hand. */
async function connect(t: Test, server: ServerProcess, protocol = 'sip'): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace('https', 'wss')}/sip`, protocol, {
    rejectUnauthorized: false,
  });
  t.teardown(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

function request(method: string, uri: string, more: string[] = [], body = ''): string {
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK${method}${Math.random()}`,
    'Max-Forwards: 70',
    'From: "Dr Li" <sip:li@example.com>;tag=1',
    `To: <${uri}>`,
    `Call-ID: ${method}-${Math.random()}`,
    `CSeq: 1 ${method}`,
    'Contact: <sip:li@df7jal23ls0d.invalid;transport=ws>',
    ...more,
    '',
    body,
  ].join('\r\n');
}

const next = async (socket: WebSocket) => String((await once(socket, 'message'))[0]);

void t.test('SIP over WebSocket, as soft-phones in browsers speak it', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const phone = await connect(t, server);
  t.equal(phone.protocol, 'sip');
  phone.send(request('OPTIONS', 'sip:127.0.0.1'));
  const options = await next(phone);
  t.match(options, /^SIP\/2.0 200 /);
  t.match(options, /Via: SIP\/2.0\/WSS df7jal23ls0d.invalid;.*received=127.0.0.1/i);

  phone.send('\r\n\r\n');
  t.equal(await next(phone), '\r\n', 'keep-alive');

  phone.send(request('INVITE', 'sip:99@127.0.0.1', ['Content-Type: application/sdp'], 'v=0\r\n'));
  let answer = await next(phone);
  while (/^SIP\/2.0 1/.test(answer)) answer = await next(phone);
  t.match(answer, /^SIP\/2.0 404 /, 'a call is routed as any other');

  phone.send('nonsense \u0000\r\n\r\n');
  phone.send(request('OPTIONS', 'sip:127.0.0.1'));
  t.match(await next(phone), /^SIP\/2.0 200 /, 'noise changes nothing');

  const other = new WebSocket(`${server.url.replace('https', 'wss')}/sip`, 'chat', {
    rejectUnauthorized: false,
  });
  await t.rejects(once(other, 'open'), /400/, 'another sub-protocol is refused');
  const flood = await connect(t, server);
  flood.send('x'.repeat(200_000));
  t.equal((await once(flood, 'close'))[0], 1009, 'too long a message');
});
