import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { AddressEntry } from '../../server/api/address-book-operations.js';
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

void t.test(
  'the address book is kept in the console, and a group of it called',
  { timeout: 90_000 },
  async t => {
    const server = await ServerProcess.start({
      config: { sip: { dialOut: { allow: ['192.0.2.3', '192.0.2.7'] } } },
    });
    t.teardown(() => server.close());
    const chromium = await Chromium.start();
    t.teardown(() => chromium.close());
    const operator = new RoomPage(await chromium.participant(), 'Operator');
    await operator.signIn(server);
    const { page } = operator.participant;
    page.setDefaultTimeout(8_000);
    const press = (testId: string) => page.getByTestId(testId).click();
    const fill = (testId: string, text: string) => page.getByTestId(testId).fill(text);
    const entry = page.getByTestId('entry');
    const isShown = (count: number) =>
      until(page, `document.querySelectorAll('[data-testid=entry]').length === ${count}`);
    const isClosed = () => until(page, "document.querySelector('dialog') === null");
    const book = async () =>
      (await server.request<{ entries: AddressEntry[] }>('GET', '/address-book')).entries.map(
        ({ displayName, addresses, groups }) => ({ displayName, addresses, groups }),
      );
    /** Neither page nor dialog may be wider than the screen. */
    const look = async (name: string) => {
      t.same(await axeViolations(page), [], name);
      for (const [width, height] of [
        [390, 844],
        [1280, 800],
      ] as const) {
        await page.setViewportSize({ width, height });
        await until(page, `document.documentElement.scrollWidth <= ${width}`);
        const boxes = '.console-page, .dialog-content';
        await until(
          page,
          `[...document.querySelectorAll('${boxes}')].every(box => box.scrollWidth <= box.clientWidth)`,
        );
        if (shots !== undefined) await page.screenshot({ path: path.join(shots, `${name}-${width}.png`) });
      }
    };

    await page.goto(`${server.url}/console/address-book`);
    await page.getByTestId('empty-state').waitFor();
    await look('book-empty');
    await press('entry-new');
    await fill('entry-name', '手术室 3');
    await fill('entry-addresses', 'or-3@192.0.2.3\n8003');
    await look('book-entry');
    await page.getByTestId('entry-name').press('Enter');
    await isClosed();
    await isShown(1);
    t.match(await entry.textContent(), /手术室 3.*or-3@192\.0\.2\.3, 8003.*state unknown/s);

    await press('book-import');
    const bring = async (csv: string) => {
      const file = { name: 'book.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) };
      await page.getByTestId('import-file').setInputFiles(file);
      await press('import-submit');
    };
    const head = 'name,addresses,institution,groups\r\n';
    await bring('Aula;8001');
    await page.getByText('no CSV file with the header').waitFor();
    await bring(`${head}Aula,aula@192.0.2.7,,Teaching\r\nNowhere,,,\r\n,1,,\r\nFar,1,none,\r\n`);
    const faults = page.getByTestId('import-faults').locator('li');
    await faults.first().waitFor();
    const told = await faults.allTextContents();
    t.match(told, [/Row 3.*Nowhere.*address/s, /Row 4.*name/s, /Row 5.*Far.*institution/s]);
    t.equal((await book()).length, 1, 'nothing was taken');
    await look('book-import');
    await bring(`${head}Aula,aula@192.0.2.7,,Teaching\r\nRadiology,192.0.2.8,,\r\n`);
    await isClosed();
    await isShown(3);

    await fill('entry-search', 'radio');
    await isShown(1);
    await press('entry-edit');
    await fill('entry-addresses', '192.0.2.9');
    await press('entry-save');
    await isClosed();
    await until(page, "document.querySelector('[data-testid=entry]').textContent.includes('192.0.2.9')");
    await fill('entry-search', '');
    await isShown(3);

    await press('group-new');
    await fill('group-name', 'Surgery');
    const member = page.getByTestId('group-member');
    for (const name of ['手术室 3', 'Aula'])
      await member.filter({ hasText: name }).getByRole('checkbox').check();
    await look('book-group');
    await press('group-save');
    await isClosed();
    await isShown(2);
    await press('group-edit');
    await fill('group-name', 'Teaching');
    t.ok(await page.getByTestId('group-save').isDisabled(), 'that name is taken');
    await fill('group-name', 'Surgery live');
    await press('group-save');
    await isClosed();
    await isShown(2);
    t.same(await book(), [
      { displayName: 'Aula', addresses: ['aula@192.0.2.7'], groups: ['Teaching', 'Surgery live'] },
      { displayName: 'Radiology', addresses: ['192.0.2.9'], groups: [] },
      { displayName: '手术室 3', addresses: ['or-3@192.0.2.3', '8003'], groups: ['Surgery live'] },
    ]);
    const downloading = page.waitForEvent('download');
    await press('book-export');
    const csv = await readFile(await (await downloading).path(), 'utf8');
    t.match(csv, 'Aula,aula@192.0.2.7,,Teaching;Surgery live\r\n');

    const conferences = () =>
      server.request<{ conferenceId: string; title: string }[]>('GET', '/conferences');
    await fill('entry-search', 'radio');
    await page.getByTestId('book-group-choice').first().click();
    await isShown(1);
    await press('entry-call');
    await press('call-now');
    await page.getByText('192.0.2.9 may not be called').waitFor();
    await page.keyboard.press('Escape');
    await isClosed();
    for (let tries = 0; tries < 50 && (await conferences()).length > 0; tries++) await sleep(100);
    t.same(await conferences(), [], 'what was made for that call is taken back');
    await fill('entry-search', '');
    await page.getByTestId('book-group-choice').filter({ hasText: 'Surgery' }).click();
    await isShown(2);

    await press('group-call');
    await look('book-call');
    await press('call-now'); // into a new one, since there is none
    await page.getByTestId('call').waitFor();
    const [conference] = await conferences();
    t.match(page.url(), new RegExp(`/console/${conference!.conferenceId}$`));
    t.equal(conference!.title, 'Surgery live');
    const calls = await server.request<OutgoingCall[]>(
      'GET',
      `/conferences/${conference!.conferenceId}/calls`,
    );
    t.same(calls.map(({ address }) => address).sort(), ['sip:aula@192.0.2.7', 'sip:or-3@192.0.2.3']);

    await press('tab-address-book');
    await entry.first().waitFor();
    for (const [language, scheme] of [
      ['en', 'light'],
      ['zh', 'dark'],
    ] as const) {
      await page.evaluate(`localStorage.setItem('amphi.language', '${language}')`);
      await page.emulateMedia({ colorScheme: scheme });
      await page.reload();
      await isShown(3);
      await look(`book-${language}-${scheme}`);
    }
    await entry.filter({ hasText: 'Radiology' }).getByTestId('entry-edit').click();
    await press('entry-delete');
    await press('confirm');
    await isShown(2);
  },
);
