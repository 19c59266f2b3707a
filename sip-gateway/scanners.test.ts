import { execFile } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { Baresip } from '../testing/peers/baresip.js';
import { disguise } from '../testing/peers/disguise.js';
import { startTestGateway, until } from './fake-reception.js';

/** A gateway that trusts nobody, with a room that is in a call. */
async function withCall(t: Test) {
  const running = await startTestGateway({ bans: { trusted: [] } });
  t.teardown(() => running.gateway.close());
  const room = await Baresip.start({ video: false });
  t.teardown(() => room.close());
  await room.dial(`sip:1001@127.0.0.1:${running.port}`);
  await running.reception.waitFor('established');
  return { ...running, room };
}

/** One of sipvicious' programs, from another address of the loopback than the rooms; what it printed. */
function scan(program: string, args: string[], seconds = 12): Promise<string> {
  const all = [String(seconds), program, ...args];
  return new Promise(resolve => {
    execFile('timeout', all, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

void t.test('svmap, svwar and svcrack get silence, from their first message on', async t => {
  const { gateway, port, reception } = await withCall(t);
  const target = `udp://127.0.0.1:${port}`;
  const answersBefore = Object.entries(gateway.counters).filter(([name]) => /^sent\.\d/.test(name));
  const found = await scan('svmap', ['-b', '127.0.0.5', '-p', String(port), '127.0.0.1'], 6);
  t.notMatch(found, /127\.0\.0\.1:\d+ *[|│]/, 'svmap lists no device');
  t.match(gateway.bans.list(), [{ source: '127.0.0.5', reason: 'scanner', times: 1 }]);
  t.equal(gateway.counters['dropped.scanner'], 1);

  // These two choose their own address, which is that of the room.
  const extensions = await scan('svwar', ['-e1000-1100', '-m', 'INVITE', target]);
  t.notMatch(extensions, /\b1001\b/, 'svwar does not learn the number that there is');
  t.ok(gateway.bans.lift('127.0.0.1'));
  const cracked = await scan('svcrack', ['-u100', '-r1-200', target]);
  t.notMatch(cracked, /\b100 *[|│]/);
  t.strictSame(
    gateway.bans.list().map(({ source, reason }) => `${source} ${reason}`),
    ['127.0.0.5 scanner', '127.0.0.1 scanner'],
  );
  const answers = Object.entries(gateway.counters).filter(([name]) => /^sent\.\d/.test(name));
  t.strictSame(answers, answersBefore, 'nothing was answered to any of them');
  t.equal(gateway.calls.length, 1, 'the call stands');
  t.strictSame(reception.ended, []);
});

void t.test('under another name svwar is known by what it does', async t => {
  const { gateway, port } = await withCall(t);
  const relay = await disguise('127.0.0.8', port);
  t.teardown(() => relay.close());
  const target = `udp://127.0.0.8:${relay.port}`;
  await scan('svwar', ['-e5000-5999', '-m', 'INVITE', '--force', '-b', '127.0.0.9', target]);
  const [ban] = gateway.bans.list();
  t.equal(ban?.source, '127.0.0.8', JSON.stringify(gateway.counters));
  t.ok(ban?.reason === 'number' || ban?.reason === 'flood', String(ban?.reason));
  t.ok((gateway.counters['refused.404'] ?? 0) <= 25, `${gateway.counters['refused.404']} numbers tried`);
  t.ok(gateway.counters['dropped.banned']! > 0);
  t.ok(gateway.counters['sent.404']! <= 60, `${gateway.counters['sent.404']} answers`);
  t.equal(gateway.calls.length, 1);
});

void t.test('the call of a banned source goes on; what is new gets silence', async t => {
  const { gateway, port, reception, room } = await withCall(t);
  gateway.bans.fault('127.0.0.1', 'scanner');
  const stranger = dgram.createSocket('udp4');
  t.teardown(() => stranger.close());
  stranger.bind(0, '127.0.0.1');
  await once(stranger, 'listening');
  let answers = 0;
  stranger.on('message', () => answers++);
  const own = `127.0.0.1:${stranger.address().port}`;
  const options = [
    `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${own};branch=z9hG4bKbanned;rport`,
    `From: <sip:a@${own}>;tag=1`,
    `To: <sip:127.0.0.1>`,
    `Call-ID: banned@${own}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
  stranger.send(options, port, '127.0.0.1');
  await until(() => gateway.counters['dropped.banned'] === 1);
  await room.hold();
  await reception.waitFor('media held');
  await room.resume();
  await reception.waitFor('media active');
  t.equal(answers, 0);
  t.ok(gateway.bans.lift('127.0.0.1'));
  stranger.send(options, port, '127.0.0.1');
  await until(() => answers === 1);
  t.equal(gateway.calls.length, 1);
});
