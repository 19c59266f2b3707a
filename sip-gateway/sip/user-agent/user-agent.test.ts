import t from 'tap';
import { silentLog } from '../../../base/log.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { SessionEnd, SessionHandler } from '../dialog/session-handler.js';
import { FakeClock } from '../fake-clock.js';
import { fakeEndpoint } from '../fake-endpoint.js';
import { FakeNetwork, type Carried } from '../transport/fake-network.js';
import type { IncomingInvite } from './incoming-invite.js';
import type { OutgoingInvite } from './outgoing-invite.js';
import { UserAgent } from './user-agent.js';

const room = '192.0.2.1';
const gateway = '192.0.2.2';
/** Nobody answers there: what is sent from it is written by the test. */
const stranger = '192.0.2.3';

/** Offers and answers are words here; what happens is noted. */
class Party implements SessionHandler {
  readonly notes: string[] = [];
  end: SessionEnd | undefined;
  usage: InviteUsage | undefined;
  offers = 0;
  refuseOffers = false;
  refuseAnswers = false;

  constructor(readonly name: string) {}

  answerTo(offer: string) {
    if (this.refuseOffers) return { ok: false as const, status: 488, warning: '305 amphi "no"' };
    this.notes.push(`offered ${offer}`);
    return { ok: true as const, answer: `answer of ${this.name} to ${offer}` };
  }
  makeOffer() {
    return `offer ${++this.offers} of ${this.name}`;
  }
  takeAnswer(answer: string) {
    this.notes.push(`answered ${answer}`);
    return !this.refuseAnswers;
  }
  info() {
    this.notes.push('info');
    return 200;
  }
  confirmed() {
    this.notes.push('confirmed');
  }
  ended(end: SessionEnd) {
    this.notes.push(`ended ${end.by} ${end.cause}`);
    this.end = end;
  }
}

function scene(options: { protocol?: 'udp' | 'tcp'; lose?: (message: Carried) => boolean } = {}) {
  const clock = new FakeClock();
  const network = new FakeNetwork(clock);
  if (options.lose) network.drop = options.lose;
  const invites: IncomingInvite[] = [];
  const make = (address: string, sessionExpiresS: number) => {
    const endpoint = fakeEndpoint(clock, network, address);
    const agent = new UserAgent({
      ...endpoint,
      clock,
      log: silentLog,
      product: 'test',
      sessionExpiresS,
      random: () => (address === room ? 0.2 : 0.8),
      invited: invite => invites.push(invite),
      resolve: ({ host, port }) => ({ address: host, port }),
    });
    return { ...endpoint, agent };
  };
  const caller = make(room, 600);
  const callee = make(gateway, 1800);
  const alice = new Party('alice');
  const bob = new Party('bob');
  const failures: string[] = [];
  let out: OutgoingInvite | undefined;
  const pass = (ms: number) => clock.pass(ms);
  const call = async () => {
    out = caller.agent.call({
      target: `sip:1001@${gateway}${options.protocol === 'tcp' ? ';transport=tcp' : ''}`,
      from: { displayName: 'Alice', user: 'alice' },
      offer: alice.makeOffer(),
      handler: alice,
      ringing: () => failures.push('ringing'),
      answered: usage => (alice.usage = usage),
      failed: (status, text) => failures.push(`${status} ${text}`),
      ringMs: 60_000,
    });
    await pass(20);
    return invites.at(-1)!;
  };
  const accept = (invite: IncomingInvite) => {
    const answer = invite.offer === undefined ? bob.makeOffer() : bob.answerTo(invite.offer);
    bob.usage = invite.accept(typeof answer === 'string' ? answer : answer.answer!, bob);
  };
  /** A datagram from anywhere to the gateway. */
  const send = (text: string, from = stranger) =>
    network.carry('UDP', { address: from, port: 5060 }, { address: gateway, port: 5060 }, Buffer.from(text));
  return {
    ...{ clock, network, invites, caller, callee, alice, bob, failures, pass, call, accept, send },
    cancel: () => out!.cancel('changed my mind'),
    established: async () => {
      const invite = await call();
      accept(invite);
      await pass(20);
      network.takeSent();
    },
  };
}

