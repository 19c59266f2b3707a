import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { axeViolations } from '../harness/axe.js';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { SilentSite } from '../harness/silent-site.js';
import { Chromium } from '../peers/chromium.js';

/** Folder for pictures of the page, to be looked at by people. */
const shots = process.env.AMPHI_SCREENSHOTS;

void t.test('call records, report and statistics in the console', { timeout: 90_000 }, async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const { conferenceId, link } = await server.createConference({ title: 'Tumour board', number: '8001' });
  const doctor = await SilentSite.join(server, link, '王医生');
  const nurse = await SilentSite.join(server, link, 'Nurse');
  t.teardown(() => nurse.vanish());
  await sleep(2_500); // one look at their lines
  doctor.leave();

  const operator = new RoomPage(await chromium.participant(), 'Operator');
  await operator.signIn(server);
  const { page } = operator.participant;
  page.setDefaultTimeout(8_000);
  const look = async (name: string) => {
    t.same(await axeViolations(page), [], name);
    for (const language of ['en', 'zh']) {
      await page.getByTestId('language').click();
      await page.getByTestId(`language-${language}`).click();
      for (const [width, height] of [
        [1280, 800],
        [390, 844],
      ] as const) {
        await page.setViewportSize({ width, height });
        await until(page, `document.documentElement.scrollWidth <= ${width}`);
        if (shots !== undefined)
          await page.screenshot({ path: path.join(shots, `${name}-${language}-${width}.png`) });
      }
      await page.setViewportSize({ width: 1280, height: 800 });
    }
  };
  await page.goto(`${server.url}/console/records`);
  const record = page.getByTestId('call-record');
  await until(page, "document.querySelectorAll('[data-testid=call-record]').length === 2");
  await look('records');
  await page.getByTestId('records-result').selectOption('running');
  await page.getByTestId('records-find').click();
  await until(page, "document.querySelectorAll('[data-testid=call-record]').length === 1");
  t.match(await record.textContent(), /Nurse/);
  const downloading = page.waitForEvent('download');
  await page.getByTestId('records-csv').click();
  const csv = await readFile(await (await downloading).path(), 'utf8');
  t.equal(csv.trim().split('\r\n').length, 2, 'a head and the one that was searched for');
  t.match(csv, /Nurse,Tumour board,8001/);

  await page.getByTestId('open-report').click();
  await until(page, "document.querySelectorAll('[data-testid=report-site]').length === 2");
  t.match(await page.getByTestId('report-site').first().textContent(), /王医生/);
  await look('report');
  await page.emulateMedia({ media: 'print' });
  t.notOk(await page.getByTestId('tab-calendar').isVisible(), 'paper has no navigation');
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, 'report-print.png') });
  await page.emulateMedia({ media: 'screen' });
  await page.getByTestId('report-back').click();

  await page.getByTestId('records-usage').click();
  await page.getByTestId('usage').waitFor();
  t.match(await page.locator('.bar-chart').first().textContent(), /1$/, 'one conference');
  t.match(await page.locator('.bar-chart').nth(2).textContent(), /2$/, 'two sites at once');
  await page.getByTestId('usage-period').selectOption('month');
  await until(page, "document.querySelectorAll('.usage-table tbody tr').length === 12");
  await look('usage');
  await server.request('POST', `/conferences/${conferenceId}/end`);
});
