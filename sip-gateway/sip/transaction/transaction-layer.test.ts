import t from 'tap';
import { fakeEndpoint } from '../fake-endpoint.js';
import { FakeClock } from '../fake-clock.js';
import { Headers } from '../message/headers.js';
import { createResponse, emptyBody, type SipRequest } from '../message/message.js';
import { FakeNetwork, type Carried } from '../transport/fake-network.js';
import type { Protocol } from '../transport/transport.js';
import { TransactionLayer } from './transaction-layer.js';
import type { ServerTransaction } from './transaction.js';

const alice = '192.0.2.1';
const bob = '192.0.2.2';

function request(method: string, sequence = 1): SipRequest {
  return {
    kind: 'request',
    method,
    uri: `sip:bob@${bob}`,
    via: [],
    from: { displayName: '', uri: `sip:alice@${alice}`, parameters: new Map([['tag', 'a']]) },
    to: { displayName: '', uri: `sip:bob@${bob}`, parameters: new Map() },
    callId: 'call@test',
    cseq: { sequence, method },
    headers: new Headers().add('max-forwards', '70'),
    body: emptyBody,
  };
}

/** Alice asks, Bob answers as the test says. */
function pair() {
  const clock = new FakeClock();
  const network = new FakeNetwork(clock);
  const times: { atMs: number; text: string }[] = [];
  let lossy: (message: Carried) => boolean = () => false;
  network.drop = message => {
    times.push({ atMs: clock.now(), text: message.text });
    return lossy(message);
  };
  const nobody = {
    admit: () => true,
    answerWithoutState: () => undefined,
    knowsCall: () => false,
    hasSession: () => false,
    request: () => {},
    acknowledged: () => {},
    terminated: () => {},
  };
  const client = fakeEndpoint(clock, network, alice);
  const server = fakeEndpoint(clock, network, bob);
  const clients = new TransactionLayer({ ...client, clock, user: nobody });
  const received: ServerTransaction[] = [];
  const acks: SipRequest[] = [];
  const user = {
    ...nobody,
    request: (transaction: ServerTransaction) => received.push(transaction),
    acknowledged: (ack: SipRequest) => acks.push(ack),
  };
  const servers = new TransactionLayer({ ...server, clock, user });
  const outcomes: number[] = [];
  const clientUser = {
    response: ({ status }: { status: number }) => outcomes.push(status),
    failed: (status: number) => outcomes.push(-status),
  };
  return {
    clock,
    network,
    servers,
    clients,
    received,
    acks,
    outcomes,
    flow: () => client.flowTo('UDP', bob),
    invite: (protocol: Protocol = 'UDP') =>
      clients.invite(request('INVITE'), client.flowTo(protocol, bob), clientUser),
    ask: (protocol: Protocol = 'UDP') =>
      clients.request(request('OPTIONS'), client.flowTo(protocol, bob), clientUser),
    answer: (status: number, which = 0) => {
      const transaction = received[which]!;
      const response = createResponse(transaction.request, status, 'b');
      transaction.respond(response);
      return response;
    },
    /** When each message that matches was sent, ms. */
    timesOf: (pattern: RegExp) => times.filter(({ text }) => pattern.test(text)).map(({ atMs }) => atMs),
    lose: (lost: (message: Carried) => boolean) => {
      lossy = lost;
    },
  };
}
void t.test(
  'INVITE over UDP is sent again at 0.5, 1.5, 3.5, … 31.5 s (timer A) and given up at 32 s (B)',
  async t => {
    const { clock, outcomes, invite, lose, timesOf, clients } = pair();
    lose(() => true);
    invite();
    clock.advance(31_999);
    t.strictSame(timesOf(/^INVITE/), [0, 500, 1500, 3500, 7500, 15500, 31500]);
    t.strictSame(outcomes, []);
    clock.advance(1);
    t.strictSame(outcomes, [-408]);
    clock.advance(100_000);
    t.equal(timesOf(/^INVITE/).length, 7);
    t.equal(clients.size.client, 0);
    t.equal(clock.pending, 0);
  },
);