let branches = 0;

/** A request as a stranger, or a device with quirks, would write it. */
function written(method: string, changes: Record<string, string | undefined> = {}, body = ''): string {
  const fields: Record<string, string | undefined> = {
    Via: `SIP/2.0/UDP ${stranger}:5060;branch=z9hG4bK${++branches};rport`,
    'Max-Forwards': '70',
    From: '<sip:x@example.com>;tag=x',
    To: `<sip:1001@${gateway}>`,
    'Call-ID': 'written',
    CSeq: `1 ${method}`,
    Contact: `<sip:x@${stranger}>`,
    ...(body && { 'Content-Type': 'application/sdp' }),
    ...changes,
  };
  const uri = changes['uri'] ?? `sip:1001@${gateway}`;
  delete fields['uri'];
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}`,
  );
  return `${method} ${uri} SIP/2.0\r\n${lines.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

void t.test('a call begins, offers again both ways, and ends', async t => {
  for (const protocol of ['udp', 'tcp'] as const) {
    const { network, alice, bob, established, pass } = scene({ protocol });
    await established();
    t.strictSame(alice.notes, ['answered answer of bob to offer 1 of alice', 'confirmed']);
    t.strictSame(bob.notes, ['offered offer 1 of alice', 'confirmed']);

    const byAlice = alice.usage!.reinvite();
    await pass(50);
    t.equal(await byAlice, 200);
    t.equal(bob.notes.at(-1), 'offered offer 2 of alice');
    const byBob = bob.usage!.reinvite();
    await pass(50);
    t.equal(await byBob, 200);
    t.equal(alice.notes.at(-1), 'offered offer 1 of bob');
    t.equal(bob.notes.at(-1), 'answered answer of alice to offer 1 of bob');
    const info = bob.usage!.info('application/media_control+xml', '<x/>');
    await pass(50);
    t.equal(await info, 200);

    network.takeSent();
    void bob.usage!.bye({ by: 'local', cause: 'bye', text: 'enough' });
    await pass(50);
    t.strictSame(network.takeSent(), [
      `${gateway}: BYE sip:${room}:5060${protocol === 'tcp' ? ';transport=tcp' : ''} SIP/2.0`,
      `${room}: SIP/2.0 200 OK`,
    ]);
    t.equal(alice.notes.at(-1), 'ended remote bye');
    t.equal(bob.notes.at(-1), 'ended local bye');
  }
});

void t.test('the 2xx is repeated until the ACK comes, over TCP too; then BYE (§13.3.1.4)', async t => {
  for (const protocol of ['udp', 'tcp'] as const) {
    const { network, callee, bob, call, accept, pass } = scene({
      protocol,
      lose: ({ text }) => text.startsWith('ACK'),
    });
    accept(await call());
    network.takeSent();
    await pass(31_900);
    const sent = network.takeSent();
    // 0.5, 1.5, 3.5, 7.5, 11.5, … 31.5 s
    t.equal(sent.filter(line => line.endsWith('SIP/2.0 200 OK')).length, 10, protocol);
    t.equal(sent.filter(line => line.includes(': ACK ')).length, 11, 'each is acknowledged');
    t.notOk(bob.notes.includes('confirmed'));
    await pass(200);
    t.match(network.takeSent()[0], `${gateway}: BYE`);
    t.strictSame(bob.end, { by: 'local', cause: 'no-ack', text: 'no ACK came for 32 s' });
    t.equal(callee.agent.usages, 0);
  }
});

void t.test('BYE waits for the ACK (§15)', async t => {
  let lost = 0;
  const { network, bob, alice, call, accept, pass } = scene({
    lose: ({ text }) => text.startsWith('ACK') && lost++ === 0,
  });
  accept(await call());
  network.takeSent();
  void bob.usage!.bye({ by: 'local', cause: 'bye', text: 'at once' });
  t.equal(bob.notes.at(-1), 'ended local bye', 'for us it is over');
  await pass(400);
  t.notOk(network.takeSent().some(line => line.includes('BYE')));
  await pass(200);
  t.ok(network.takeSent().some(line => line.includes('BYE')));
  await pass(100);
  t.equal(alice.notes.at(-1), 'ended remote bye');
  t.notOk(bob.notes.includes('confirmed'));
});

void t.test('a call survives loss and reordering', async t => {
  let seed = 11;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let round = 0; round < 20; round++) {
    const { network, alice, bob, invites, call, accept, pass } = scene({ lose: () => random() < 0.3 });
    network.delayMs = () => 1 + Math.floor(random() * 200);
    await call();
    while (invites.length === 0) await pass(100);
    accept(invites[0]!);
    await pass(20_000);
    t.equal(invites.length, 1, 'the INVITE is one call however often it comes');
    t.strictSame([alice.notes.at(-1), bob.notes.at(-1)], ['confirmed', 'confirmed']);
    const offered = bob.usage!.reinvite();
    await pass(31_000);
    t.equal(await offered, 200);
    void alice.usage!.bye({ by: 'local', cause: 'bye', text: '' });
    await pass(31_000);
    t.equal(bob.notes.at(-1), 'ended remote bye');
  }
});

