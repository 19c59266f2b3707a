import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { OutgoingCall } from '../../server/api/outgoing-calls.js';
import type { Conference } from '../../server/api/rest.js';
import type { SipAccount } from '../../server/api/sip-account-operations.js';
import { hueSeenBy, levelIn } from '../harness/room-senses.js';
import { ServerProcess } from '../harness/server-process.js';
import { audibleDb } from '../judge/tones.js';
import { Baresip, type BaresipOptions } from '../peers/baresip.js';
import { makePicture } from '../peers/clips.js';

async function account(server: ServerProcess, accountName: string, aliases: string[]): Promise<string> {
  const body = { accountName, displayName: accountName, institutionId: null, aliases };
  const { password } = await server.request<{ password: string }>('POST', '/sip-accounts', body);
  return password;
}

async function room(t: Test, server: ServerProcess, user: string, password: string, options: BaresipOptions) {
  const registrar = `sip:127.0.0.1:${server.sipPort}`;
  const started = await Baresip.start({
    picture: { width: 640, height: 360, frameRate: 25 },
    user,
    // Its address is that of an account: name and registrar.
    host: `127.0.0.1:${server.sipPort}`,
    account: `;auth_user=${user};auth_pass=${password};regint=60;outbound="${registrar}"`,
    ...options,
  });
  t.teardown(() => started.close());
  return started;
}

void t.test('S1: rooms register with their accounts, and call each other by name and number', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-registered-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const clips = [path.join(folder, 'red.mp4'), path.join(folder, 'blue.mp4')];
  await makePicture(clips[0]!, { colour: '0xc02020', width: 640, height: 360, seconds: 60 });
  await makePicture(clips[1]!, { colour: '0x2040d0', width: 640, height: 360, seconds: 60 });
  const server = await ServerProcess.start({ config: { sip: { digest: ['MD5'] } } });
  t.teardown(() => server.close());
  const passwords = [await account(server, 'red', ['8001']), await account(server, 'blue', ['8002'])];
  await account(server, 'absent', []);
  const wrong = await room(t, server, 'blue', 'wrong-password', { video: false });
  await wrong.waitFor('REGISTER_FAIL');
  const red = await room(t, server, 'red', passwords[0]!, { toneHz: 440, clip: clips[0]! });
  const blue = await room(t, server, 'blue', passwords[1]!, { toneHz: 880, clip: clips[1]! });
  await red.waitFor('REGISTER_OK');
  await blue.waitFor('REGISTER_OK');
  const shown = await server.request<SipAccount>('GET', '/sip-accounts/blue');
  t.match(shown.registrations, [{ protocol: 'UDP', address: `127.0.0.1:${blue.sipPort}` }]);

  const at = `127.0.0.1:${server.sipPort}`;
  await red.dial(`sip:8002@${at}`);
  t.equal(await hueSeenBy(red, 'blue', path.join(folder, 'seen-by-red.png')), 'blue');
  t.equal(await hueSeenBy(blue, 'red', path.join(folder, 'seen-by-blue.png')), 'red');
  await new Promise(resolve => setTimeout(resolve, 2_500));
  t.ok((await levelIn(red, 880)) > audibleDb, 'red hears blue');
  t.ok((await levelIn(blue, 440)) > audibleDb, 'blue hears red');
  const [between] = await server.request<Conference[]>('GET', '/conferences');
  t.match(between, { title: 'red – blue', siteCount: 2 }, 'a conference of two, which can grow');
  const from = blue.events.length;
  await red.hangup();
  await blue.waitFor('CALL_CLOSED', 5_000, from);
  const left = await server.request<Conference[]>('GET', '/conferences');
  t.same(left, [], 'gone with the call');

  await t.rejects(red.dial(`sip:absent@${at}`), /480/, 'nobody is registered');
  await t.rejects(red.dial(`sip:8009@${at}`), /404/, 'nobody has the number');

  const { conferenceId } = await server.createConference({ title: '会诊' });
  const place = `/conferences/${conferenceId}/calls`;
  const before = blue.events.length;
  await server.request<OutgoingCall[]>('POST', place, { rooms: [{ address: '8002' }] });
  await blue.waitFor('CALL_ESTABLISHED', 10_000, before);
});
