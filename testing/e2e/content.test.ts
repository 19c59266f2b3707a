import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { dissect } from '../judge/tshark.js';
import { hueOf, meanColour, readPicture } from '../judge/picture.js';
import { Baresip } from '../peers/baresip.js';
import { stateOf } from '../peers/bfcp-client.js';
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
    const server = await ServerProcess.start({ config: { media: { portMin: 21_000, portMax: 21_999 } } });
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
