import t from 'tap';
import { silentLog } from '../../../base/log.js';
import type { SessionHandler } from '../dialog/session-handler.js';
import { FakeClock } from '../fake-clock.js';
import { fakeEndpoint } from '../fake-endpoint.js';
import { FakeNetwork } from '../transport/fake-network.js';
import { UserAgent } from './user-agent.js';

const gateway = '192.0.2.2';
const peer = '192.0.2.3';

void t.test('damaged messages within and outside of calls never throw and leave nothing behind', async t => {
  let seed = 4;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const clock = new FakeClock();
  const network = new FakeNetwork(clock);
  const endpoint = fakeEndpoint(clock, network, gateway);
  const handler: SessionHandler = {
    answerTo: offer =>
      random(5) ? { ok: true, answer: 'a' } : { ok: false, status: 488, warning: offer.slice(0, 5) },
    makeOffer: () => 'o',
    takeAnswer: () => random(5) > 0,
    info: () => 200,
    confirmed: () => {},
    ended: () => {},
  };
  let accepted = 0;
  const agent = new UserAgent({
    ...endpoint,
    clock,
    log: silentLog,
    product: 'test',
    sessionExpiresS: 1800,
    random: () => random(1000) / 1000,
    resolve: ({ port }) => ({ address: peer, port }),
    // Who has no call is not limited here, or nearly nothing would be looked at.
    strangers: { allow: () => true } as never,
    invited: invite => {
      accepted++;
      const usage = invite.accept('sdp', handler);
      if (random(3) === 0) void usage?.bye({ by: 'local', cause: 'bye', text: '' });
      if (random(3) === 0) void usage?.reinvite();
    },
  });
  const pieces = [
    '"',
    '<',
    '>',
    ';',
    ',',
    '\r\n',
    '\n ',
    ':',
    '\\',
    '%00',
    '@',
    '[',
    '0',
    '99999999999',
    ' ',
    '=',
    '*',
  ];
  const damage = (text: string) => {
    let data = text;
    for (let edits = random(4); edits > 0; edits--) {
      const at = random(data.length);
      const cut = random(3) === 0 ? random(20) : 0;
      data = data.slice(0, at) + (random(2) ? pieces[random(pieces.length)]! : '') + data.slice(at + cut);
    }
    return data;
  };
  const methods = [
    'INVITE',
    'ACK',
    'BYE',
    'CANCEL',
    'OPTIONS',
    'INFO',
    'UPDATE',
    'REGISTER',
    'INVITE',
    'ACK',
  ];
  let lastTag = '';
  for (let i = 0; i < 6000; i++) {
    const method = methods[random(methods.length)]!;
    const inDialog = random(2) && lastTag ? `;tag=${lastTag}` : '';
    const text =
      `${method} sip:1001@${gateway} SIP/2.0\r\n` +
      `Via: SIP/2.0/UDP ${peer}:5060;branch=z9hG4bK${random(500)};rport\r\n` +
      `Max-Forwards: 70\r\nFrom: "R" <sip:r@${peer}>;tag=r${random(3)}\r\nTo: <sip:1001@${gateway}>${inDialog}\r\n` +
      `Call-ID: c${random(4)}\r\nCSeq: ${random(50)} ${method}\r\nContact: <sip:r@${peer};transport=udp>\r\n` +
      `Supported: timer\r\nSession-Expires: ${random(2000)};refresher=uas\r\nRecord-Route: <sip:${peer};lr>\r\n` +
      (random(2)
        ? 'Content-Type: application/sdp\r\nContent-Length: 3\r\n\r\nv=0'
        : 'Content-Length: 0\r\n\r\n');
    network.carry(
      'UDP',
      { address: peer, port: 5060 },
      { address: gateway, port: 5060 },
      Buffer.from(damage(text)),
    );
    const answer = random(8) === 0 && network.sent.at(-2);
    // Our own requests come back as responses, damaged too.
    if (answer && answer.from === gateway) {
      const response = damage(answer.text.replace(/^\w+ \S+ SIP\/2.0/, `SIP/2.0 ${100 + random(600)} X`));
      network.carry(
        'UDP',
        { address: peer, port: 5060 },
        { address: gateway, port: 5060 },
        Buffer.from(response),
      );
    }
    await clock.pass(random(100));
    lastTag = /^To: .*;tag=(\w{16})/m.exec(network.sent.at(-1)?.text ?? '')?.[1] ?? lastTag;
    if (network.sent.length > 1000) network.sent.splice(0, 900);
  }
  t.ok(accepted > 100, `${accepted} calls`);
  const faults = ['start-line', 'header', 'mandatory-header', 'uri', 'content-length'];
  t.ok(faults.every(fault => endpoint.counters.get(`malformed.${fault}`) > 10));
  await clock.pass(3_600_000);
  t.equal(agent.usages, 0);
  t.strictSame(agent.transactions.size, { client: 0, server: 0 });
  t.equal(clock.pending, 0, 'no timer is left');
});
