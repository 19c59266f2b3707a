import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { GraphNode } from '../../sfu/mixing/plan.js';
import type { SiteState } from '../../server/api/signalling.js';
import type { LayoutPicture, ViewWish } from '../../server/api/views.js';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { hueOf, meanColour, readPicture, type Picture } from '../judge/picture.js';
import { Baresip } from '../peers/baresip.js';
import { Chromium } from '../peers/chromium.js';
import { makePicture } from '../peers/clips.js';

const colours = { red: '0xc02020', green: '0x20a030', blue: '0x2040d0' };
type Colour = keyof typeof colours;
const picture = { width: 640, height: 360, frameRate: 25 };

async function meet(t: Test) {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-views-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const { number, conferenceId } = await server.createConference({ title: '会诊 views' });
  const rooms = {} as Record<Colour, Baresip>;
  const sites = {} as Record<Colour, string>;
  for (const colour of Object.keys(colours) as Colour[]) {
    const clip = path.join(folder, `${colour}.mp4`);
    await makePicture(clip, { colour: colours[colour], width: 640, height: 360, seconds: 60 });
    const room = await Baresip.start({ picture, clip, user: colour });
    t.teardown(() => room.close());
    await room.dial(`sip:${number}@127.0.0.1:${server.sipPort}`);
    rooms[colour] = room;
    // The room has its answer before the conference has the room.
    const deadline = Date.now() + 5_000;
    const listSites = () => server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`);
    let known = await listSites();
    while (known.length < Object.keys(rooms).length && Date.now() < deadline) known = await listSites();
    sites[colour] = known[Object.keys(rooms).length - 1]!.siteId;
  }
  const at = `/conferences/${conferenceId}`;
  return { server, at, folder, rooms, sites };
}

/** What `room` sees at points of its picture, once it is as wanted or time is up; and how long that took. */
async function sees(room: Baresip, points: [x: number, y: number][], wanted: string, folder: string) {
  const file = path.join(folder, 'seen.png');
  const startMs = Date.now();
  let seen = '';
  while (seen !== wanted && Date.now() - startMs < 12_000) {
    await room.snapshot(file);
    const image = await readPicture(file);
    seen = points.map(point => hueAt(image, point)).join(' ');
  }
  return { seen, ms: Date.now() - startMs };
}

function hueAt(image: Picture, [x, y]: [number, number]): string {
  return hueOf(meanColour(image, { x: x - 0.03, y: y - 0.03, width: 0.06, height: 0.06 }));
}

void t.test('M3: the operator changes views by REST, and the rooms see it', { timeout: 100_000 }, async t => {
  const { server, at, folder, rooms, sites } = await meet(t);
  const expectSeen = async (what: string, room: Baresip, points: [number, number][], wanted: string) => {
    const { seen, ms } = await sees(room, points, wanted, folder);
    t.equal(seen, wanted, `${what} (${ms} ms, the snapshot included)`);
  };
  const halves: [number, number][] = [
    [0.2, 0.55],
    [0.8, 0.55],
  ];
  await expectSeen('automatic: the two others', rooms.red, halves, 'green blue');

  const site = (colour: Colour) => ({ kind: 'site', siteId: sites[colour] }) as const;
  await server.request('PUT', `${at}/sites/${sites.red}/view`, {
    layout: 'side-by-side',
    tiles: [site('blue'), site('green')],
    fit: 'crop',
  });
  await expectSeen('colours swap', rooms.red, halves, 'blue green');
  await expectSeen('the others keep theirs', rooms.blue, halves, 'red green');

  await server.request('PUT', `${at}/view`, { layout: 'pip-top-left', tiles: [site('red')] });
  const inset: [number, number][] = [
    [0.6, 0.7],
    [0.15, 0.17],
  ];
  await expectSeen('an inset', rooms.blue, inset, 'red green');
  await expectSeen('nobody sees themselves large', rooms.green, [[0.6, 0.7]], 'red');

  await server.request('PUT', `${at}/broadcast`, { siteId: sites.green });
  await expectSeen('broadcast: all others see it', rooms.red, halves, 'green green');
  await expectSeen('and also', rooms.blue, [[0.6, 0.7]], 'green');
  await server.request('PUT', `${at}/broadcast`, { siteId: null });
  await server.request('DELETE', `${at}/sites/${sites.red}/view`);
  await server.request('PUT', `${at}/sites/${sites.red}/watch`, { siteId: sites.blue });
  await expectSeen('watch', rooms.red, halves, 'blue blue');

  await server.request('PUT', `${at}/sites/${sites.red}/sound`, { mouth: { muted: true } });
  await server.request('PUT', `${at}/sites/${sites.red}/sound`, { ear: { gainDb: -6 } });
  const told = await server.request<SiteState[]>('GET', `${at}/sites`);
  t.same(told.find(({ siteId }) => siteId === sites.red)!.sound, {
    mouth: { muted: true, gainDb: 0 },
    ear: { muted: false, gainDb: -6 },
  });
  await t.rejects(server.request('PUT', `${at}/sites/none/sound`, { mouth: { muted: true } }), /404/);
  await t.rejects(server.request('PUT', `${at}/sites/${sites.red}/sound`, { ear: { gainDb: 60 } }), /400/);

  const graph = await server.request<GraphNode[]>('GET', `${at}/graph`);
  const kinds = new Set(graph.map(({ kind }) => kind));
  t.same(kinds, new Set(['decode', 'scale', 'canvas', 'encode']));
  t.ok(graph.filter(({ kind }) => kind === 'decode').every(({ users }) => users.length > 0));
  t.ok(graph.some(({ users }) => users.includes(`room:${sites.red}`)));
});

void t.test('a view stays for later, wrong ones are refused, and all layouts are told', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const { conferenceId } = await server.createConference({ title: 'Views' });
  const at = `/conferences/${conferenceId}`;
  t.match(await server.request<ViewWish>('GET', `${at}/view`), { layout: 'auto', labels: true });
  await server.request('PUT', `${at}/view`, { layout: '5+1', labels: false });
  t.match(await server.request<ViewWish>('GET', `${at}/view`), {
    layout: '5+1',
    labels: false,
    content: true,
  });
  const inTurn = { kind: 'round-robin', everyS: 5 } as const;
  const turning = await server.request<ViewWish>('PUT', `${at}/view`, { layout: '4', tiles: [inTurn] });
  t.same(turning.tiles, [inTurn], 'every kind of tile is taken');
  await t.rejects(server.request('PUT', `${at}/view`, { layout: '77' }), /400/);
  await t.rejects(
    server.request('PUT', `${at}/view`, { tiles: [{ kind: 'round-robin', everyS: 0 }] }),
    /400/,
  );
  await t.rejects(server.request('PUT', `${at}/broadcast`, { siteId: 'x' }), /409/);
  await t.rejects(server.request('GET', '/conferences/none/view'), /404/);
  const stranger = await fetch(`${server.url}/api/v1${at}/view`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  t.equal(stranger.status, 401);
  const layouts = await server.request<LayoutPicture[]>('GET', '/layouts');
  t.ok(layouts.length >= 20);
  t.equal(layouts.find(({ layout }) => layout === '24')!.tiles.length, 24);
});

void t.test('the operator picks a layout on the page, by keyboard; nobody else is offered it', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const { link, conferenceId } = await server.createConference({ title: '布局' });
  const camera = { colour: '#c02020', label: 'red', width: 640, height: 360, toneHz: 440 };
  const operator = new RoomPage(await chromium.participant({ camera }), 'Operator');
  await operator.signIn(server);
  await operator.join(server, link);
  const guest = new RoomPage(await chromium.participant({ camera }), 'Guest');
  await guest.join(server, link);
  const { page } = operator.participant;
  await operator.click('more');
  await operator.click('layout');
  await until(page, "document.querySelectorAll('.layout-option svg rect').length > 100");
  await page.getByTestId('layout-auto').focus();
  await page.keyboard.press('ArrowRight');
  const viewOf = () => server.request<ViewWish>('GET', `/conferences/${conferenceId}/view`);
  await until(page, "document.querySelector('[data-testid=layout-1]').checked");
  t.equal((await viewOf()).layout, '1');
  await page.getByTestId('layout-5+1').check({ force: true });
  await page.getByTestId('view-labels').uncheck();
  await until(page, "!document.querySelector('[data-testid=view-labels]').checked");
  t.match(await viewOf(), { layout: '5+1', labels: false });
  const offered = await page.getByTestId('view-broadcast').locator('option').allTextContents();
  t.ok(offered.includes('Guest'), offered.join());
  t.same(operator.participant.errors, []);

  await page.setViewportSize({ width: 360, height: 640 });
  const overflow = await page.evaluate(() => {
    const dialog = (
      globalThis as unknown as {
        document: { querySelector(s: string): { scrollWidth: number; clientWidth: number } };
      }
    ).document.querySelector('dialog');
    return dialog.scrollWidth - dialog.clientWidth;
  });
  t.equal(overflow, 0, 'a phone shows it without scrolling sideways');
  await guest.click('more');
  t.equal(await guest.participant.page.getByTestId('layout').count(), 0);
});