void t.test('CANCEL ends a ringing call: 200 for it, 487 for the INVITE (§9.2)', async t => {
  const { network, failures, call, cancel, pass } = scene();
  const invite = await call();
  invite.ring();
  await pass(20);
  t.strictSame(failures, ['ringing']);
  network.takeSent();
  cancel();
  await pass(20);
  t.strictSame(
    network.takeSent().map(line => line.replace(/ sip:\S+/, '')),
    [
      `${room}: CANCEL SIP/2.0`,
      `${gateway}: SIP/2.0 200 OK`,
      `${gateway}: SIP/2.0 487 Request Terminated`,
      `${room}: ACK SIP/2.0`,
    ],
  );
  t.ok(invite.cancelled.aborted);
  t.equal(invite.accept('late', new Party('late')), undefined);
  t.match(failures[1], /^487/);
});

void t.test('CANCEL waits for a provisional answer (§9.1), and a 2xx that crosses it is ended', async t => {
  const { network, failures, alice, bob, call, cancel, accept, pass } = scene();
  const invite = await call();
  cancel();
  network.takeSent();
  accept(invite);
  await pass(50);
  t.strictSame(
    network.takeSent().map(line => line.replace(/ sip:\S+/, '')),
    [
      `${gateway}: SIP/2.0 200 OK`,
      `${room}: ACK SIP/2.0`,
      `${room}: BYE SIP/2.0`,
      `${gateway}: SIP/2.0 200 OK`,
    ],
  );
  t.match(failures, [/^487/]);
  t.equal(bob.notes.at(-1), 'ended remote bye');
  t.strictSame(alice.notes, []);
});

void t.test(
  'offers that cross get 491 on both sides, and one of them comes through later (§14.1)',
  async t => {
    const { network, alice, bob, established, pass } = scene();
    await established();
    const outcomes = Promise.all([alice.usage!.reinvite(), bob.usage!.reinvite()]);
    await pass(20);
    t.equal(network.takeSent().filter(line => line.endsWith('491 Request Pending')).length, 2);
    await pass(15_000);
    t.strictSame(await outcomes, [200, 200]);
  },
);

void t.test('a refused re-offer leaves the session as it was', async t => {
  const { alice, bob, established, pass } = scene();
  await established();
  bob.refuseOffers = true;
  const outcome = alice.usage!.reinvite();
  await pass(50);
  t.equal(await outcome, 488);
  t.equal(bob.end, undefined);
  bob.refuseOffers = false;
  const again = alice.usage!.reinvite();
  await pass(50);
  t.equal(await again, 200);
});

