import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import t, { type Test } from 'tap';
import { selfSigned } from '../../../testing/peers/certificate.js';
import { until } from '../../fake-reception.js';
import { systemClock } from '../clock.js';
import { Counters } from '../counters.js';
import { tcpLimits, TcpTransport, type TlsOptions } from './tcp-transport.js';
import type { Flow } from './transport.js';

const message = (text: string) => `OPTIONS sip:${text} SIP/2.0\r\nContent-Length: 0\r\n\r\n`;

async function endpoint(t: Test, options: Partial<TlsOptions> = {}, limits: Partial<typeof tcpLimits> = {}) {
  const own = await selfSigned();
  const counters = new Counters();
  const received: { text: string; flow: Flow }[] = [];
  const transport = new TcpTransport({
    bindAddress: '127.0.0.1',
    clock: systemClock,
    counters,
    receive: (data, flow) => received.push({ text: data.toString(), flow }),
    onError: error => t.fail(error.message),
    limits: { ...tcpLimits, ...limits },
    tls: { ...own, ...options },
  });
  t.teardown(() => transport.close());
  const remote = { address: '127.0.0.1', port: await transport.listen(0) };
  return { own, counters, received, transport, remote };
}

void t.test('two endpoints talk over one TLS connection, both ways', async t => {
  const [room, server] = [await endpoint(t), await endpoint(t)];
  const flow = room.transport.flowTo(server.remote);
  t.match(flow, { protocol: 'TLS', reliable: true });
  flow.send(Buffer.from(message('one')), error => t.fail(error.message));
  await until(() => server.received.length === 1);
  t.equal(server.received[0]!.text, message('one'));
  server.received[0]!.flow.send(Buffer.from(message('two')), error => t.fail(error.message));
  await until(() => room.received.length === 1);
  t.equal(room.received[0]!.flow, flow, 'the connection that was opened');
});

void t.test('whom we call must prove himself where authorities are configured', async t => {
  const server = await endpoint(t);
  const failing = await endpoint(t, { ca: (await selfSigned('somebody else')).cert });
  const errors: Error[] = [];
  failing.transport.flowTo(server.remote).send(Buffer.from(message('x')), error => errors.push(error));
  await until(() => errors.length > 0);
  t.match(errors[0]!.message, /self-signed|certificate|closed/i);
  t.equal(server.received.length, 0);
  const knowing = await endpoint(t, { ca: server.own.cert });
  knowing.transport.flowTo(server.remote).send(Buffer.from(message('x')), error => t.fail(error.message));
  await until(() => server.received.length === 1);
});

void t.test('a certificate is held against the name that was called', async t => {
  const server = await endpoint(t);
  const caller = await endpoint(t, { ca: server.own.cert });
  const errors: Error[] = [];
  caller.transport
    .flowTo(server.remote, 'other.example')
    .send(Buffer.from(message('x')), e => errors.push(e));
  await until(() => errors.length > 0);
  t.match(errors[0], { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  caller.transport
    .flowTo(server.remote, 'localhost')
    .send(Buffer.from(message('y')), error => t.fail(error.message));
  await until(() => server.received.length === 1);
});

void t.test('one source cannot hold all connections by never finishing its handshakes', async t => {
  const server = await endpoint(t, {}, { connectionsPerSource: 3 });
  const silent = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const socket = net.connect(server.remote.port, '127.0.0.1').on('error', () => {});
      t.teardown(() => socket.destroy());
      await once(socket, 'connect');
      return socket.resume();
    }),
  );
  await new Promise(resolve => silent.forEach(socket => socket.once('close', resolve)));
  t.equal(server.counters.get('dropped.tls-connection'), 1);
  t.equal(server.counters.get('tls.accepted'), 3);
});

void t.test('who connects must show a certificate where that is asked for', async t => {
  const known = await selfSigned('a known room');
  const server = await endpoint(t, { ca: known.cert, requireClientCertificate: true });
  const stranger = await endpoint(t);
  const errors: Error[] = [];
  stranger.transport.flowTo(server.remote).send(Buffer.from(message('x')), error => errors.push(error));
  await until(() => server.counters.get('tls.handshake-failed') === 1);
  const room = await endpoint(t, known);
  room.transport.flowTo(server.remote).send(Buffer.from(message('y')), error => t.fail(error.message));
  await until(() => server.received.length === 1);
  t.equal(server.received[0]!.text, message('y'));
});

void t.test('plain TCP, old TLS and noise are cut off and counted, and nobody else notices', async t => {
  const server = await endpoint(t);
  for (const noise of [
    Buffer.from(message('plain')),
    Buffer.from('16030100ff', 'hex'),
    Buffer.alloc(3000, 0xff),
  ]) {
    const socket = net.connect(server.remote.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(noise);
    socket.resume();
    await once(socket, 'close');
  }
  const old = tls.connect({
    ...{ host: '127.0.0.1', port: server.remote.port },
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1',
  });
  old.on('error', () => {});
  await new Promise(resolve => old.once('close', resolve));
  await until(() => server.counters.get('tls.handshake-failed') >= 3);
  t.equal(server.received.length, 0);
  const room = await endpoint(t);
  room.transport.flowTo(server.remote).send(Buffer.from(message('z')), error => t.fail(error.message));
  await until(() => server.received.length === 1);
});
