import { once } from 'node:events';
import net from 'node:net';
import t, { type Test } from 'tap';
import { until } from '../../fake-reception.js';
import { Counters } from '../counters.js';
import { FakeClock } from '../fake-clock.js';
import { tcpLimits, TcpTransport } from './tcp-transport.js';
import type { Flow } from './transport.js';

const message = (text: string) => `OPTIONS sip:${text} SIP/2.0\r\nContent-Length: 0\r\n\r\n`;

async function listening(t: Test, limits: Partial<typeof tcpLimits> = {}) {
  const clock = new FakeClock();
  const counters = new Counters();
  const received: { text: string; flow: Flow }[] = [];
  const transport = new TcpTransport({
    bindAddress: '127.0.0.1',
    clock,
    counters,
    receive: (data, flow) => received.push({ text: data.toString(), flow }),
    onError: error => t.fail(error.message),
    limits: { ...tcpLimits, ...limits },
  });
  t.teardown(() => transport.close());
  const port = await transport.listen(0);
  const connect = async () => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.setEncoding('utf8');
    await once(socket, 'connect');
    t.teardown(() => socket.destroy());
    return socket;
  };
  return { clock, counters, received, transport, connect };
}

void t.test(
  'messages come whole, answers go back on the same connection, a double CRLF is answered',
  async t => {
    const { received, counters, connect, transport } = await listening(t);
    const peer = await connect();
    peer.write(message('one') + message('two').slice(0, 20));
    await until(() => received.length === 1);
    peer.write(message('two').slice(20));
    await until(() => received.length === 2);
    t.strictSame(
      received.map(({ text }) => text),
      [message('one'), message('two')],
    );
    const { flow } = received[0]!;
    t.match(flow, { reliable: true, protocol: 'TCP', localAddress: '127.0.0.1', closed: false });
    t.equal(transport.flowTo(flow.remote), flow, 'an open connection is used again');
    flow.send(Buffer.from('answer'), error => t.fail(error.message));
    t.equal(String((await once(peer, 'data'))[0]), 'answer');
    peer.write('\r\n\r\n');
    t.equal(String((await once(peer, 'data'))[0]), '\r\n');
    t.equal(counters.get('tcp.ping'), 1);
  },
);

void t.test('a peer that speaks something else is cut off and counted', async t => {
  const { counters, connect, transport } = await listening(t);
  const peer = await connect();
  peer.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
  await closed(peer);
  t.equal(counters.get('malformed.stream.garbage'), 1);
  const endless = await connect();
  endless.write('x'.repeat(20_000));
  await closed(endless);
  t.equal(counters.get('malformed.stream.head-too-long'), 1);
  await until(() => transport.connections === 0);
});

void t.test('connections are limited, in all and for each source', async t => {
  const { counters, connect, transport } = await listening(t, { connectionsPerSource: 3 });
  const peers = [await connect(), await connect(), await connect()];
  await until(() => transport.connections === 3);
  const refused = await connect();
  refused.resume();
  await closed(refused);
  t.equal(counters.get('dropped.tcp-connection'), 1);
  peers[0]!.destroy();
  await until(() => transport.connections === 2);
  await connect();
  await until(() => transport.connections === 3);
});

void t.test('idle and dawdling connections are closed, those of calls are not', async t => {
  const { clock, counters, received, connect } = await listening(t);
  const silent = await connect();
  const dawdling = await connect();
  const idle = await connect();
  const inCall = await connect();
  for (const peer of [silent, dawdling, idle, inCall]) peer.resume();
  idle.write(message('idle'));
  await until(() => received.length === 1);
  inCall.write(message('call'));
  await until(() => received.length === 2);
  const release = received[1]!.flow.hold();
  dawdling.write('OPTIONS sip:');

  clock.advance(tcpLimits.messageMs + 6000);
  await Promise.all([closed(silent), closed(dawdling)]);
  t.equal(counters.get('tcp.message-timeout'), 2);
  clock.advance(tcpLimits.idleMs + 6000);
  await closed(idle);
  t.equal(counters.get('tcp.idle-timeout'), 1);
  clock.advance(tcpLimits.idleMs * 10);
  t.equal(received[1]!.flow.closed, false);
  release();
  clock.advance(tcpLimits.idleMs + 6000);
  await closed(inCall);
});

void t.test('what cannot be delivered is reported', async t => {
  const { transport } = await listening(t);
  const nobody = net.createServer().listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address() as net.AddressInfo;
  await new Promise(resolve => nobody.close(resolve));
  const flow = transport.flowTo({ address: '127.0.0.1', port });
  const error = await new Promise<Error>(resolve => flow.send(Buffer.from('x'), resolve));
  t.ok(error instanceof Error);
  t.ok(flow.closed);
});

void t.test('a peer that does not read is cut off', async t => {
  const { received, counters, connect } = await listening(t);
  const peer = await connect();
  peer.pause();
  peer.write(message('x'));
  await until(() => received.length === 1);
  const { flow } = received[0]!;
  const chunk = Buffer.alloc(64 * 1024);
  for (let i = 0; i < 400 && !flow.closed; i++) {
    flow.send(chunk, () => {});
    await new Promise(resolve => setImmediate(resolve));
  }
  t.ok(flow.closed);
  t.equal(counters.get('dropped.tcp-slow-reader'), 1);
});

/** By whatever: `once` would reject for a reset. */
function closed(socket: net.Socket): Promise<void> {
  return new Promise(resolve => socket.once('close', () => resolve()));
}