void t.test('INVITE without offer: ours is in the 2xx, the answer in the ACK', async t => {
  const { network, send, invites, accept, bob, pass } = scene();
  send(written('INVITE', { 'Call-ID': 'late' }));
  await pass(20);
  t.equal(invites[0]!.offer, undefined);
  accept(invites[0]!);
  await pass(20);
  const accepted = network.sent.find(({ text }) => text.startsWith('SIP/2.0 200'))!.text;
  t.match(accepted, 'offer 1 of bob');
  const tag = /^To: .*;tag=(\w+)/m.exec(accepted)![1]!;
  const to = `<sip:1001@${gateway}>;tag=${tag}`;
  const inDialog = { 'Call-ID': 'late', To: to };
  send(written('UPDATE', { ...inDialog, CSeq: '2 UPDATE' }, 'crossing'));
  await pass(20);
  t.match(network.takeSent().at(-1), '491', 'our offer is open');
  send(written('ACK', { ...inDialog, CSeq: '1 ACK' }, 'the answer'));
  await pass(20);
  t.strictSame(bob.notes, ['answered the answer', 'confirmed']);

  send(written('INVITE', { ...inDialog, CSeq: '3 INVITE' }));
  await pass(20);
  send(written('ACK', { ...inDialog, CSeq: '3 ACK' }));
  await pass(20);
  t.strictSame(bob.end?.cause, 'no-media', 'an ACK without the answer that it owes');
});

void t.test('requests in a dialog: order, UPDATE, unknown dialogs and methods', async t => {
  const { network, send, invites, accept, bob, pass } = scene();
  const statusOf = async (text: string) => {
    send(text);
    await pass(20);
    return network.takeSent().at(-1)!.replace(`${gateway}: SIP/2.0 `, '');
  };
  send(written('INVITE', {}, 'offer'));
  await pass(20);
  accept(invites[0]!);
  const tag = /^To: .*;tag=(\w+)/m.exec(network.sent.at(-1)!.text)![1]!;
  const dialog = (method: string, sequence: number) => ({
    To: `<sip:1001@${gateway}>;tag=${tag}`,
    CSeq: `${sequence} ${method}`,
  });
  send(written('ACK', dialog('ACK', 1)));
  await pass(20);
  t.equal(await statusOf(written('INFO', dialog('INFO', 10))), '200 OK');
  t.equal(await statusOf(written('INFO', dialog('INFO', 9))), '500 Server Internal Error', '§12.2.2');
  t.equal(await statusOf(written('UPDATE', dialog('UPDATE', 11), 'new')), '200 OK');
  t.equal(bob.notes.at(-1), 'offered new');
  t.equal(await statusOf(written('UPDATE', dialog('UPDATE', 12))), '200 OK', 'a refresh');
  t.equal(await statusOf(written('OPTIONS', dialog('OPTIONS', 13))), '200 OK');
  t.equal(await statusOf(written('REFER', dialog('REFER', 14))), '400 Bad Request', 'it says not to whom');
  t.equal(
    await statusOf(written('BYE', { ...dialog('BYE', 15), 'Call-ID': 'other' })),
    '481 Call/Transaction Does Not Exist',
  );
  t.equal(bob.end, undefined);
  t.equal(await statusOf(written('BYE', dialog('BYE', 16))), '200 OK');
  t.equal(await statusOf(written('INFO', dialog('INFO', 17))), '481 Call/Transaction Does Not Exist');
});

