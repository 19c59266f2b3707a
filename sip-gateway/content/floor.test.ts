import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { dissect } from '../../testing/judge/tshark.js';
import { BfcpClient, stateOf } from '../../testing/peers/bfcp-client.js';
import { freeUdpPorts } from '../../testing/peers/ports.js';
import type { NegotiatedFloor } from '../sdp/types.js';
import { systemClock } from '../sip/clock.js';
import { Counters } from '../sip/counters.js';
import { openFloor } from './open-floor.js';
import type { RoomFloor } from './room-floor.js';

const ids = { conference: 0x89abcdef, user: 2 };
const granted = 3;
const revoked = 7;

async function open(t: Test, transport: 'UDP' | 'TCP') {
  const [port, clientPort] = (await freeUdpPorts(2)) as [number, number];
  const agreed: NegotiatedFloor = {
    role: 'server',
    transport,
    setup: 'passive',
    local: { address: '127.0.0.1', port },
    remote: { address: '127.0.0.1', port: clientPort },
    conferenceId: ids.conference,
    userId: ids.user,
    floorId: 1,
  };
  const counters = new Counters();
  const wishes: boolean[] = [];
  const services = { clock: systemClock, counters };
  const owner = {
    wants: (wanted: boolean) => {
      wishes.push(wanted);
      floor.setHolder(wanted ? 'room' : null);
    },
    opened: () => {},
  };
  const floor: RoomFloor = openFloor(agreed, services, owner);
  t.teardown(() => floor.close());
  await sleep(50);
  const client =
    transport === 'UDP' ? await BfcpClient.udp(clientPort, port, ids) : await BfcpClient.tcp(port, ids);
  t.teardown(() => client.close());
  return { floor, client, counters, wishes, agreed, services };
}

for (const transport of ['UDP', 'TCP'] as const) {
  void t.test(
    `${transport}: a room asks, presents, is relieved; Wireshark understands every byte`,
    async t => {
      const { floor, client, wishes } = await open(t, transport);
      const version = transport === 'UDP' ? 2 : 1;
      const ack = await client.hello();
      t.match(ack, { primitive: 12, version, conference: ids.conference, user: 2 });
      const idle = await client.queryFloor(1);
      t.equal(idle.primitive, 8);
      t.equal(stateOf(idle), null, 'nobody presents');

      const asked = await client.requestFloor(1);
      t.equal(asked.primitive, 4);
      const grant = await client.next('granted', message => stateOf(message)?.status === granted);
      t.same(stateOf(grant), { request: stateOf(asked)!.request, status: granted, user: 2 });
      t.same(wishes, [true]);

      floor.setHolder('others');
      const relief = await client.next('revoked', message => stateOf(message)?.status === revoked);
      t.equal(stateOf(relief)!.request, stateOf(asked)!.request);
      const others = await client.next(
        'others present',
        message => message.primitive === 8 && stateOf(message)?.user === 1,
      );
      t.equal(stateOf(others)!.status, granted);

      const again = stateOf(await client.requestFloor(1))!;
      t.equal(again.status, 1, 'pending');
      const released = await client.releaseFloor(again.request);
      t.equal(stateOf(released)!.status, 6);
      t.same(wishes, [true, true, false]);
      t.equal((await client.releaseFloor(77)).attributes[0]![1][0], 7, 'no such request');
      t.equal((await client.requestFloor(9)).attributes[0]![1][0], 6, 'no such floor');
      t.equal((await client.ask('Goodbye', '')).primitive, 17);

      const fields = ['bfcp.primitive', '_ws.malformed', '_ws.expert.message', 'bfcp.conference_id'];
      const seen = await dissect('bfcp', client.wireAsVersion1, fields);
      t.equal(seen.length, client.wire.length);
      t.same(new Set(seen.map(([, malformed]) => malformed)), new Set(['']));
      t.same(
        seen.map(([primitive]) => Number(primitive)),
        client.wire.map(({ data }) => data[1]),
      );
    },
  );
}

