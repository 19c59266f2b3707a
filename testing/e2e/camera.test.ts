import path from 'node:path';
import t from 'tap';
import type { SiteState } from '../../server/api/signalling.js';
import { axeViolations } from '../harness/axe.js';
import { RoomPage } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { Chromium } from '../peers/chromium.js';
import { ContentRoom } from '../peers/content-room.js';

/** Folder for pictures of the page, to be looked at by people. */
const shots = process.env.AMPHI_SCREENSHOTS;

void t.test('S4, S5: arrows of a room change its view; an operator moves its camera', async t => {
  // The room sends no picture, so it would count as gone.
  const config = { conference: { vanishedAfterS: 120 }, media: { portMin: 21_000, portMax: 21_999 } };
  const server = await ServerProcess.start({ config });
  t.teardown(() => server.close());
  const { number, conferenceId } = await server.createConference({ title: '云台 camera' });
  const room = await ContentRoom.dial('or-1', number, server.sipPort);
  t.teardown(() => room.close());
  const other = await ContentRoom.dial('or-2', number, server.sipPort);
  t.teardown(() => other.close());
  t.match(room.answer, /m=application [1-9]\d* RTP\/AVP 100\r\na=rtpmap:100 H224\/4800/);
  await room.camera.next('client list', ({ client, kind }) => client === 0 && kind === 1);

  const sites = await server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`);
  const idOf = (wanted: string) => sites.find(({ name }) => name === wanted)!.siteId;
  type Views = { watching: Record<string, string>; sites: Record<string, { layout: string }> };
  const until = async (what: string, is: (views: Views) => boolean) => {
    for (const deadline = Date.now() + 3_000; Date.now() < deadline;)
      if (is(await server.request<Views>('GET', `/conferences/${conferenceId}/views`))) return t.pass(what);
    t.fail(what);
  };
  const own = idOf('or-1');
  room.camera.tap('right');
  await until('right: the other site alone', ({ watching }) => watching[own] === idOf('or-2'));
  await new Promise(resolve => setTimeout(resolve, 200));
  room.camera.tap('left');
  await until('left: the conference again', ({ watching }) => watching[own] === undefined);
  await new Promise(resolve => setTimeout(resolve, 200));
  room.camera.tap('down');
  await until('down: the next layout', ({ sites }) => sites[own]?.layout === '1');

  const place = `/conferences/${conferenceId}/sites/${own}/camera`;
  await server.request('POST', place, { action: 'right', durationMs: 600 });
  await room.camera.next('STOP', ({ client, kind }) => client === 1 && kind === 3);
  await server.request('POST', `${place}/preset`, { preset: 4, store: true });
  await room.camera.next('STORE', ({ client, kind }) => client === 1 && kind === 6);
  const told = room.camera.messages.filter(({ client }) => client === 1);
  t.same(
    told.map(({ kind, rest }) => [kind, ...rest]),
    [
      [1, 0xc0, 0],
      [2, 0xc0],
      [3, 0xc0],
      [6, 0x40],
    ],
    'START right, CONTINUE, STOP; STORE 4',
  );
  t.notOk(
    other.camera.messages.some(({ client }) => client === 1),
    'nobody else is',
  );

  // By the console: held, let go; tapped by a key; a preset. The other room, of which nothing was asked before.
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const operator = new RoomPage(await chromium.participant(), 'Operator');
  await operator.signIn(server);
  const { page } = operator.participant;
  page.setDefaultTimeout(8_000);
  await page.goto(`${server.url}/console`);
  await page.getByText('云台 camera').first().click();
  await page
    .locator(`[data-site-id="${idOf('or-2')}"]`)
    .getByTestId('signal')
    .click();
  await page.locator('.streams').waitFor(); // what comes late would push the buttons away under the pointer
  const zoomIn = page.getByTestId('camera-zoomIn');
  await zoomIn.hover();
  await page.mouse.down();
  await other.camera.next(
    'START',
    ({ client, kind, rest }) => client === 1 && kind === 1 && rest[0] === 0x0c,
  );
  await page.mouse.up();
  await other.camera.next('STOP', ({ client, kind, rest }) => client === 1 && kind === 3 && rest[0] === 0x0c);
  await page.getByTestId('camera-up').focus();
  await page.keyboard.press('Enter');
  await other.camera.next(
    'START',
    ({ client, kind, rest }) => client === 1 && kind === 1 && rest[0] === 0x30,
  );
  await other.camera.next('STOP', ({ client, kind, rest }) => client === 1 && kind === 3 && rest[0] === 0x30);
  await page.getByTestId('camera-preset').selectOption('3');
  await page.getByTestId('camera-store').click();
  await page.getByText('preset 3').waitFor();
  await page.getByTestId('camera-recall').click();
  await other.camera.next(
    'ACTIVATE',
    ({ client, kind, rest }) => client === 1 && kind === 7 && rest[0] === 0x30,
  );
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, 'camera.png') });
  t.same(await axeViolations(page), []);
  t.same(operator.participant.errors, []);
});