void t.test('requests outside of dialogs are answered as §8.2 asks', async t => {
  const { network, send, invites, callee, pass } = scene();
  let call = 0;
  const answerTo = async (method: string, changes: Record<string, string | undefined> = {}, body = '') => {
    network.sent.length = 0;
    send(written(method, { 'Call-ID': `c${++call}`, ...changes }, body));
    await pass(20);
    return network.sent.at(-1)!.text.split('\r\n\r\n')[0]!;
  };
  t.match(
    await answerTo('OPTIONS'),
    /^SIP\/2\.0 200 [^]*Allow: INVITE, ACK[^]*Accept: application\/sdp[^]*Supported: 100rel, timer/,
  );
  const refused = await answerTo('REGISTER');
  t.match(refused, /^SIP\/2\.0 405 [^]*Allow: INVITE/);
  t.match(await answerTo('NOSUCH'), /^SIP\/2\.0 405 /);
  t.match(
    await answerTo('INVITE', { Require: 'timer, precondition' }),
    /^SIP\/2\.0 420 [^]*Unsupported: precondition(\r|$)/,
  );
  t.match(await answerTo('INVITE', { uri: 'tel:+4930' }), /^SIP\/2\.0 416 /);
  t.match(await answerTo('INVITE', { 'Max-Forwards': '0' }), /^SIP\/2\.0 483 /);
  t.match(await answerTo('OPTIONS', { 'Max-Forwards': '0' }), /^SIP\/2\.0 200 /);
  t.match(await answerTo('INVITE', { Contact: undefined }), /^SIP\/2\.0 400 /);
  t.match(
    await answerTo('INVITE', { 'Content-Type': 'text/plain' }, 'hello'),
    /^SIP\/2\.0 415 [^]*Accept: application\/sdp/,
  );
  t.match(
    await answerTo('INVITE', { 'Content-Encoding': 'gzip' }, 'hello'),
    /^SIP\/2\.0 415 [^]*Accept-Encoding: identity/,
  );
  t.match(
    await answerTo('INVITE', { 'Session-Expires': '30', Supported: 'timer' }),
    /^SIP\/2\.0 422 [^]*Min-SE: 90/,
  );
  t.match(await answerTo('BYE'), /^SIP\/2\.0 481 /);
  t.match(await answerTo('CANCEL'), /^SIP\/2\.0 481 /);
  t.equal(invites.length, 0);
  t.match(await answerTo('INVITE', { 'Call-ID': 'same' }, 'offer'), 'INVITE', 'no answer yet');
  t.match(
    await answerTo('INVITE', { 'Call-ID': 'same' }, 'offer'),
    /^SIP\/2\.0 482 /,
    'the same request on another way',
  );
  t.equal(invites.length, 1);
  t.equal(callee.counters.get('dropped.stranger'), 0);
});

void t.test('strangers get no more than so many answers; who has a call is served on', async t => {
  const { network, send, callee, alice, bob, established, pass } = scene();
  await established();
  for (let i = 0; i < 500; i++) send(written('OPTIONS', { 'Call-ID': `flood${i}` }), room);
  for (let i = 0; i < 400; i++) send('garbage that is long enough to be looked at\r\n\r\n', room);
  await pass(10);
  const answered = network.takeSent().filter(line => line.endsWith('200 OK')).length;
  t.ok(answered > 30 && answered < 60, `${answered} of 500`);
  t.ok(callee.counters.get('dropped.stranger') > 400);
  t.equal(callee.counters.get('malformed.start-line'), 400);
  t.equal(callee.counters.get('dropped.overload'), 0);
  for (let i = 0; i < 3000; i++) send(written('INVITE', { 'Call-ID': `flood${i}` }, 'offer'), room);
  await pass(2);
  t.ok(callee.counters.get('dropped.overload') > 2800, 'not even parsed');
  const reinvited = alice.usage!.reinvite();
  await pass(50);
  t.equal(await reinvited, 200, 'from the same address');
  t.equal(bob.end, undefined);
});

void t.test(
  'responses go to the source port with rport, else to the port in Via (RFC 3581, §18.2.2)',
  async t => {
    const { network, clock, callee } = scene();
    const targets: string[] = [];
    for (const [port, via] of [
      [40000, `${stranger}:5062;branch=z9hG4bK1;rport`],
      [40000, `${stranger}:5062;branch=z9hG4bK2`],
      [40000, `10.0.0.1;branch=z9hG4bK3`],
    ] as const) {
      for (const listening of [40000, 5062, 5060]) {
        network.transport('UDP', { address: stranger, port: listening }, data => {
          const received = /^Via: (.*)\r$/m.exec(data.toString())![1]!;
          targets.push(`${listening} ${received.replace(/^SIP\/2.0\/UDP /, '')}`);
        });
      }
      const text = written('OPTIONS', { Via: `SIP/2.0/UDP ${via}`, 'Call-ID': via });
      network.carry('UDP', { address: stranger, port }, { address: gateway, port: 5060 }, Buffer.from(text));
      clock.advance(10);
    }
    t.strictSame(targets, [
      `40000 ${stranger}:5062;branch=z9hG4bK1;rport=40000;received=${stranger}`,
      `5062 ${stranger}:5062;branch=z9hG4bK2`,
      `5060 10.0.0.1;branch=z9hG4bK3;received=${stranger}`,
    ]);
    t.equal(callee.counters.get('sent.200'), 3);
  },
);

