import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import type { Conference } from '../../server/api/rest.js';
import type { SiteState } from '../../server/api/signalling.js';
import { ServerProcess } from '../harness/server-process.js';
import { Baresip } from '../peers/baresip.js';
import { makePicture } from '../peers/clips.js';
import { ContentRoom } from '../peers/content-room.js';

void t.test('S4: keys of a room change its own view, its microphone, and say so in its picture', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-keys-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  // The room sends no picture, so it would count as gone.
  const server = await ServerProcess.start({
    config: {
      conference: { vanishedAfterS: 120 },
      media: { portMin: 21_000, portMax: 21_999 },
    },
  });
  t.teardown(() => server.close());
  const { number, conferenceId } = await server.createConference({ title: '按键 keys', chairPin: '2468' });
  const room = await ContentRoom.dial('or-1', number, server.sipPort);
  t.teardown(() => room.close());
  const others: Baresip[] = [];
  for (const [user, colour] of [
    ['red', '0xc02020'],
    ['green', '0x20a030'],
  ] as const) {
    const clip = path.join(folder, `${user}.mp4`);
    await makePicture(clip, { colour, width: 640, height: 360, seconds: 60 });
    const other = await Baresip.start({ picture: { width: 640, height: 360, frameRate: 25 }, clip, user });
    t.teardown(() => other.close());
    others.push(other);
    await other.dial(`sip:${number}@127.0.0.1:${server.sipPort}`);
  }
  const { picture } = room;
  const isRed = ([, , cr]: readonly number[]) => cr! > 180;
  const isGreen = ([, cb, cr]: readonly number[]) => cb! < 120 && cr! < 100;
  const left = () => picture.colourAt(100, 200);
  const right = () => picture.colourAt(540, 200);
  const press = (digit: string) => room.info('application/dtmf-relay', `Signal=${digit}\r\nDuration=160\r\n`);
  await picture.until('both beside each other', () => isRed(left()) && isGreen(right()), 10_000);
  press('6');
  await picture.until('red alone', () => isRed(left()) && isRed(right()), 5_000);
  press('6');
  await picture.until('green alone', () => isGreen(left()) && isGreen(right()), 5_000);
  press('5');
  await picture.until('the conference again', () => isRed(left()) && isGreen(right()), 5_000);

  press('0');
  const bright = () => {
    const luma = picture.surface.planes[0];
    let count = 0;
    for (let y = 20; y < 200; y++) for (let x = 20; x < 320; x++) if (luma[y * 640 + x]! > 150) count++;
    return count;
  };
  await picture.until('the help', () => bright() > 800, 5_000);
  press('1');
  const isMuted = async () => {
    const sites = await server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`);
    const own = sites.find(({ name }) => name === 'or-1');
    return own?.streams.find(({ source }) => source === 'microphone')?.paused;
  };
  const soon = async (is: () => Promise<boolean | undefined>) => {
    for (const deadline = Date.now() + 3_000; !(await is()) && Date.now() < deadline;);
    return is();
  };
  t.equal(await soon(isMuted), true, 'its microphone is off');

  // The chair's keys do nothing to others before its PIN was given, a wrong one is told.
  const sites = () => server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`);
  const othersMuted = async () =>
    (await sites()).filter(({ name }) => name !== 'or-1').every(({ sound }) => sound.mouth.muted);
  const isChair = async () => (await sites()).find(({ name }) => name === 'or-1')?.chair;
  for (const digit of '7*1357#7') press(digit);
  await new Promise(resolve => setTimeout(resolve, 500));
  t.same([await isChair(), await othersMuted()], [false, false]);
  for (const digit of '*2468#') press(digit);
  t.equal(await soon(isChair), true);
  press('7');
  t.equal(await soon(othersMuted), true, 'all others are muted');
  press('9');
  const isLocked = async () =>
    (await server.request<Conference>('GET', `/conferences/${conferenceId}`)).locked;
  t.equal(await soon(isLocked), true);
  press('8');
  await picture.until('the text of the help has gone', () => bright() < 800, 5_000);
});
