import dgram from 'node:dgram';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { localAddressToward, nextHopOf } from './next-hop.js';
import { parseSipUri } from '../message/uri.js';
import type { Flow } from './transport.js';
import { UdpTransport } from './udp-transport.js';

async function exchange(t: Test, bind: string, from: { type: 'udp4' | 'udp6'; address: string }) {
  const received: { text: string; flow: Flow }[] = [];
  const transport = new UdpTransport(
    bind,
    (data, flow) => {
      received.push({ text: data.toString(), flow });
      flow.send(Buffer.from('pong'), error => t.fail(error.message));
    },
    error => t.fail(error.message),
  );
  t.teardown(() => transport.close());
  const port = await transport.listen(0);
  const peer = dgram.createSocket(from.type);
  t.teardown(() => peer.close());
  peer.send('ping', port, from.address);
  const [answer] = (await once(peer, 'message')) as [Buffer];
  t.equal(answer.toString(), 'pong');
  t.equal(received[0]!.text, 'ping');
  t.strictSame(received[0]!.flow.remote, { address: from.address, port: peer.address().port });
  return { transport, flow: received[0]!.flow };
}

void t.test('IPv4, IPv6, and IPv4 peers of a socket for both are answered', async t => {
  const { flow } = await exchange(t, '127.0.0.1', { type: 'udp4', address: '127.0.0.1' });
  t.equal(flow.localAddress, '127.0.0.1');
  await exchange(t, '::1', { type: 'udp6', address: '::1' });
  const both = await exchange(t, '::', { type: 'udp4', address: '127.0.0.1' });
  t.equal(both.flow.localAddress, undefined, 'bound to all: which one it is depends on the peer');
  t.equal(localAddressToward('127.0.0.1'), '127.0.0.1');
  t.equal(localAddressToward('::1'), '::1');
});

void t.test('after closing, sending reports an error instead of throwing', async t => {
  const { transport, flow } = await exchange(t, '127.0.0.1', { type: 'udp4', address: '127.0.0.1' });
  await transport.close();
  await transport.close();
  t.ok(flow.closed);
  t.match(await new Promise<Error>(resolve => flow.send(Buffer.from('x'), resolve)), /closed/);
});

void t.test('a URI says where a request goes', async t => {
  const hop = (uri: string) => nextHopOf(parseSipUri(uri)!);
  t.strictSame(hop('sip:room@example.com'), { protocol: 'UDP', host: 'example.com', port: 5060 });
  t.strictSame(hop('sip:[2001:db8::1]:5080;transport=TCP'), {
    protocol: 'TCP',
    host: '2001:db8::1',
    port: 5080,
  });
  const secure = { protocol: 'TLS', host: 'example.com', port: 5061 };
  t.strictSame(hop('sips:room@example.com'), secure);
  t.strictSame(hop('sip:room@example.com;transport=tls'), secure);
  t.strictSame(hop('sips:room@example.com:5080;transport=tcp'), { ...secure, port: 5080 }, 'RFC 5630 §3.1.1');
  t.equal(hop('sip:room@example.com;transport=ws'), undefined, 'only a browser opens it');
  t.equal(hop('sip:room@example.com;transport=sctp'), undefined);
});
