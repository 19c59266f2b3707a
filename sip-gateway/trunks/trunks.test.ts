import { randomUUID } from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { silentLog } from '../../base/log.js';
import { FakeReception } from '../fake-reception.js';
import { SipGateway } from '../gateway.js';
import type { AccountHandler } from '../registrar/account-handler.js';
import { rewrite, type TrunkConfig } from './trunk-config.js';
import { trunkOfNumber } from './trunks.js';

void t.test('the rule with the longest prefix rewrites a number', async t => {
  const rules = [
    { prefix: '', strip: 0, add: '9' },
    { prefix: '00', strip: 2, add: '+' },
    { prefix: '0', strip: 1, add: '+86' },
  ];
  t.equal(rewrite(rules, '0139'), '+86139');
  t.equal(rewrite(rules, '0044139'), '+44139');
  t.equal(rewrite(rules, '5001'), '95001');
  t.equal(rewrite(rules.slice(1), '5001'), undefined);
  t.equal(rewrite([{ prefix: '0', strip: 1, add: '' }], '0'), undefined, 'nothing is left');
});

void t.test('what is no number leads over no trunk', async t => {
  const configs = [{ name: 'pbx', outgoing: [{ prefix: '', strip: 0, add: '' }] }];
  t.equal(trunkOfNumber(configs, '+44139'), 'pbx');
  for (const written of ['room', '5001@host', '5001;x', '', '1'.repeat(33), '٣'])
    t.equal(trunkOfNumber(configs, written), undefined, written);
});

const accounts: AccountHandler = {
  ...{ realm: 'amphi', algorithms: ['MD5'], keysOf: () => undefined, accountOf: () => undefined },
  ...{ mustAuthenticate: () => true, allows: () => true, failed: () => {} },
  ...{ savedBindings: () => [], saveBindings: () => {} },
};

/** The first final answer to an INVITE for `number` from 127.0.0.1. */
async function statusOf(port: number, number: string): Promise<number> {
  const socket = dgram.createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const own = `127.0.0.1:${socket.address().port}`;
  const id = randomUUID();
  const lines = [
    `INVITE sip:${number}@127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${own};branch=z9hG4bK${id}`,
    `From: <sip:x@${own}>;tag=1`,
    `To: <sip:${number}@127.0.0.1>`,
    `Call-ID: ${id}`,
    'CSeq: 1 INVITE',
    `Contact: <sip:x@${own}>`,
    'Max-Forwards: 70',
    'Content-Length: 0',
  ];
  socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, '127.0.0.1');
  try {
    for (;;) {
      const [data] = (await once(socket, 'message', { signal: AbortSignal.timeout(5_000) })) as [Buffer];
      const status = Number(data.toString().slice(8, 11));
      if (status >= 200) return status;
    }
  } finally {
    socket.close();
  }
}

async function gatewayWithTrunkAt(t: Test, address: string, maxCalls = 1): Promise<number> {
  const trunk: TrunkConfig = {
    ...{ name: 'pbx', addresses: [address], transport: 'udp', domain: null, pingS: 0, expiresS: 60 },
    ...{ user: null, password: null, realm: null, register: false, identity: null, maxCalls },
    outgoing: [],
    incoming: [{ prefix: '555', strip: 3, add: '' }],
  };
  const gateway = new SipGateway({
    config: { address: '127.0.0.1', port: 0, maxCalls: 5, sessionExpiresS: 1800, trunks: [trunk] },
    ...{ log: silentLog, handler: new FakeReception(), accounts },
  });
  t.teardown(() => gateway.close());
  return (await gateway.listen()).udpPort;
}

void t.test('only a trunk, and only for numbers of its rules, calls without an account', async t => {
  const port = await gatewayWithTrunkAt(t, '127.0.0.1');
  t.equal(await statusOf(port, '5559999'), 404, 'let in, and there is no such conference');
  t.equal(await statusOf(port, '1001'), 401, 'the conference has this number, but the trunk may not call it');
  const other = await gatewayWithTrunkAt(t, '127.0.0.2');
  t.equal(await statusOf(other, '5551001'), 401, 'another address');
  const full = await gatewayWithTrunkAt(t, '127.0.0.1', 0);
  t.equal(await statusOf(full, '5551001'), 486, 'all lines of the trunk are in use');
});
