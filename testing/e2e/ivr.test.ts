import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { SiteState } from '../../server/api/signalling.js';
import type { Conference } from '../../server/api/rest.js';
import { hueSeenBy, levelIn } from '../harness/room-senses.js';
import { ServerProcess } from '../harness/server-process.js';
import { meanColour, readPicture } from '../judge/picture.js';
import { audibleDb } from '../judge/tones.js';
import { Baresip, type BaresipOptions } from '../peers/baresip.js';
import { makePicture } from '../peers/clips.js';
import { readWav } from '../peers/wav.js';

const picture = { width: 640, height: 360, frameRate: 25 };
const access = '1000';

async function start(t: Test, ivr: Record<string, unknown> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-ivr-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const server = await ServerProcess.start({ config: { sip: { accessNumber: access, ivr } } });
  t.teardown(() => server.close());
  const call = async (number: string, options: BaresipOptions): Promise<Baresip> => {
    const room = await Baresip.start({ picture, ...options });
    t.teardown(() => room.close());
    await room.dial(`sip:${number}@127.0.0.1:${server.sipPort}`);
    return room;
  };
  return { server, folder, call };
}

/** As a person does: one key after the other. */
async function press(room: Baresip, keys: string): Promise<void> {
  for (const key of keys) {
    await room.command('sndcode', key);
    await new Promise(resolve => setTimeout(resolve, 400));
  }
}

/** Whether the picture is the blue of the dialogue, and the share of bright pixels (letters) on it. */
async function screenOf(room: Baresip, file: string): Promise<{ isBlue: boolean; letters: number }> {
  await room.snapshot(file, 10_000);
  const seen = await readPicture(file);
  const [r, , b] = meanColour(seen, { x: 0.6, y: 0.8, width: 0.3, height: 0.15 });
  let bright = 0;
  for (let at = 0; at < seen.pixels.length; at += 3) if (seen.pixels[at]! > 170) bright++;
  return { isBlue: b > r + 20, letters: (bright * 3) / seen.pixels.length };
}

async function untilSite(server: ServerProcess, conferenceId: string): Promise<SiteState[]> {
  for (const deadline = Date.now() + 8_000; ;) {
    const sites = await server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`);
    if (sites.length > 1 || Date.now() > deadline) return sites;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

for (const mediaEncryption of [undefined, 'srtp-mand'] as const) {
  void t.test(
    `S3: number and PIN by keys, into the conference in the same call, ${mediaEncryption}`,
    async t => {
      const { server, folder, call } = await start(t);
      const clips = [path.join(folder, 'red.mp4'), path.join(folder, 'green.mp4')];
      await makePicture(clips[0]!, { colour: '0xc02020', width: 640, height: 360, seconds: 60 });
      await makePicture(clips[1]!, { colour: '0x20a030', width: 640, height: 360, seconds: 60 });
      const { conferenceId, number } = await server.createConference({ title: '会诊', pin: '4711' });
      const red = await call(`${number}*4711`, { toneHz: 440, clip: clips[0]!, user: 'red' });
      const guest = await call(access, {
        ...{ toneHz: 880, clip: clips[1]!, user: 'guest' },
        ...(mediaEncryption && { mediaEncryption }),
      });
      const file = path.join(folder, 'seen.png');
      await new Promise(resolve => setTimeout(resolve, 3_000));
      const asked = await screenOf(guest, file);
      t.ok(asked.isBlue, 'a picture of its own');
      t.ok(asked.letters > 0.002, `with text: ${asked.letters}`);
      const { sampleRate, samples } = await readWav((await guest.receivedAudio()).at(-1)!);
      const spoken = samples.slice(-2 * sampleRate);
      const loudness = Math.sqrt(spoken.reduce((sum, sample) => sum + sample * sample, 0) / spoken.length);
      t.ok(loudness > 0.01, `a voice: ${loudness}`);

      await press(guest, `${number}#`);
      await press(guest, '1234#');
      await new Promise(resolve => setTimeout(resolve, 500));
      const refused = await screenOf(guest, file);
      t.ok(refused.isBlue, 'a wrong PIN leads nowhere');
      t.ok(refused.letters > asked.letters * 1.3, `and is said: ${refused.letters}`);
      t.equal((await server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`)).length, 1);
      await press(guest, '4711#');
      t.match(await untilSite(server, conferenceId), [
        { name: 'red' },
        { name: 'guest', connection: 'connected' },
      ]);
      t.equal(await hueSeenBy(guest, 'red', file), 'red', 'sees the others');
      t.equal(await hueSeenBy(red, 'green', file), 'green', 'and is seen');
      await new Promise(resolve => setTimeout(resolve, 2_500));
      t.ok((await levelIn(guest, 440)) > audibleDb, 'hears the others');
      t.ok((await levelIn(red, 880)) > audibleDb, 'and is heard');
      t.equal(guest.events.filter(({ type }) => type === 'CALL_ESTABLISHED').length, 1, 'in one call');
    },
  );
}

void t.test('S3: who may creates a conference by keys; three wrong numbers end the call', async t => {
  const { server, call } = await start(t, { createFor: ['127.0.0.1'], listFor: ['127.0.0.1'] });
  const creator = await call(access, { user: 'creator', video: false });
  await press(creator, '0#2468#');
  let made: Conference[] = [];
  for (const deadline = Date.now() + 8_000; made[0]?.siteCount !== 1 && Date.now() < deadline;)
    made = await server.request<Conference[]>('GET', '/conferences').catch(() => []);
  t.match(made, [{ pin: '2468', siteCount: 1 }]);

  const lost = await call(access, { user: 'lost', video: false });
  await press(lost, '5#5#5#');
  await lost.waitFor('CALL_CLOSED', 8_000);
});
