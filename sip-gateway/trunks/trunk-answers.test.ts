import dgram from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { FakeReception, startTestGateway, until } from '../fake-reception.js';
import type { TrunkConfig } from './trunk-config.js';

/** A proxy that answers what comes with what the test says: status line and more header fields. */
async function proxy(t: Test, answer: (method: string, heard: number) => string[]) {
  const socket = dgram.createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  const heard: string[] = [];
  socket.on('message', (data, from) => {
    const text = data.toString();
    const method = text.split(' ')[0]!;
    // Keep-alive by CRLF (RFC 5626), and what is not answered.
    if (!text.includes(' SIP/2.0\r\n') || method === 'ACK') return;
    heard.push(text);
    const [status, ...headers] = answer(method, heard.filter(one => one.startsWith(method)).length);
    if (status === undefined) return;
    const fields = text.match(/^(Via|From|To|Call-ID|CSeq):.*$/gm)!;
    const lines = fields.map(line => (line.startsWith('To:') ? `${line};tag=proxy` : line));
    const all = [`SIP/2.0 ${status}`, ...lines, ...headers, 'Content-Length: 0'];
    socket.send(`${all.join('\r\n')}\r\n\r\n`, from.port, from.address);
  });
  const of = (method: string) => heard.filter(text => text.startsWith(`${method} `));
  return { of, address: `127.0.0.1:${socket.address().port}` };
}

function trunkTo(addresses: string[], changes: Partial<TrunkConfig> = {}): TrunkConfig {
  return {
    ...{ name: 'pbx', addresses, transport: 'udp', domain: null, pingS: 1, expiresS: 60, maxCalls: 5 },
    ...{ user: null, password: null, realm: null, register: false, identity: null },
    ...{ outgoing: [{ prefix: '', strip: 0, add: '' }], incoming: [] },
    ...changes,
  };
}

const byUser = { user: 'amphi', password: 'secret', register: true, pingS: 0 };

void t.test('423: once more, for as long as the registrar wants (RFC 3261 §10.2.8)', async t => {
  const registrar = await proxy(t, (_method, heard) =>
    heard === 1 ? ['423 Interval Too Brief', 'Min-Expires: 7200'] : ['200 OK', 'Expires: 7200'],
  );
  const { gateway } = await startTestGateway({ trunks: [trunkTo([registrar.address], byUser)] });
  t.teardown(() => gateway.close());
  await until(() => gateway.trunks.status[0]?.registration?.state === 'registered');
  t.strictSame(
    registrar.of('REGISTER').map(text => /^Expires: (\d+)/im.exec(text)![1]),
    ['60', '7200'],
  );
});

void t.test('a registrar to which nothing is long enough is not asked without end', async t => {
  for (const minExpires of ['7200', '1', '99999999999', 'never']) {
    const registrar = await proxy(t, () => ['423 Interval Too Brief', `Min-Expires: ${minExpires}`]);
    const { gateway } = await startTestGateway({ trunks: [trunkTo([registrar.address], byUser)] });
    await until(() => gateway.trunks.status[0]?.registration?.state === 'refused');
    await sleep(100);
    t.ok(registrar.of('REGISTER').length <= 2, minExpires);
    await gateway.close();
  }
});

void t.test('503 with Retry-After: the call goes the other way, and the proxy is left alone', async t => {
  const tired = await proxy(t, method =>
    method === 'INVITE' ? ['503 Service Unavailable', 'Retry-After: 3 (busy);duration=5'] : ['200 OK'],
  );
  const other = await proxy(t, method => [method === 'INVITE' ? '486 Busy Here' : '200 OK']);
  const reception = new FakeReception();
  const { gateway } = await startTestGateway(
    { trunks: [trunkTo([tired.address, other.address])] },
    reception,
  );
  t.teardown(() => gateway.close());
  const states = () => gateway.trunks.status[0]?.addresses.map(({ state }) => state).join();
  await until(() => states() === 'up,up');
  const call = async () => {
    const from = reception.ended.length;
    await gateway.dial('sip:5001@pbx.trunk.invalid', { displayName: 'Ward', user: '1001' });
    await until(() => reception.ended.length > from);
    return reception.ended.at(-1)!;
  };
  t.match(await call(), { cause: 'refused', text: /^486/, status: 486 });
  t.equal(states(), 'down,up');
  const asked = tired.of('OPTIONS').length;
  t.match(await call(), { status: 486 });
  t.equal(tired.of('INVITE').length, 1, 'the second call does not go there');
  t.equal(other.of('INVITE').length, 2);
  await sleep(2_000);
  t.equal(tired.of('OPTIONS').length, asked, 'nor is it asked');
  await until(() => states() === 'up,up');
  t.ok(tired.of('OPTIONS').length > asked, 'until it wants to be');
});
