import path from 'node:path';
import t from 'tap';
import type { Page } from 'playwright-core';
import type { Conference } from '../../server/api/rest.js';
import type { ScheduleState } from '../../server/api/schedule.js';
import { axeViolations } from '../harness/axe.js';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { Chromium } from '../peers/chromium.js';

/** Folder for pictures of the page, to be looked at by people. */
const shots = process.env.AMPHI_SCREENSHOTS;

async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, `${name}.png`) });
}

/** Not wider than the window: nobody has to push it sideways. */
const fits = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

void t.test(
  'an operator plans, moves and cancels a conference in the calendar',
  { timeout: 120_000 },
  async t => {
    const server = await ServerProcess.start();
    t.teardown(() => server.close());
    const chromium = await Chromium.start();
    t.teardown(() => chromium.close());
    const operator = new RoomPage(await chromium.participant({ timeZone: 'Asia/Shanghai' }), 'Operator');
    await operator.signIn(server);
    const { page } = operator.participant;
    page.setDefaultTimeout(8_000);
    // Tomorrow at nine in Shanghai, whatever the hour is here.
    const tomorrow = new Date(Date.now() + (24 + 8) * 3_600_000).toISOString().slice(0, 10);
    const room = { kind: 'room', name: 'Ward 3', address: 'sip:ward3@10.0.0.3' };
    const taken = await server.createConference({ title: '晨会 Morning round' });
    const response = await server.fetch(`/api/v1/conferences/${taken.conferenceId}/schedule`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'if-match': '"0"' },
      body: JSON.stringify({
        ...{ begins: `${tomorrow}T09:00`, timeZone: 'Asia/Shanghai', minutes: 45 },
        ...{ rrule: 'FREQ=DAILY;COUNT=5', parties: [room], dialOut: false },
      }),
    });
    t.equal(response.status, 200);

    await page.goto(`${server.url}/console`);
    await page.getByTestId('tab-calendar').click();
    t.equal(new URL(page.url()).pathname, '/console/calendar');
    const day = page.locator(`[data-day="${tomorrow}"]`);
    if ((await day.count()) === 0) await page.getByTestId('calendar-after').click();
    const entry = (id: string) => page.locator(`[data-testid=calendar-entry][data-conference-id="${id}"]`);
    await day.locator('[data-testid=calendar-entry]').waitFor();
    t.match(await entry(taken.conferenceId).first().textContent(), /(0?9:00).*晨会 Morning round/);
    await shoot(page, 'calendar-month');
    t.same(await axeViolations(page), []);

    // By keyboard: from today's date to tomorrow's.
    await page.getByTestId('calendar-today').click();
    await page.locator('.calendar-date[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    await until(page, `document.activeElement.closest('[data-day]')?.dataset.day === '${tomorrow}'`);
    await page.keyboard.press('Enter');
    const dialog = page.getByTestId('plan-dialog');
    await dialog.waitFor();
    await page.getByTestId('plan-title').fill('Tumour board');
    await page.getByTestId('plan-begins').fill(`${tomorrow}T09:30`);
    await page.getByTestId('plan-minutes').fill('30');
    await page.getByTestId('plan-repeat').selectOption('weekly');
    await page.getByTestId('plan-times').fill('3');
    await page.getByTestId('plan-rooms').fill('Ward 3 <sip:ward3@10.0.0.3>');
    await page.getByTestId('plan-more').click();
    await page.getByTestId('plan-chair-pin').fill('77');
    await page.getByTestId('plan-guests').fill('Dr. Wang <wang@example.org>');
    t.ok(await page.getByTestId('plan-save').isDisabled(), 'two digits are no PIN');
    await page.getByTestId('plan-chair-pin').fill('7788');
    await page.getByTestId('plan-guests').fill('Dr. Wang');
    t.ok(await page.getByTestId('plan-save').isDisabled(), 'a guest without an address cannot be written to');
    await page.getByTestId('plan-guests').fill('Dr. Wang <wang@example.org>');
    await page.getByTestId('plan-save').click();
    await page.getByTestId('plan-conflict').waitFor();
    t.match(await page.getByTestId('plan-conflict').textContent(), /sip:ward3@10\.0\.0\.3.*9:45/s);
    await shoot(page, 'calendar-conflict');
    t.same(await axeViolations(page), [], 'with a conflict');
    t.equal(
      (await server.request<Conference[]>('GET', '/conferences')).length,
      1,
      'nothing is left of the try',
    );
    await page.getByTestId('plan-alternative').first().click();
    t.equal(
      await page.getByTestId('plan-begins').inputValue(),
      `${tomorrow}T09:45`,
      'right behind the other',
    );
    await page.getByTestId('plan-save').click();
    await dialog.waitFor({ state: 'detached' });
    const planned = (await server.request<Conference[]>('GET', '/conferences')).find(
      ({ title }) => title === 'Tumour board',
    )!;
    t.ok(planned.hasChairPin);
    const scheduleOf = () =>
      server.request<ScheduleState>('GET', `/conferences/${planned.conferenceId}/schedule`);
    t.match(await scheduleOf(), {
      version: 1,
      schedule: {
        ...{ begins: `${tomorrow}T09:45`, timeZone: 'Asia/Shanghai', minutes: 30 },
        rrule: 'FREQ=WEEKLY;COUNT=3',
        parties: [room, { kind: 'person', name: 'Dr. Wang', email: 'wang@example.org' }],
      },
    });

    // Its own time is no conflict when it is changed.
    await page.getByTestId('calendar-week').click();
    await entry(planned.conferenceId).click();
    await page.getByTestId('plan-minutes').fill('60');
    await page.getByTestId('plan-more').click();
    await page.getByTestId('plan-ports').fill('4');
    await shoot(page, 'calendar-change');
    await page.getByTestId('plan-save').click();
    await dialog.waitFor({ state: 'detached' });
    t.match(await scheduleOf(), { version: 2, schedule: { minutes: 60, hdUnits: 4 } });
    await shoot(page, 'calendar-week');

    // Kept as a template, changed, planned after, started after.
    await entry(planned.conferenceId).click();
    await page.getByTestId('plan-keep').click();
    await until(page, "document.body.textContent.includes('is kept as a template')");
    await page.keyboard.press('Escape');
    await page.getByTestId('templates').click();
    await page.getByTestId('template-change').click();
    await page.getByTestId('template-name').fill('Board, short');
    await page.getByTestId('plan-minutes').fill('20');
    await page.getByTestId('template-save').click();
    const template = page.getByTestId('template').filter({ hasText: 'Board, short' });
    await template.waitFor();
    t.match(await template.textContent(), /Tumour board · 20 min · Ward 3, Dr\. Wang/);
    await shoot(page, 'calendar-templates');
    t.same(await axeViolations(page), [], 'templates');
    await template.getByTestId('template-plan').click();
    await dialog.waitFor();
    t.equal(await page.getByTestId('plan-title').inputValue(), 'Tumour board');
    t.equal(await page.getByTestId('plan-minutes').inputValue(), '20');
    t.equal(await page.getByTestId('plan-rooms').inputValue(), 'Ward 3 <sip:ward3@10.0.0.3>');
    await page.keyboard.press('Escape');
    await page.getByTestId('templates').click();
    await template.getByTestId('template-start').click();
    await page.getByTestId('conference').waitFor();
    t.match(await page.getByTestId('conference').textContent(), /Tumour board/);
    await page.getByTestId('tab-calendar').click();
    await page.getByTestId('calendar-week').click();

    await entry(planned.conferenceId).click();
    await page.getByTestId('plan-cancel').click();
    await page.getByTestId('confirm').click();
    await entry(planned.conferenceId).waitFor({ state: 'detached' });
    await t.rejects(scheduleOf(), /404/);
    t.same(operator.participant.errors, []);

    // A phone in the dark, in Chinese.
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.evaluate(`localStorage.setItem('amphi.language', 'zh')`);
    await page.reload();
    await page.getByTestId('calendar-entry').first().waitFor();
    t.ok(await fits(page), 'the month fits');
    await shoot(page, 'calendar-phone');
    t.same(await axeViolations(page), [], 'on a phone');
    await page.getByTestId('templates').click();
    await page.getByTestId('template').waitFor();
    t.ok(await fits(page), 'templates fit');
    await shoot(page, 'calendar-phone-templates');
    t.same(await axeViolations(page), [], 'templates on a phone');
    await page.keyboard.press('Escape');
    await page.getByTestId('plan-new').click();
    await dialog.waitFor();
    t.ok(await fits(page), 'the form fits');
    t.ok(
      await page.evaluate<boolean>(
        "(() => { const box = document.querySelector('.dialog-content'); return box.scrollWidth <= box.clientWidth; })()",
      ),
      'and does not scroll sideways inside',
    );
    await shoot(page, 'calendar-phone-form');
    t.same(await axeViolations(page), [], 'the form on a phone');
  },
);
