import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import t, { type Test } from 'tap';
import { projectRoot } from '../base/project.js';
import { runSipp, type SippResult } from '../testing/peers/sipp.js';
import { FakeReception, startTestGateway, until, type TestGateway } from './fake-reception.js';
import type { SipGatewayConfig } from './gateway.js';

/** One of scenarios/, once, against that gateway. */
async function play(
  { port }: TestGateway,
  scenario: string,
  options: { service?: string; transport?: 'udp' | 'tcp'; switches?: string[] } = {},
): Promise<SippResult> {
  return runSipp({
    scenario:
      scenario === 'uac' ? scenario : path.join(projectRoot, 'sip-gateway/scenarios', `${scenario}.xml`),
    target: `127.0.0.1:${port}`,
    service: '1001',
    timeoutMs: 10_000,
    ...options,
  });
}

async function start(
  t: Test,
  config: Partial<SipGatewayConfig> = {},
  reception?: FakeReception,
): Promise<TestGateway> {
  const running = await startTestGateway(config, reception);
  t.teardown(() => running.gateway.close());
  return running;
}

const passed = { exitCode: 0, successful: 1, failed: 0, errors: '' };

for (const transport of ['udp', 'tcp'] as const) {
  void t.test(`a caller calls and hangs up over ${transport}`, async t => {
    const running = await start(t);
    const { gateway, reception } = running;
    const result = await runSipp({
      scenario: 'uac',
      target: `127.0.0.1:${running.port}`,
      service: '1001',
      transport,
      calls: 5,
      switches: ['-d', '200'],
      timeoutMs: 10_000,
    });
    t.match(result, { exitCode: 0, successful: 5, failed: 0, retransmissions: 0, errors: '' });
    t.equal(reception.establishedCalls.length, 5);
    t.equal(reception.ended.length, 5);
    t.ok(reception.ended.every(end => end.by === 'remote' && end.cause === 'hangup'));
    t.strictSame([gateway.calls.length, gateway.sizes.dialogs], [0, 0]);
    const { address, userAgent } = reception.establishedCalls[0]!.remote;
    t.strictSame({ address, userAgent }, { address: '127.0.0.1', userAgent: '' });
  });

  void t.test(`hold and resume by re-INVITE over ${transport}`, async t => {
    const running = await start(t);
    t.match(await play(running, 'hold-resume', { transport }), passed);
    await running.reception.waitFor('ended hangup');
    t.strictSame(running.reception.events, [
      'established',
      'media held',
      'media active',
      'media held',
      'media active',
      'ended hangup',
    ]);
  });

  void t.test(`keyframe requests and digits by INFO over ${transport}, both ways`, async t => {
    const running = await start(t);
    const { reception } = running;
    const playing = play(running, 'info', { transport });
    await reception.waitFor('dtmf 5');
    const call = reception.establishedCalls[0]!;
    call.requestKeyframe();
    call.requestKeyframe();
    await until(() => running.gateway.counters['received.2xx'] === 1);
    call.hangup();
    t.match(await playing, passed);
    t.strictSame(reception.events, ['established', 'keyframe', 'dtmf 5', 'ended hangup']);
    t.equal(running.gateway.counters['sent.INFO'], 1, 'at most twice a second');
  });
}

void t.test('an offer may come in the 200 (late offer)', async t => {
  const running = await start(t);
  t.match(await play(running, 'late-offer'), passed);
  const call = running.reception.establishedCalls[0]!;
  t.match(call.media, { audio: { send: { codec: { name: 'PCMA' } } } });
  t.equal(call.media!.video, undefined, 'the answer refused it');
});

void t.test('when the ACK does not come the 200 is sent again', async t => {
  const running = await start(t);
  t.match(await play(running, 'lost-ack'), passed);
  // At once, after 0.5 s and 1.5 s; and the one for BYE.
  t.equal(running.gateway.counters['sent.200'], 4);
  t.strictSame(running.reception.events, ['established', 'ended hangup']);
});

