import path from 'node:path';
import t, { type Test } from 'tap';
import type { Page } from 'playwright-core';
import type { SiteState } from '../../server/api/signalling.js';
import type { ConferenceViews, ViewWish } from '../../server/api/views.js';
import { axeViolations } from '../harness/axe.js';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { SilentSite } from '../harness/silent-site.js';
import { Chromium } from '../peers/chromium.js';

/** Folder for pictures of the page, to be looked at by people. */
const shots = process.env.AMPHI_SCREENSHOTS;

async function open(t: Test, options: Parameters<Chromium['participant']>[0] = {}) {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const operator = await openConsole(server, chromium, options);
  return { server, ...operator };
}

async function openConsole(
  server: ServerProcess,
  chromium: Chromium,
  options: Parameters<Chromium['participant']>[0] = {},
) {
  const operator = new RoomPage(await chromium.participant(options), 'Operator');
  await operator.signIn(server);
  const { page } = operator.participant;
  page.setDefaultTimeout(8_000);
  await page.goto(`${server.url}/console`);
  await until(page, "document.querySelector('[data-testid=console]')?.dataset.line === 'live'");
  return { operator, page };
}

async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, `${name}.png`) });
}

const names = ['手术室 1', 'Aula', 'Radiology'];

void t.test('an operator looks after a conference', { timeout: 120_000 }, async t => {
  const { server, page, operator } = await open(t);
  await until(page, "document.querySelector('[data-testid=empty-state]') !== null");
  const { conferenceId, link } = await server.createConference({ title: '手术示教 Surgery live' });
  await page.locator('[data-testid=entry]').waitFor();
  const sites: SilentSite[] = [];
  for (const name of names) sites.push(await SilentSite.join(server, link, name));
  t.teardown(() => sites.forEach(site => site.vanish()));
  await page.getByTestId('wall-card').click();
  await until(page, "document.querySelectorAll('[data-testid=site]').length === 3");
  t.equal(new URL(page.url()).pathname, `/console/${conferenceId}`);
  const at = `/conferences/${conferenceId}`;
  const rest = <T>(resource: string) => server.request<T>('GET', at + resource);
  const row = (n: number) => page.locator(`[data-site-id="${sites[n]!.siteId}"]`);
  const soundOf = async (n: number) =>
    (await rest<SiteState[]>('/sites')).find(({ siteId }) => siteId === sites[n]!.siteId)!.sound;

  await row(0).getByTestId('mouth').click();
  await row(0).locator('[data-testid=mouth].off').waitFor();
  t.equal((await soundOf(0)).mouth.muted, true);
  await row(1).getByTestId('ear').click();
  await row(1).locator('[data-testid=ear].off').waitFor();
  t.equal((await soundOf(1)).ear.muted, true);

  await row(2).getByTestId('broadcast').click();
  await row(2).locator('[data-testid=broadcast][aria-pressed=true]').waitFor();
  t.equal((await rest<ConferenceViews>('/views')).broadcast, sites[2]!.siteId);
  await row(2).getByTestId('broadcast').click();
  await row(2).locator('[data-testid=broadcast][aria-pressed=false]').waitFor();

  await row(0).getByTestId('watch').selectOption('Aula');
  await row(0).getByText('Watches Aula').waitFor();
  t.same((await rest<ConferenceViews>('/views')).watching, { [sites[0]!.siteId]: sites[1]!.siteId });

  // The layout, by its picture.
  await page.getByTestId('choose-layout').click();
  await page.getByTestId('layout-5+1').check({ force: true });
  await page.keyboard.press('Escape');
  await page.locator('[data-testid=board][data-layout="5+1"]').waitFor();
  // A site is dragged into a tile; from there into another, it changes places.
  const tile = (place: number) => page.locator(`[data-testid=tile][data-place="${place}"]`);
  const [or1, aula] = [`site:${sites[0]!.siteId}`, `site:${sites[1]!.siteId}`];
  await row(0).locator('.site-name').dragTo(tile(0));
  await tile(0)
    .and(page.locator(`[data-choice="${or1}"]`))
    .waitFor();
  await row(1).locator('.site-name').dragTo(tile(2));
  await tile(2)
    .and(page.locator(`[data-choice="${aula}"]`))
    .waitFor();
  t.match((await rest<ViewWish>('/view')).tiles, [
    { kind: 'site', siteId: sites[0]!.siteId },
    { kind: 'join-order' },
    { kind: 'site', siteId: sites[1]!.siteId },
  ]);
  await row(1).locator('.site-name').dragTo(tile(0));
  await tile(0)
    .and(page.locator(`[data-choice="${aula}"]`))
    .waitFor();
  await tile(2)
    .and(page.locator(`[data-choice="${or1}"]`))
    .waitFor();
  // The same by keyboard alone.
  await tile(1).getByTestId('tile-choice').focus();
  await page.keyboard.press('i'); // "In turn"
  await tile(1).and(page.locator('[data-choice=round-robin]')).waitFor();
  t.match((await rest<ViewWish>('/view')).tiles[1], { kind: 'round-robin' });

  await page.getByTestId('mute-all').click();
  await until(page, "document.querySelectorAll('[data-testid=mouth].off').length === 3");
  t.ok((await rest<SiteState[]>('/sites')).every(({ sound }) => sound.mouth.muted));

  await row(1).getByTestId('signal').click();
  await row(1).getByTestId('site-details').waitFor();
  await row(1).getByRole('slider').first().fill('6');
  await until(page, "document.querySelector('[data-testid=site-details]').textContent.includes('+6 dB')");
  for (let n = 0; n < 50 && (await soundOf(1)).mouth.gainDb !== 6; n++) await page.waitForTimeout(50);
  t.equal((await soundOf(1)).mouth.gainDb, 6);
  await shoot(page, 'console-details');
  t.same(await axeViolations(page), []);

  await row(2).getByTestId('hang-up').click();
  await until(page, "document.querySelectorAll('[data-testid=site]').length === 2");
  t.equal((await rest<SiteState[]>('/sites')).length, 2);

  // A site's network is gone: an alarm says what to do.
  sites[1]!.vanish();
  const alarm = page.locator('[data-testid=alarm][data-kind=site-lost]');
  await alarm.waitFor();
  t.match(await alarm.textContent(), /Aula is cut off.*call it again/s);
  await shoot(page, 'console-alarm');
  t.same(await axeViolations(page), [], 'with an alarm');
  await alarm.getByTestId('alarm-seen').click();
  await alarm.waitFor({ state: 'detached' });

  await page.getByTestId('conference-more').click();
  await page.getByTestId('lock').click();
  await page.locator('.conference-title').getByText('Locked').waitFor();
  await t.rejects(SilentSite.join(server, link, 'Late'), 'nobody comes in any more');
  await page.getByTestId('call').click();
  await page.getByTestId('call-addresses').fill('sip:nobody@127.0.0.1:9');
  await page.getByTestId('call-submit').click();
  t.match(await page.getByTestId('call-dialog').getByRole('alert').textContent(), /may not be called/);
  await shoot(page, 'console-call');
  await page.keyboard.press('Escape');
  await page.getByTestId('conference-more').click();
  await page.getByTestId('end').click();
  await page.getByTestId('confirm').click();
  await page.getByTestId('wall').waitFor();
  await until(page, "document.querySelectorAll('[data-testid=entry]').length === 0");
  const unexpected = operator.participant.errors.filter(text => !/status of 403 .*\/calls/.test(text));
  t.same(unexpected, [], 'no error but that of the room that may not be called');
});
