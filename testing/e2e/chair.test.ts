import path from 'node:path';
import t from 'tap';
import type { JournalEntry } from '../../server/api/life.js';
import type { SiteState } from '../../server/api/signalling.js';
import { axeViolations } from '../harness/axe.js';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { SilentSite } from '../harness/silent-site.js';
import { Chromium } from '../peers/chromium.js';

/** Folder for pictures of the page, to be looked at by people. */
const shots = process.env.AMPHI_SCREENSHOTS;

void t.test('X1: a guest who knows the PIN of the chair runs the conference from the page', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const { conferenceId, link, hasChairPin } = await server.createConference({
    ...{ title: '病例讨论 Case', chairPin: '135790' },
  });
  t.equal(hasChairPin, true);
  const ward = await SilentSite.join(server, link, 'Ward');
  t.teardown(() => ward.vanish());
  const guest = new RoomPage(await chromium.participant({ viewport: { width: 390, height: 844 } }), '张医生');
  await guest.join(server, link);
  const { page } = guest.participant;
  const menu = page.getByTestId('more-narrow');
  const site = async (name: string) =>
    (await server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`)).find(
      site => site.name === name,
    )!;

  await menu.click();
  t.equal(await page.getByTestId('mute-others').count(), 0, 'a guest mutes nobody');
  await page.getByTestId('chair').last().click();
  await page.getByTestId('chair-pin').fill('111111');
  await page.getByTestId('chair-submit').click();
  await page.getByTestId('chair-dialog').getByRole('alert').waitFor();
  t.equal((await site('张医生')).chair, false);
  t.same(await axeViolations(page), []);
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, 'chair-wrong.png') });
  await page.getByTestId('chair-pin').fill('135790');
  await page.keyboard.press('Enter');
  await page.getByTestId('chair-dialog').waitFor({ state: 'detached' });
  t.equal((await site('张医生')).chair, true);

  await menu.click();
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, 'chair-menu.png') });
  t.ok(
    await page.evaluate<boolean>("document.querySelector('[role=menu]').getBoundingClientRect().left >= 0"),
    'the menu is on the screen as a whole',
  );
  await page.getByTestId('mute-others').last().click();
  for (
    const deadline = Date.now() + 3_000;
    Date.now() < deadline && !(await site('Ward')).sound.mouth.muted;
  );
  t.equal((await site('Ward')).sound.mouth.muted, true);
  t.equal((await site('张医生')).sound.mouth.muted, false, 'but not itself');
  await menu.click();
  await page.getByTestId('lock').last().click();
  await until(page, "document.querySelectorAll('[role=menu]').length === 0");
  await t.rejects(SilentSite.join(server, link, 'Late'), 'nobody comes in any more');
  const journal = await server.request<JournalEntry[]>('GET', `/conferences/${conferenceId}/journal`);
  t.match(
    journal.filter(({ kind }) => kind === 'chair' || kind === 'locked'),
    [
      { kind: 'chair', by: { name: '张医生' } },
      { kind: 'locked', by: { name: '张医生' } },
    ],
  );
  t.notMatch(JSON.stringify([journal, await server.request('GET', '/conferences')]), '135790');
});
