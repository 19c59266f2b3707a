import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { Baresip } from '../../testing/peers/baresip.js';
import { Kamailio } from '../../testing/peers/kamailio.js';
import { freeUdpPort } from '../../testing/peers/ports.js';
import { FakeReception, startTestGateway, until } from '../fake-reception.js';
import type { TrunkConfig } from './trunk-config.js';
import { trunkAddress } from './trunks.js';

const password = 'of-the-exchange';
const kamailioOptions = { password, trunkUser: 'amphi', conferencePrefix: '7' };
const from = { displayName: 'Round', user: '1001' };

function trunkTo(ports: number[], changes: Partial<TrunkConfig> = {}): TrunkConfig {
  return {
    name: 'pbx',
    addresses: ports.map(port => `127.0.0.1:${port}`),
    transport: 'udp',
    domain: null,
    ...{ user: 'amphi', password, realm: null, register: true, expiresS: 60, pingS: 1, identity: null },
    outgoing: [{ prefix: '0', strip: 1, add: '' }],
    incoming: [{ prefix: '7', strip: 1, add: '' }],
    maxCalls: 3,
    ...changes,
  };
}

/** A room of the exchange: it calls and is called through Kamailio alone. */
function roomAt(port: number, user: string): Promise<Baresip> {
  return Baresip.start({
    user,
    host: `127.0.0.1:${port}`,
    account: `;auth_user=${user};auth_pass=${password};regint=60;outbound="sip:127.0.0.1:${port};lr"`,
    video: false,
  });
}

void t.test(
  'registers at an exchange, calls out over it and is called from it, each request by its route',
  async t => {
    const port = await freeUdpPort();
    const exchange = await Kamailio.start({ port, ...kamailioOptions });
    t.teardown(() => exchange.close());
    const { gateway, reception } = await startTestGateway({ trunks: [trunkTo([port])] });
    t.teardown(() => gateway.close());
    await until(() => gateway.trunks.status[0]!.registration!.state === 'registered');
    await until(() => gateway.trunks.status[0]!.addresses[0]!.roundTripMs !== null);
    t.match(gateway.trunks.status, [
      { state: 'up', registration: { address: `127.0.0.1:${port}`, reason: null }, calls: 0 },
    ]);
    await until(() => /REGISTERED amphi expires 60/.test(exchange.log));
    t.equal(gateway.counters['received.4xx'], 1, 'it was asked for the password');
    const room = await roomAt(port, '5001');
    t.teardown(() => room.close());
    await until(() => /REGISTERED 5001/.test(exchange.log));

    const call = await gateway.dial(trunkAddress('pbx', '05001'), from);
    await reception.waitFor('established');
    await until(() => /CALL from amphi to 5001/.test(exchange.log));
    t.equal(gateway.trunks.status[0]!.calls, 1);
    const media = await reception.localMedia(call);
    t.ok(await call.updateMedia(media), 're-INVITE goes by the route');
    await room.hold();
    await reception.waitFor('media held');
    await room.resume();
    await reception.waitFor('media active');
    call.hangup();
    await room.waitFor('CALL_CLOSED', 5_000);
    t.equal(gateway.trunks.status[0]!.calls, 0);

    const place = reception.events.length;
    await room.dial(`sip:71001@127.0.0.1:${port}`);
    await reception.waitFor('established', place);
    t.match(reception.establishedCalls.at(-1)!.target, { user: '1001' });
    reception.establishedCalls.at(-1)!.hangup();
    await room.waitFor('CALL_CLOSED', 5_000);
    await until(() => /IN-DIALOG BYE 71001/.test(exchange.log));
    t.match(exchange.log, /IN-DIALOG INVITE amphi/);
    t.match(exchange.log, /IN-DIALOG BYE amphi/);
    t.notMatch(exchange.log, /NO-ROUTE/);

    await sleep(300); // until its last call is closed there, too
    await t.rejects(room.dial(`sip:79999@127.0.0.1:${port}`), { message: /404/ });
    const unknown = await gateway.dial(trunkAddress('pbx', '05999'), from);
    await until(() => unknown.state === 'ended');
    t.match(reception.ended.at(-1), { status: 404, text: /Nobody of this name/ });
  },
);

void t.test('goes over to the second address when the first is killed, and back', async t => {
  const ports = [await freeUdpPort(), await freeUdpPort()] as const;
  const first = await Kamailio.start({ port: ports[0], ...kamailioOptions });
  t.teardown(() => first.close());
  const second = await Kamailio.start({ port: ports[1], ...kamailioOptions });
  t.teardown(() => second.close());
  // It asks so seldom that the call itself finds out that nobody is there.
  const { gateway, reception } = await startTestGateway({
    trunks: [trunkTo([...ports], { pingS: 3 })],
  });
  t.teardown(() => gateway.close());
  const status = () => gateway.trunks.status[0]!;
  await until(() => status().registration!.address === `127.0.0.1:${ports[0]}`);
  const room = await roomAt(ports[1], '5001');
  t.teardown(() => room.close());
  await until(() => /REGISTERED 5001/.test(second.log));

  await first.kill();
  const began = Date.now();
  const call = await gateway.dial(trunkAddress('pbx', '05001'), from);
  await reception.waitFor('established');
  t.comment(`answered over the second address ${Date.now() - began} ms after the kill`);
  t.equal(gateway.counters['trunk.failovers'], 1);
  await until(() => /CALL from amphi to 5001/.test(second.log));
  await until(() => status().registration!.address === `127.0.0.1:${ports[1]}`, 10_000);
  await until(() => /REGISTERED amphi/.test(second.log));
  t.match(status(), { state: 'up', addresses: [{ state: 'down', reason: /no answer/ }, { state: 'up' }] });
  call.hangup();
  await room.waitFor('CALL_CLOSED', 5_000);

  const place = reception.events.length;
  await room.dial(`sip:71001@127.0.0.1:${ports[1]}`);
  await reception.waitFor('established', place);
  reception.establishedCalls.at(-1)!.hangup();

  await sleep(500);
  const again = await Kamailio.start({ port: ports[0], ...kamailioOptions });
  t.teardown(() => again.close());
  await until(() => status().registration!.address === `127.0.0.1:${ports[0]}`, 15_000);
  await until(() => /REGISTERED amphi expires 60/.test(again.log));
});

void t.test('says in words that the password is wrong, and lets nobody else in', async t => {
  const port = await freeUdpPort();
  const exchange = await Kamailio.start({ port, ...kamailioOptions });
  t.teardown(() => exchange.close());
  const reception = new FakeReception();
  const wrong = trunkTo([port], { password: 'another' });
  const { gateway } = await startTestGateway({ trunks: [wrong] }, reception);
  t.teardown(() => gateway.close());
  await until(() => gateway.trunks.status[0]!.registration!.state === 'refused');
  t.match(gateway.trunks.status, [
    {
      state: 'down',
      registration: { reason: 'the password of amphi is wrong, or the user is unknown there (401)' },
    },
  ]);
  t.notMatch(exchange.log, /REGISTERED/);
  t.notMatch(JSON.stringify(gateway.trunks.status), /another/);
  const call = await gateway.dial(trunkAddress('pbx', '05001'), from);
  await until(() => call.state === 'ended');
  t.match(reception.ended.at(-1), { status: 407 });

  for (const number of ['5001', '0500x', 'x']) {
    const refused = await gateway.dial(trunkAddress('pbx', number), from);
    t.equal(refused.state, 'ended', `${number} leads over no trunk`);
  }
  t.notMatch(exchange.log, /to 5001/);
});
