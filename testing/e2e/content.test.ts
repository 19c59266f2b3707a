import fs from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import type { SiteState } from '../../server/api/signalling.js';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { dissect } from '../judge/tshark.js';
import { hueOf, meanColour, readPicture } from '../judge/picture.js';
import { Baresip } from '../peers/baresip.js';
import { stateOf } from '../peers/bfcp-client.js';
import { makePicture } from '../peers/clips.js';
import { Chromium } from '../peers/chromium.js';
import { ContentRoom } from '../peers/content-room.js';
import type { SyntheticViewer } from '../synthetic/synthetic-viewer.js';

/** Y, Cb, Cr */
const blue = [60, 200, 100] as const;
const green = [100, 90, 70] as const;

const isOrange = (viewer: SyntheticViewer) => {
  const [, cb, cr] = viewer.colourAt(160, 60);
  return cb < 100 && cr > 150;
};
const near = (viewer: SyntheticViewer, wanted: readonly number[], x = 320, y = 180) =>
  viewer.colourAt(x, y).every((value, n) => Math.abs(value - wanted[n]!) < 30);

void t.test(
  'M4: content goes between rooms and browsers, with the floor, one at a time',
  { timeout: 90_000 },
  async t => {
    const folder = await mkdtemp(path.join(tmpdir(), 'amphi-content-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const server = await ServerProcess.start();
    t.teardown(() => server.close());
    const { number, link } = await server.createConference({ title: '内容 content' });

    const room = await ContentRoom.dial('or-1', number, server.sipPort);
    t.teardown(() => room.close());
    t.match(room.answer, /m=video [1-9]\d* RTP\/AVP 97[^]*a=content:slides/);
    t.match(room.answer, /m=application [1-9]\d* UDP\/BFCP \*[^]*a=floorctrl:s-only[^]*a=floorid:1 mstrm:3/);
    t.match(room.answer, /a=label:3/);
    await room.floor.hello();
    await room.floor.queryFloor(1);

    const chromium = await Chromium.start();
    t.teardown(() => chromium.close());
    const camera = { colour: '#c02020', label: 'red', width: 640, height: 360, toneHz: 440 };
    const browser = new RoomPage(await chromium.participant({ camera }), 'Expert');
    await browser.join(server, link);
    const old = await Baresip.start({ picture: { width: 640, height: 360, frameRate: 25 }, user: 'ward' });
    t.teardown(() => old.close());
    await old.dial(`sip:${number}@127.0.0.1:${server.sipPort}`);

    // The browser shares: it is content for the room, on the content stream.
    const watching = await room.watchContent();
    await browser.click('share');
    const toRoomMs = await watching.until(
      'the screen on the content stream',
      () => isOrange(watching),
      20_000,
    );
    const told = await room.floor.next('others present', message => stateOf(message)?.user === 1);
    t.equal(stateOf(told)!.status, 3, 'FloorStatus: granted to the others');
    t.notOk(isOrange(room.picture), 'not in its picture');
    t.comment(`shared screen on the room's content stream after ${Math.round(toRoomMs)} ms`);

    // The room takes the floor: everybody sees its content, the browser's sharing ends.
    await room.floor.requestFloor(1);
    await room.floor.next(
      'granted',
      message => stateOf(message)?.user === 2 && stateOf(message)?.status === 3,
    );
    await room.sendContent(blue);
    const seen = await browser.movingPicture('or-1', 15_000, 'content');
    t.equal(hueOf(seen.colour), 'blue', 'the browser sees the room’s content');
    await until(browser.participant.page, "document.querySelectorAll('[data-source=content]').length <= 1");
    const file = path.join(folder, 'old.png');
    let hue = '';
    for (const deadline = Date.now() + 12_000; hue !== 'blue' && Date.now() < deadline;) {
      await old.snapshot(file);
      const image = await readPicture(file);
      hue = hueOf(meanColour(image, { x: 0.2, y: 0.25, width: 0.1, height: 0.1 }));
    }
    t.equal(hue, 'blue', 'a room without content has it inside its picture');

    // A second room with content takes it from the first.
    const second = await ContentRoom.dial('or-2', number, server.sipPort);
    t.teardown(() => second.close());
    const secondSees = await second.watchContent();
    await secondSees.until('content of room 1', () => near(secondSees, blue), 10_000);
    await second.floor.requestFloor(1);
    await room.floor.next('revoked', message => stateOf(message)?.status === 7);
    await second.sendContent(green);
    const firstSees = await room.watchContent();
    await firstSees.until('content of room 2', () => near(firstSees, green), 10_000);

    const wire = [...room.floor.wireAsVersion1, ...second.floor.wireAsVersion1];
    const judged = await dissect('bfcp', wire, ['bfcp.primitive', '_ws.malformed']);
    t.equal(judged.length, wire.length);
    t.same(new Set(judged.map(([, malformed]) => malformed)), new Set(['']));
    t.same(
      judged.map(([primitive]) => Number(primitive)),
      wire.map(({ data }) => data[1]),
    );
  },
);

void t.test('S4: keys of a room change its own view, its microphone, and say so in its picture', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-keys-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  // The room sends no picture, so it would count as gone.
  const server = await ServerProcess.start({ config: { conference: { vanishedAfterS: 120 } } });
  t.teardown(() => server.close());
  const { number, conferenceId } = await server.createConference({ title: '按键 keys' });
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

  // The plate is darker than the red of the tile below it.
  await picture.until('no text any more', () => isRed(picture.colourAt(30, 110)), 8_000);
  press('0');
  const bright = () => {
    const luma = picture.surface.planes[0];
    let count = 0;
    for (let y = 20; y < 200; y++) for (let x = 20; x < 320; x++) if (luma[y * 640 + x]! > 200) count++;
    return count;
  };
  await picture.until('the help', () => bright() > 800, 5_000);
  if (process.env['DUMP'])
    fs.writeFileSync(process.env['DUMP'], Buffer.concat(picture.surface.planes.map(p => Buffer.from(p))));
  press('1');
  const isMuted = async () => {
    const sites = await server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`);
    const own = sites.find(({ name }) => name === 'or-1');
    return own?.streams.find(({ source }) => source === 'microphone')?.paused;
  };
  const deadline = Date.now() + 3_000;
  while (!(await isMuted()) && Date.now() < deadline);
  t.equal(await isMuted(), true, 'its microphone is off');
  press('8');
  await picture.until('the text of the help has gone', () => bright() < 800, 5_000);
});
