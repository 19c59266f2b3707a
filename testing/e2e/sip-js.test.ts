import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { SiteState } from '../../server/api/signalling.js';
import { hueSeenBy, levelIn } from '../harness/room-senses.js';
import { ServerProcess } from '../harness/server-process.js';
import { hueOf } from '../judge/picture.js';
import { audibleDb, fromInt16, toneLevelDb } from '../judge/tones.js';
import { Baresip } from '../peers/baresip.js';
import { Chromium } from '../peers/chromium.js';
import { makePicture } from '../peers/clips.js';
import { SoftPhone } from '../peers/soft-phone.js';

const roomHz = 440;
const phoneHz = 880;

/** An address of this machine that is not loopback: from there nobody calls without an account. */
const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find(entry => entry?.family === 'IPv4' && !entry.internal)?.address;

async function until<T>(look: () => Promise<T>, wanted: (seen: T) => boolean, ms = 12_000): Promise<T> {
  for (const deadline = Date.now() + ms; ;) {
    const seen = await look();
    if (wanted(seen) || Date.now() > deadline) return seen;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

async function start(t: Test, address: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-sipjs-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const server = await ServerProcess.start({ config: { host: address } });
  t.teardown(() => server.close());
  const clip = path.join(folder, 'red.mp4');
  await makePicture(clip, { colour: '0xc02020', width: 640, height: 360, seconds: 60 });
  const room = await Baresip.start({
    ...{ picture: { width: 640, height: 360, frameRate: 25 }, clip, toneHz: roomHz, user: 'or-1' },
  });
  t.teardown(() => room.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  return { server, folder, room, chromium };
}

void t.test(
  'a soft-phone of SIP.js in a browser: digest, picture and tone both ways, keys, hold, resume',
  { skip: ownAddress === undefined && 'this machine has no address but loopback' },
  async t => {
    const { server, folder, room, chromium } = await start(t, ownAddress!);
    const { conferenceId, number } = await server.createConference({ title: 'Soft-phone' });
    const { password } = await server.request<{ password: string }>('POST', '/sip-accounts', {
      ...{ accountName: 'dr-li', displayName: 'Dr Li', institutionId: null },
    });
    const camera = { colour: '#20a030', width: 640, height: 360, fps: 25, toneHz: phoneHz };
    const { url } = server;
    const stranger = await SoftPhone.open(chromium, {
      url,
      camera,
      name: 'dr-li',
      password: 'wrong-password',
    });
    await t.rejects(stranger.dial(number), 'a wrong password calls nobody');
    await stranger.participant.close();

    const phone = await SoftPhone.open(chromium, { url, camera, name: 'dr-li', password });
    await phone.user('register()');
    await phone.event('registered');
    await phone.dial(number);
    const sites = () => server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`);
    t.match(await until(sites, ({ length }) => length === 1), [{ name: 'dr-li' }]);
    await room.dial(`sip:${number}@${ownAddress}:${server.sipPort}`);

    const file = path.join(folder, 'seen.png');
    const hue = async () => {
      const seen = await phone.colour();
      return seen ? hueOf(seen) : 'nothing';
    };
    const heard = async () => {
      const { samples, sampleRate } = await phone.participant.listen(1_500);
      return toneLevelDb(fromInt16(samples, sampleRate), roomHz);
    };
    const bothWays = async (when: string) => {
      t.equal(await until(hue, seen => seen === 'red'), 'red', `sees the room, ${when}`);
      t.equal(await hueSeenBy(room, 'green', file), 'green', `is seen, ${when}`);
      t.ok((await heard()) > audibleDb, `hears the room, ${when}`);
      t.ok((await levelIn(room, phoneHz)) > audibleDb, `is heard, ${when}`);
    };
    await bothWays('after the answer');

    const muted = async () =>
      (await sites())
        .find(({ name }) => name === 'dr-li')
        ?.streams.find(({ source }) => source === 'microphone')?.paused;
    await phone.user('sendDTMF("1")');
    t.equal(await until(muted, seen => seen === true), true, 'a key by RFC 4733');
    await phone.run('softPhone.user.sessionManager.options.sendDTMFUsingSessionDescriptionHandler = false');
    await phone.user('sendDTMF("1")');
    t.equal(await until(muted, seen => seen === false), false, 'a key by SIP INFO');

    await phone.user('hold()');
    await phone.event('held');
    await new Promise(resolve => setTimeout(resolve, 3_000));
    t.ok((await levelIn(room, phoneHz)) < audibleDb, 'held: nothing is heard of it');
    t.ok((await heard()) < audibleDb, 'held: it hears nothing');
    await phone.user('unhold()');
    await phone.event('resumed');
    await new Promise(resolve => setTimeout(resolve, 2_500));
    await bothWays('after the resume');

    await phone.user('hangup()');
    t.same(
      await until(
        async () => (await sites()).map(({ name }) => name),
        names => names.length === 1,
      ),
      ['or-1'],
    );
    t.same(phone.participant.errors, []);
  },
);
