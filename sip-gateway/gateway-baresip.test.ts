import t from 'tap';
import { Baresip } from '../testing/peers/baresip.js';
import { selfSigned } from '../testing/peers/certificate.js';
import { FakeReception, startTestGateway, until } from './fake-reception.js';

/** Where and how rooms call the gateway over this transport. */
async function gatewayOver(transport: 'udp' | 'tcp' | 'tls', reception?: FakeReception) {
  const tls = transport === 'tls' ? { tls: { ...(await selfSigned()), port: 0 } } : {};
  const started = await startTestGateway(tls, reception);
  const port = transport === 'tls' ? started.tlsPort! : started.port;
  const suffix = transport === 'udp' ? '' : `;transport=${transport}`;
  return { ...started, port, suffix };
}

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  void t.test(`a room calls over ${transport}, holds, resumes, and is hung up on`, async t => {
    const { gateway, port, suffix, reception } = await gatewayOver(transport);
    t.teardown(() => gateway.close());
    const room = await Baresip.start({ transport });
    t.teardown(() => room.close());

    await t.rejects(room.dial(`sip:1002@127.0.0.1:${port}${suffix}`), { message: /404/ });
    await room.dial(`sip:1001@127.0.0.1:${port}${suffix}`);
    await reception.waitFor('established');
    const call = reception.establishedCalls[0]!;
    t.match(call, { state: 'active', remote: { address: '127.0.0.1', userAgent: /baresip/ } });
    const before = call.media!;
    t.match(before, {
      audio: {
        kind: 'audio',
        send: { codec: { name: 'opus' }, ssrc: 1 },
        receive: { codec: { name: 'opus' } },
      },
      video: { session: { send: { codec: { name: 'H264' }, ssrc: 2 } } },
      held: false,
    });

    await room.hold();
    await reception.waitFor('media held');
    t.equal(call.state, 'held');
    await room.resume();
    await reception.waitFor('media active');
    const after = call.media!;
    t.equal(after.audio!.id, before.audio!.id, 'the same session');
    t.strictSame(after.audio!.local, before.audio!.local, 'on the same ports');
    t.equal(after.audio!.send!.ssrc, before.audio!.send!.ssrc, 'with the same SSRC');
    t.equal(after.video!.session.send!.ssrc, before.video!.session.send!.ssrc);

    // The other way round: we offer anew.
    const local = await reception.localMedia(call);
    const { audio, video } = local;
    t.ok(
      await call.updateMedia({
        ...local,
        audio: { ...audio!, direction: 'inactive' },
        video: { ...video!, direction: 'inactive' },
      }),
    );
    t.equal(call.media!.audio!.send, undefined, 'nothing is sent to a room on hold');
    t.equal(call.media!.video!.session.receive, undefined);
    t.ok(await call.updateMedia(local));
    t.match(call.media, {
      audio: { send: { ssrc: 1 }, receive: {} },
      video: { session: { send: { ssrc: 2 } } },
    });
    // RFC 5168; baresip answers it.
    call.requestKeyframe();
    await until(() => gateway.counters['sent.INFO'] === 1);

    call.hangup('the meeting is over');
    t.equal(call.state, 'ended');
    await room.waitFor('CALL_CLOSED', 5000);
    t.equal(gateway.sizes.dialogs, 0);
  });

  void t.test(`a room is called over ${transport} and hangs up`, async t => {
    const { gateway, suffix, reception } = await gatewayOver(transport);
    t.teardown(() => gateway.close());
    const room = await Baresip.start({ transport });
    t.teardown(() => room.close());
    const from = { displayName: 'Runde', user: '1001' };
    const call = await gateway.dial(`${room.uri}${suffix}`, from);
    const ended = new Promise(resolve => call.on('ended', resolve));
    await reception.waitFor('established');
    t.match(call, { state: 'active', direction: 'outgoing', media: { audio: { send: { ssrc: 1 } } } });
    await room.hangup();
    t.match(await ended, { by: 'remote', cause: 'hangup' });

    const nobody = await gateway.dial(`sip:nobody@127.0.0.1:${room.sipPort}`, from);
    t.match(await new Promise(resolve => nobody.on('ended', resolve)), { cause: 'refused', text: /404/ });
  });
}

void t.test('keys of SRTP that travelled in the open are told, others not', async t => {
  for (const transport of ['udp', 'tls'] as const) {
    const encryption = { policy: 'optional', secret: 'x'.repeat(43) } as const;
    const taking = new FakeReception({ media: { encryption } });
    const { gateway, port, suffix, reception } = await gatewayOver(transport, taking);
    t.teardown(() => gateway.close());
    const room = await Baresip.start({ transport, video: false, mediaEncryption: 'srtp-mand' });
    t.teardown(() => room.close());
    await room.dial(`sip:1001@127.0.0.1:${port}${suffix}`);
    await reception.waitFor('established');
    t.ok(reception.establishedCalls[0]!.media!.audio!.protection, 'SRTP');
    t.equal(gateway.counters['established.keys-in-the-open'] ?? 0, transport === 'udp' ? 1 : 0);
  }
});

void t.test('a closing gateway says goodbye to everybody', async t => {
  const { gateway, port, reception } = await startTestGateway();
  const room = await Baresip.start({ video: false });
  t.teardown(() => room.close());
  await room.dial(`sip:1001@127.0.0.1:${port}`);
  await reception.waitFor('established');
  await gateway.close();
  await room.waitFor('CALL_CLOSED', 3000);
  t.match(reception.ended, [{ by: 'local', cause: 'hangup' }]);
});

void t.test('a room that gives up before it is answered leaves nothing behind', async t => {
  const { gateway, port, reception } = await startTestGateway();
  t.teardown(() => gateway.close());
  let asked: () => void;
  const routing = new Promise<void>(resolve => (asked = resolve));
  let aborted = false;
  reception.route = (_target, _caller, signal?: AbortSignal) => {
    asked();
    return new Promise((_, reject) => {
      signal!.addEventListener('abort', () => {
        aborted = true;
        reject(new Error('gave up'));
      });
    });
  };
  const room = await Baresip.start({ video: false });
  t.teardown(() => room.close());
  const dialled = t.rejects(room.dial(`sip:1001@127.0.0.1:${port}`), { message: /reset by user/ });
  await routing;
  t.equal(gateway.calls.length, 1);
  t.equal(gateway.calls[0]!.state, 'ringing');
  await room.command('hangup');
  await dialled;
  // It sends CANCEL once the 100 has come.
  await until(() => gateway.calls.length === 0);
  t.ok(aborted, 'the server is told to stop looking');
  t.equal(gateway.counters['sent.487'], 1);
});