void t.test('session timer: whoever is to refresh does, at half time; nobody: BYE', async t => {
  const { network, alice, bob, established, pass } = scene();
  await established();
  const refreshes = () => network.takeSent().filter(line => /: (UPDATE|INVITE) /.test(line));
  await pass(299_000);
  t.strictSame(refreshes(), []);
  await pass(2_000);
  t.match(refreshes(), [`${room}: UPDATE`], 'the caller asked for 600 s and to refresh');
  await pass(300_000);
  t.match(refreshes(), [`${room}: UPDATE`]);
  network.drop = ({ from }) => from === room;
  await pass(600_000);
  t.equal(bob.end?.cause, 'expired');
  t.ok(alice.end);
});

void t.test(
  'a peer that knows no timers is asked every half interval, and missed when it is silent',
  async t => {
    const { network, send, invites, accept, bob, pass } = scene();
    send(written('INVITE', {}, 'offer'));
    await pass(20);
    accept(invites[0]!);
    const accepted = network.sent.at(-1)!.text;
    t.match(accepted, 'Session-Expires: 1800;refresher=uas\r\n');
    t.notMatch(accepted, 'Require');
    const tag = /^To: .*;tag=(\w+)/m.exec(accepted)![1]!;
    send(written('ACK', { To: `<sip:1001@${gateway}>;tag=${tag}`, CSeq: '1 ACK' }));
    await pass(899_900);
    network.sent.length = 0;
    await pass(1_000);
    t.match(
      network.sent[0]!.text,
      /^INVITE sip:x@192[^]*offer 1 of bob$/,
      'by re-INVITE: it did not say that it allows UPDATE',
    );
    await pass(33_000);
    t.strictSame(bob.end, { by: 'local', cause: 'expired', text: 'refresh failed: 408' });
  },
);

void t.test('the route set is kept and used, loose and strict (§12.2.1.1)', async t => {
  for (const [record, uri, route] of [
    [
      '<sip:192.0.2.9;lr>, <sip:192.0.2.10;lr>',
      `sip:x@${stranger}`,
      ['<sip:192.0.2.9;lr>', '<sip:192.0.2.10;lr>'],
    ],
    ['<sip:192.0.2.9>', 'sip:192.0.2.9', [`<sip:x@${stranger}>`]],
  ] as const) {
    const { network, send, invites, accept, bob, pass } = scene();
    send(written('INVITE', { 'Record-Route': record }, 'offer'));
    await pass(20);
    accept(invites[0]!);
    const accepted = network.sent.at(-1)!.text;
    t.match(accepted, `Record-Route: ${record}\r\n`);
    const tag = /^To: .*;tag=(\w+)/m.exec(accepted)![1]!;
    send(written('ACK', { To: `<sip:1001@${gateway}>;tag=${tag}`, CSeq: '1 ACK' }));
    await pass(20);
    void bob.usage!.bye({ by: 'local', cause: 'bye', text: '' });
    await pass(1);
    const bye = network.sent.at(-1)!;
    t.equal(bye.to, '192.0.2.9');
    t.match(bye.text, `BYE ${uri} SIP/2.0\r\n`);
    t.strictSame(
      bye.text.match(/^Route: .*(?=\r)/gm),
      route.map(value => `Route: ${value}`),
    );
  }
});

void t.test('behind NAT requests go where the peer’s came from', async t => {
  const { network, send, invites, accept, bob, pass } = scene();
  send(written('INVITE', { Contact: '<sip:x@10.0.0.5:5060>' }, 'offer'));
  await pass(20);
  accept(invites[0]!);
  const tag = /^To: .*;tag=(\w+)/m.exec(network.sent.at(-1)!.text)![1]!;
  send(written('ACK', { To: `<sip:1001@${gateway}>;tag=${tag}`, CSeq: '1 ACK' }));
  await pass(20);
  void bob.usage!.bye({ by: 'local', cause: 'bye', text: '' });
  await pass(1);
  t.match(network.sent.at(-1), { to: stranger, text: /^BYE sip:x@10\.0\.0\.5:5060 / });
});