void t.test('other requests are sent again every 4 s at most (E, T2) and given up at 32 s (F)', async t => {
  const { clock, outcomes, ask, lose, timesOf } = pair();
  lose(() => true);
  ask();
  clock.advance(32_000);
  t.strictSame(timesOf(/^OPTIONS/), [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]);
  t.strictSame(outcomes, [-408]);
});

void t.test('over TCP nothing is sent again, and the time is the same', async t => {
  const { clock, outcomes, invite, ask, lose, timesOf } = pair();
  lose(() => true);
  invite('TCP');
  ask('TCP');
  clock.advance(32_000);
  t.strictSame(timesOf(/^(INVITE|OPTIONS)/), [0, 0]);
  t.strictSame(outcomes, [-408, -408]);
});

void t.test('100 is sent when the user has not answered within 200 ms, and stops timer A', async t => {
  const { clock, outcomes, invite, timesOf, received } = pair();
  invite();
  clock.advance(60_000);
  t.strictSame(timesOf(/^SIP\/2.0 100/), [201]);
  t.strictSame(timesOf(/^INVITE/), [0]);
  t.strictSame(outcomes, [100]);
  t.equal(received.length, 1);
});

void t.test('a lost 100 is sent again when the INVITE comes again', async t => {
  const { clock, outcomes, invite, lose, timesOf } = pair();
  let lost = 0;
  lose(({ text }) => text.startsWith('SIP/2.0 100') && lost++ === 0);
  invite();
  clock.advance(10_000);
  t.strictSame(timesOf(/^SIP\/2.0 100/), [201, 501]);
  t.strictSame(outcomes, [100]);
});

void t.test('a refusal is repeated until its ACK (G, H), which is repeated with it (D)', async t => {
  const { clock, network, outcomes, invite, answer, lose, timesOf, clients, servers } = pair();
  let acks = 0;
  lose(({ text }) => text.startsWith('ACK') && acks++ < 3);
  invite();
  clock.advance(1);
  answer(486);
  clock.advance(30_000);
  t.strictSame(timesOf(/^SIP\/2.0 486/), [1, 501, 1501, 3501], 'until the fourth ACK arrived');
  t.strictSame(timesOf(/^ACK/), [2, 502, 1502, 3502]);
  t.strictSame(outcomes, [486], 'the user hears of it once');
  const branch = (text: string) => /branch=([^;\r]+)/.exec(text)![1];
  const [invited, ack] = ['INVITE', 'ACK'].map(method =>
    network.sent.find(({ text }) => text.startsWith(method))!,
  );
  t.equal(
    branch(ack!.text),
    branch(invited!.text),
    '§17.1.1.3: the ACK of a refusal has the INVITE’s branch',
  );
  t.match(ack!.text, /^To: .*;tag=b\r$/m);
  clock.advance(40_000);
  t.strictSame({ ...clients.size, ...servers.size }, { client: 0, server: 0 });
  t.equal(clock.pending, 0);
});

void t.test('without any ACK the refusal is repeated up to 32 s (H), every 4 s at most', async t => {
  const { clock, invite, answer, lose, timesOf, servers } = pair();
  lose(({ text }) => text.startsWith('ACK'));
  invite();
  clock.advance(1);
  answer(404);
  clock.advance(100_000);
  t.strictSame(
    timesOf(/^SIP\/2.0 404/).map(ms => ms - 1),
    [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500],
  );
  t.equal(servers.size.server, 0);
});

