import path from 'node:path';
import t from 'tap';
import type { OutgoingCall } from '../../server/api/outgoing-calls.js';
import { axeViolations } from '../harness/axe.js';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { SilentSite } from '../harness/silent-site.js';
import { Chromium } from '../peers/chromium.js';

/** Folder for pictures of the page, to be looked at by people. */
const shots = process.env.AMPHI_SCREENSHOTS;

void t.test('a group of the address book is called from the console', { timeout: 90_000 }, async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const account = { institutionId: null, aliases: [] };
  await server.request('POST', '/sip-accounts', { ...account, accountName: 'or-3', displayName: 'OR 3' });
  const book: [string, string, string[]][] = [
    ['手术室 3', 'or-3', ['Surgery']],
    ['Aula', 'aula@192.0.2.7', ['Surgery', 'Teaching']],
    ['Radiology', '192.0.2.8', []],
  ];
  for (const [displayName, address, groups] of book) {
    const body = { displayName, institutionId: null, addresses: [address], groups };
    await server.request('POST', '/address-book', body);
  }
  const { conferenceId, link } = await server.createConference({ title: 'Surgery live' });
  const site = await SilentSite.join(server, link, 'Somebody');
  t.teardown(() => site.vanish());
  const operator = new RoomPage(await chromium.participant(), 'Operator');
  await operator.signIn(server);
  const { page } = operator.participant;
  page.setDefaultTimeout(8_000);
  await page.goto(`${server.url}/console/${conferenceId}`);
  await page.getByTestId('call').click();
  const entry = page.getByTestId('book-entry');
  await until(page, "document.querySelectorAll('[data-testid=book-entry]').length === 3");
  t.match(await entry.filter({ hasText: '手术室 3' }).textContent(), /offline/);
  t.match(await entry.filter({ hasText: 'Radiology' }).textContent(), /unknown/);
  await page.getByTestId('book-search').fill('radio');
  await until(page, "document.querySelectorAll('[data-testid=book-entry]').length === 1");
  await page.getByTestId('book-search').fill('');
  await page.getByTestId('book-group').selectOption('Surgery');
  await until(page, "document.querySelectorAll('[data-testid=book-entry]').length === 2");
  await page.getByTestId('book-choose-group').click();
  t.same(await axeViolations(page), []);
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, 'address-book.png') });
  await page.setViewportSize({ width: 390, height: 844 });
  await until(page, 'document.documentElement.scrollWidth <= 390');
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, 'address-book-phone.png') });
  await entry.filter({ hasText: 'Aula' }).getByRole('checkbox').uncheck();
  await page.getByTestId('call-submit').click();
  await page.getByTestId('call-dialog').waitFor({ state: 'detached' });
  const calls = await server.request<OutgoingCall[]>('GET', `/conferences/${conferenceId}/calls`);
  t.same(
    calls.map(({ displayName }) => displayName),
    ['手术室 3'],
    'who was chosen, and nobody else',
  );
  t.match(calls[0]!.address, /^sip:or-3@/);
});