void t.test('a peer that has forgotten the call ends it (481)', async t => {
  const { alice, bob, established, pass, caller } = scene();
  await established();
  caller.agent.removeUsage(alice.usage!);
  const outcome = bob.usage!.info('text/plain', 'x');
  await pass(50);
  t.equal(await outcome, 481);
  t.equal(bob.end?.cause, 'unknown-to-peer');
});

void t.test(
  '180 for who insists on it is repeated, each time later; after 32 s: 504 (RFC 3262 §3)',
  async t => {
    const { network, send, invites, callee, pass } = scene();
    send(written('INVITE', { Require: '100rel' }, 'offer'));
    await pass(20);
    invites[0]!.ring();
    invites[0]!.ring();
    await pass(31_900);
    const rung = network.sent.filter(({ text }) => text.startsWith('SIP/2.0 180'));
    // 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s
    t.equal(rung.length, 7);
    t.equal(new Set(rung.map(({ text }) => /RSeq: (\d+)/.exec(text)![1])).size, 1);
    t.equal(callee.agent.earlyDialogs, 1);
    network.takeSent();
    await pass(200);
    t.match(network.takeSent(), [`${gateway}: SIP/2.0 504 Server Time-out`]);
    t.ok(invites[0]!.cancelled.aborted);
    await pass(33_000);
    t.equal(callee.agent.earlyDialogs, 0);
  },
);

void t.test('PRACK after the 200 has overtaken the 180, BYE and others while it rings', async t => {
  const { network, send, invites, accept, callee, pass } = scene();
  const statusOf = async (text: string) => {
    send(text);
    await pass(20);
    return network.takeSent().at(-1)!.replace(`${gateway}: SIP/2.0 `, '');
  };
  const ring = async (callId: string) => {
    send(written('INVITE', { 'Call-ID': callId, Require: '100rel' }, 'offer'));
    await pass(20);
    invites.at(-1)!.ring();
    await pass(20);
    const rung = network.sent.at(-1)!.text;
    network.takeSent();
    const tag = /^To: .*;tag=(\w+)/m.exec(rung)![1]!;
    const fields = (method: string, sequence: number) => ({
      ...{ 'Call-ID': callId, To: `<sip:1001@${gateway}>;tag=${tag}`, CSeq: `${sequence} ${method}` },
      RAck: `${/RSeq: (\d+)/.exec(rung)![1]!} 1 INVITE`,
    });
    return fields;
  };
  const first = await ring('first');
  t.match(await statusOf(written('PRACK', { ...first('PRACK', 2), RAck: '1 x' })), /^400/);
  t.match(await statusOf(written('INFO', first('INFO', 3))), /^500/, 'later');
  t.match(await statusOf(written('PRACK', first('PRACK', 3))), /^500/, 'out of order');
  accept(invites[0]!);
  await pass(20);
  t.equal(await statusOf(written('PRACK', first('PRACK', 4))), '200 OK');
  t.match(await statusOf(written('PRACK', first('PRACK', 5))), /^481/);
  network.takeSent();
  await pass(5000);
  t.notMatch(network.takeSent().join(), '180', 'what was overtaken is not sent again');

  const second = await ring('second');
  t.match(await statusOf(written('BYE', second('BYE', 2))), /^487/);
  t.equal(invites[1]!.cancelled.reason, 'the caller hung up');
  t.match(await statusOf(written('UPDATE', second('UPDATE', 3))), /^481/);
  t.equal(await statusOf(written('PRACK', second('PRACK', 4))), '200 OK', 'its 180 was said');
  t.match(await statusOf(written('PRACK', { RAck: '1 1 INVITE', 'Call-ID': 'none' })), /^481/);
  // Without an offer in the INVITE ours would have to be in the 180.
  send(written('INVITE', { 'Call-ID': 'third', Require: '100rel' }));
  await pass(20);
  network.takeSent();
  invites[2]!.ring();
  t.strictSame(network.takeSent(), []);
  await pass(70_000);
  t.equal(callee.agent.earlyDialogs, 0);
});
