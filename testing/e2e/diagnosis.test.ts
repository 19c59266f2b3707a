import { execFileSync } from 'node:child_process';
import path from 'node:path';
import t, { type Test } from 'tap';
import { ServerProcess } from '../harness/server-process.js';
import { Baresip, type BaresipOptions } from '../peers/baresip.js';

interface Finding {
  code: string;
  severity: string;
  stream: string;
  what: { zh: string; en: string };
  advice: { zh: string; en: string };
}
interface Diagnosis {
  findings: Finding[];
  streams: { kind: string; received: number; sent: number }[];
}

const picture = { width: 640, height: 360, frameRate: 25 };

async function start(t: Test, sip: Record<string, unknown> = {}) {
  const server = await ServerProcess.start({ config: { sip } });
  t.teardown(() => server.close());
  const { number } = await server.createConference({ title: 'Why' });
  const room = async (options: BaresipOptions = {}) => {
    const made = await Baresip.start({ picture, ...options });
    t.teardown(() => made.close());
    return made;
  };
  return { server, room, uri: `sip:${number}@127.0.0.1:${server.sipPort}` };
}

/** Of the newest call, once `wanted` is found (`times`: of so many streams) or time is up. */
async function findingsOf(
  server: ServerProcess,
  wanted: string,
  { times = 1, timeoutMs = 15_000 } = {},
): Promise<Finding[]> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    const [call] = await server.request<{ callId: string }[]>('GET', '/calls');
    const { findings } = await server.request<Diagnosis>('GET', `/calls/${call!.callId}/diagnosis`);
    const found = findings.filter(({ code }) => code === wanted).length;
    if (Date.now() > deadline || found >= times) return findings;
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}

const named = (findings: Finding[]) => findings.map(({ code, stream }) => `${stream} ${code}`);
const faults = (findings: Finding[]) => named(findings.filter(({ severity }) => severity === 'fault'));

void t.test('all is well; then the network of the room is cut, and it says on which ports', async t => {
  const { server, room, uri } = await start(t);
  const baresip = await room();
  await baresip.dial(uri);
  t.strictSame(faults(await findingsOf(server, 'all-well')), []);
  t.ok(named(await findingsOf(server, 'all-well')).includes('call all-well'));

  const table = `amphi_diagnosis_${process.pid}`;
  const nft = (...args: string[]) => execFileSync('nft', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  nft('add', 'table', 'inet', table);
  t.teardown(() => nft('delete', 'table', 'inet', table));
  nft('add', 'chain', 'inet', table, 'in', '{ type filter hook input priority 0; }');
  // Its RTP alone: signalling goes on, as through most firewalls.
  const ports = baresip.rtpPorts.join('-');
  nft('add', 'rule', 'inet', table, 'in', 'udp', 'sport', ports, 'drop');
  const cut = faults(await findingsOf(server, 'stopped-arriving', { times: 2 }));
  t.strictSame(cut.sort(), ['audio stopped-arriving', 'video stopped-arriving']);

  // A call that begins behind the firewall.
  await baresip.hangup();
  await baresip.dial(uri);
  const blocked = await findingsOf(server, 'nothing-arrives', { times: 2 });
  t.strictSame(faults(blocked).sort(), ['audio nothing-arrives', 'video nothing-arrives']);
  t.match(blocked[0]!.advice.en, /firewall, port \d+/);
  t.match(blocked[0]!.what.zh, /没有一个(图像|声音)的 RTP 包到达/);
});

void t.test('no common codec', async t => {
  const { server, room, uri } = await start(t);
  const baresip = await room({ video: false, audioCodecs: ['L16/16000/1'], modules: ['l16.so'] });
  await t.rejects(baresip.dial(uri), { message: /488/ });
  const findings = await findingsOf(server, 'no-common-codec');
  t.strictSame(faults(findings), ['call refused-here', 'audio no-common-codec']);
  const audio = findings.find(({ code }) => code === 'no-common-codec')!;
  t.equal(audio.what.en, 'No common codec for sound: the room offers l16/16000 alone.');
  t.match(audio.what.zh, '声音没有共同的编解码器：会议室只提供 l16/16000');
});

void t.test('encryption is required and not offered', async t => {
  const { server, room, uri } = await start(t, { mediaEncryption: 'required' });
  const baresip = await room();
  await t.rejects(baresip.dial(uri), { message: /488/ });
  t.strictSame(faults(await findingsOf(server, 'encryption-required')), [
    'call refused-here',
    'video encryption-required',
    'audio encryption-required',
  ]);
});

void t.test('encryption is off here, and the room insists', async t => {
  const { server, room, uri } = await start(t, { mediaEncryption: 'off' });
  const baresip = await room({ mediaEncryption: 'srtp-mand' });
  await t.rejects(baresip.dial(uri), { message: /488/ });
  t.ok(faults(await findingsOf(server, 'encryption-off-here')).includes('video encryption-off-here'));
});

void t.test('the room has no picture; the camera of another is off', async t => {
  const { server, room, uri } = await start(t);
  await (await room({ video: false })).dial(uri);
  t.strictSame(faults(await findingsOf(server, 'not-offered')), ['video not-offered']);

  // A source that cannot be opened: the line is agreed both ways, and no picture is ever sent.
  const blind = await room({ clip: path.join('/tmp', `no-camera-${process.pid}.mp4`), toneHz: 880 });
  await blind.dial(uri);
  const findings = await findingsOf(server, 'camera-silent');
  t.strictSame(faults(findings), ['video camera-silent']);
  t.match(findings[0]!.advice.zh, '打开摄像机');
});

void t.test('a number that leads nowhere', async t => {
  const { server, room, uri } = await start(t);
  const baresip = await room({ video: false });
  await t.rejects(baresip.dial(uri.replace(/sip:\d+/, 'sip:99')), { message: /404/ });
  t.strictSame(faults(await findingsOf(server, 'unknown-number')), ['call unknown-number']);
});