void t.test('an INVITE that comes three times is one call', async t => {
  const reception = new FakeReception();
  reception.route = () => new Promise(resolve => setTimeout(() => resolve({ accept: true }), 100));
  const running = await start(t, {}, reception);
  t.match(await play(running, 'repeated-invite'), passed);
  t.equal(reception.establishedCalls.length, 1);
  t.equal(running.gateway.counters['retransmissions.received'], 2);
});

void t.test('a caller that gives up is not connected', async t => {
  const asked: AbortSignal[] = [];
  const reception = new FakeReception();
  reception.route = (_target, _caller, signal?: AbortSignal) => {
    asked.push(signal!);
    return new Promise(() => {});
  };
  const running = await start(t, {}, reception);
  t.match(await play(running, 'cancel'), passed);
  await until(() => running.gateway.calls.length === 0);
  t.ok(asked[0]!.aborted);
});

void t.test('wrong number 404, nothing in common 488, full 486, each with its reason', async t => {
  const running = await start(t, { maxCalls: 1 });
  t.match(await play(running, 'not-found', { service: '9999' }), passed);
  t.match(await play(running, 'unsupported'), passed);
  t.strictSame(running.reception.events, ['ended refused'], 'the ports of the refused call are given back');
  const first = play(running, 'uac', { switches: ['-d', '1500'] });
  await running.reception.waitFor('established');
  t.match(await play(running, 'full'), passed);
  t.match(await first, passed, 'whoever is in stays in');
});

void t.test('OPTIONS tells what the gateway can, over UDP and TCP', async t => {
  const running = await start(t);
  t.match(await play(running, 'options'), passed);
  t.match(await play(running, 'options', { transport: 'tcp' }), passed);
  t.equal(running.gateway.calls.length, 0);
});

void t.test(
  'a server that fails or does not answer in its code costs the caller a 503, not the gateway',
  async t => {
    const reception = new FakeReception();
    reception.localMedia = () => Promise.reject(new Error('no ports'));
    const running = await start(t, {}, reception);
    const result = await play(running, 'uac');
    t.match(result.errors, '503');
    t.equal(running.gateway.calls.length, 0);
  },
);

void t.test('random bytes on the port during a call change nothing but the counters', async t => {
  const running = await start(t);
  const { gateway, port, reception } = running;
  const calling = play(running, 'uac', { switches: ['-d', '3000'] });
  await reception.waitFor('established');
  let seed = 99;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 24;
  const socket = dgram.createSocket('udp4');
  let sent = 0;
  for (let round = 0; round < 200; round++) {
    for (let i = 0; i < 50; i++) {
      const data = Buffer.from(Array.from({ length: random() * 4 }, random));
      // Half of them begin like SIP.
      if (i % 2) data.write('INVITE sip:1001@x SIP/2.0\r\nVia: ');
      socket.send(data, port, '127.0.0.1');
      sent++;
    }
    const peer = net.connect(port, '127.0.0.1').on('error', () => {});
    peer.end(Buffer.from(Array.from({ length: 300 }, random)));
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  t.match(await play(running, 'options'), passed, 'others are answered meanwhile');
  t.match(await calling, passed, 'and the call ends as its caller wants');
  socket.close();
  await once(socket, 'close');
  const counters = gateway.counters;
  const counted = Object.entries(counters)
    .filter(([name]) => name.startsWith('malformed.') || name === 'dropped.overload')
    .reduce((sum, [, count]) => sum + count, 0);
  t.ok(counted > sent / 4, `${counted} of ${sent} counted, the others lost by the system`);
  t.equal(counters['internal-errors'], undefined);
  t.strictSame(reception.events, ['established', 'ended hangup']);
});

void t.test(
  'the port is the same for UDP and TCP, and one that is taken is an error that says so',
  async t => {
    const { port } = await start(t);
    await t.rejects(startTestGateway({ port }), { code: 'sip-port', message: new RegExp(String(port)) });
  },
);