void t.test(
  'UDP: what is not acknowledged is repeated after 0.5 s; a repeated request gets the same answer',
  async t => {
    const { floor, client, wishes } = await open(t, 'UDP');
    await client.queryFloor(1);
    client.acknowledges = false;
    floor.setHolder('others');
    const isStatus = (message: { primitive: number; isResponse: boolean }) =>
      message.primitive === 8 && !message.isResponse;
    const first = await client.next('status', isStatus);
    const beginMs = performance.now();
    const second = await client.next('repetition', isStatus);
    const afterMs = performance.now() - beginMs;
    t.ok(afterMs > 400 && afterMs < 800, `${afterMs} ms`);
    t.same(second.raw, first.raw);
    client.acknowledges = true;
    client.send('FloorStatusAck', '', first.transaction, ids, true);

    client.send('FloorRequest', '05040001', 500);
    const answer = await client.next('answer', ({ transaction }) => transaction === 500);
    client.send('FloorRequest', '05040001', 500);
    const repeated = await client.next('answer', ({ transaction }) => transaction === 500);
    t.same(repeated.raw, answer.raw);
    t.same(wishes, [true], 'asked for once');
  },
);

void t.test('fragments are put together; strangers and nonsense do no harm', async t => {
  const { client, counters } = await open(t, 'UDP');
  // FloorQuery with a FLOOR-ID and a text of PARTICIPANT-PROVIDED-INFO (8), cut in the middle (§6.2.3).
  const payload = Buffer.from('05040001' + '1106' + '61626364' + '0000', 'hex');
  const piece = (offset: number, length: number) =>
    Buffer.concat([
      Buffer.from('48070003' + '89abcdef' + '0200' + '0002', 'hex'),
      Buffer.from([0, offset / 4, 0, length / 4]),
      payload.subarray(offset, offset + length),
    ]);
  client.sendRaw(piece(8, 4));
  client.sendRaw(piece(0, 8));
  const status = await client.next('answer', ({ transaction }) => transaction === 0x200);
  t.equal(status.primitive, 8);

  const wrong = await client.ask('Hello', '', { conference: ids.conference, user: 5 });
  t.equal(wrong.attributes[0]![1][0], 2, 'no such user');
  let random = 1;
  for (let n = 0; n < 3_000; n++) {
    const data = Buffer.from(client.wire[n % client.wire.length]!.data);
    for (let k = 0; k < 3; k++) {
      random = (random * 1_103_515_245 + 12_345) & 0x7fffffff;
      data[random % data.length] = random >> 16;
    }
    client.sendRaw(data.subarray(0, n % 3 ? data.length : random % data.length));
    if (n % 100 === 0) await sleep(1);
  }
  await sleep(100);
  client.received.length = 0;
  t.equal((await client.hello()).primitive, 12, 'still there');
  t.ok(counters.get('bfcp.malformed') > 100);
});

void t.test('towards a peer that controls the floor, we ask and are granted', async t => {
  for (const transport of ['UDP', 'TCP'] as const) {
    const { floor, agreed, services, wishes } = await open(t, transport);
    const [port] = (await freeUdpPorts(1)) as [number];
    const peer: boolean[] = [];
    let opened = 0;
    const client = openFloor(
      {
        ...agreed,
        role: 'client',
        setup: 'active',
        local: { address: '127.0.0.1', port },
        remote: agreed.local,
      },
      services,
      { wants: wanted => peer.push(wanted), opened: () => opened++ },
    );
    t.teardown(() => client.close());
    client.setHolder('others');
    await sleep(300);
    t.equal(client.open, true, `${transport}: granted`);
    t.same(wishes, [true]);
    floor.setHolder('others');
    await sleep(200);
    t.equal(client.open, false, 'revoked');
    t.same(peer, [true], 'the peer presents');
    client.setHolder('room');
    floor.setHolder(null);
    await sleep(200);
    t.same(peer, [true, false]);
    t.equal(opened, 2);
  }
});