void t.test(
  'after 2xx the user repeats it, INVITEs are absorbed, and each 2xx reaches the user (RFC 6026)',
  async t => {
    const { clock, network, received, outcomes, invite, answer, clients, servers } = pair();
    const transaction = invite();
    clock.advance(1);
    const response = answer(200);
    clock.advance(1);
    received[0]!.respond(response);
    clock.advance(1);
    t.strictSame(outcomes, [200, 200]);
    t.equal(transaction.state, 'accepted');
    network.takeSent();
    // The INVITE comes again from the network.
    const again = network.sent.length;
    const client = { address: alice, port: 5060 };
    const text = `INVITE sip:bob@${bob} SIP/2.0\r\nVia: SIP/2.0/UDP ${alice}:5060;branch=${String(
      transaction.request.via[0]!.parameters.get('branch'),
    )};rport\r\nFrom: <sip:alice@${alice}>;tag=a\r\nTo: <sip:bob@${bob}>\r\nCall-ID: call@test\r\nCSeq: 1 INVITE\r\n\r\n`;
    network.carry('UDP', client, { address: bob, port: 5060 }, Buffer.from(text));
    clock.advance(10);
    t.equal(received.length, 1, 'not a new call');
    t.equal(network.sent.length, again + 1, 'and not answered');
    clock.advance(40_000);
    t.equal(clients.size.client, 0, 'timer M');
    t.equal(servers.size.server, 0, 'timer L');
  },
);

void t.test('the ACK of a 2xx is the user’s', async t => {
  const { clock, invite, answer, acks, clients, outcomes, flow } = pair();
  invite();
  clock.advance(1);
  answer(200);
  clock.advance(1);
  t.strictSame(outcomes, [200]);
  const ack = request('ACK');
  ack.to.parameters.set('tag', 'b');
  clients.sendAck(ack, flow());
  clock.advance(1);
  t.match(acks, [{ method: 'ACK', cseq: { sequence: 1 } }]);
});

void t.test(
  'a request that comes again gets the same answer again (J), and is not handled twice',
  async t => {
    const { clock, received, outcomes, ask, answer, lose, timesOf, servers } = pair();
    let answers = 0;
    lose(({ text }) => text.startsWith('SIP/2.0 200') && answers++ < 2);
    ask();
    clock.advance(1);
    answer(200);
    clock.advance(20_000);
    t.equal(received.length, 1);
    t.strictSame(timesOf(/^SIP\/2.0 200/), [1, 501, 1501]);
    t.strictSame(outcomes, [200]);
    clock.advance(32_000);
    t.equal(servers.size.server, 0);
    t.equal(clock.pending, 0);
  },
);

void t.test('a provisional answer slows the retransmission down to every 4 s', async t => {
  const { clock, ask, answer, timesOf } = pair();
  ask();
  clock.advance(100);
  answer(183);
  clock.advance(12_000);
  t.strictSame(timesOf(/^OPTIONS/), [0, 4101, 8101]);
});

void t.test('answers that overtake each other do no harm', async t => {
  const { clock, network, outcomes, invite, answer } = pair();
  network.delayMs = ({ text }) => (text.startsWith('SIP/2.0 180') ? 300 : 1);
  invite();
  clock.advance(1);
  answer(180);
  answer(486);
  clock.advance(1000);
  t.strictSame(outcomes, [486], 'a ringing after the refusal is nothing');
});

void t.test('CANCEL finds its INVITE by the branch', async t => {
  const { clock, received, invite, clients, servers, flow } = pair();
  const transaction = invite();
  clock.advance(300);
  clients.cancel(transaction, flow(), 'SIP;cause=487');
  clock.advance(1);
  const cancel = received[1]!;
  t.equal(cancel.request.method, 'CANCEL');
  t.equal(servers.inviteOf(cancel.request), received[0]);
});

void t.test('an RFC 2543 peer, without unique branches, is told apart by the other fields', async t => {
  const { clock, network, received } = pair();
  const send = (sequence: number) =>
    network.carry(
      'UDP',
      { address: alice, port: 5060 },
      { address: bob, port: 5060 },
      Buffer.from(
        `OPTIONS sip:bob@${bob} SIP/2.0\r\nVia: SIP/2.0/UDP ${alice};branch=1\r\nFrom: <sip:a@b>\r\nTo: <sip:bob@${bob}>\r\nCall-ID: old\r\nCSeq: ${sequence} OPTIONS\r\n\r\n`,
      ),
    );
  send(1);
  send(1);
  send(2);
  clock.advance(5);
  t.equal(received.length, 2);
});
