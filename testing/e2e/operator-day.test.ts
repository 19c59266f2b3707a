import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { Page } from 'playwright-core';
import type { Recording } from '../../server/api/rest.js';
import { axeViolations } from '../harness/axe.js';
import { hueSeenBy, levelOnce } from '../harness/room-senses.js';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { hueOf, type Rgb } from '../judge/picture.js';
import { audibleDb } from '../judge/tones.js';
import { Baresip } from '../peers/baresip.js';
import { Chromium } from '../peers/chromium.js';
import { makePicture } from '../peers/clips.js';

/** Folder for pictures of the pages, to be looked at by people. */
const shots = process.env.AMPHI_SCREENSHOTS;
const rooms = [
  { user: 'theatre', name: 'Theatre 1 手术室', toneHz: 440, colour: '0xc02020' },
  { user: 'ward', name: 'Ward 3 病房', toneHz: 880, colour: '0x2040d0' },
];

async function startRooms(t: Test): Promise<Baresip[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-day-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return Promise.all(
    rooms.map(async ({ user, toneHz, colour }) => {
      const clip = path.join(folder, `${user}.mp4`);
      await makePicture(clip, { colour, width: 640, height: 360, seconds: 60 });
      const picture = { width: 640, height: 360, frameRate: 25 };
      const room = await Baresip.start({ user, toneHz, clip, picture });
      t.teardown(() => room.close());
      return room;
    }),
  );
}

/** The hue in the middle of the wall's thumbnail, once it is `wanted` or time is up. */
async function hueOnWall(page: Page, wanted: string): Promise<string> {
  let hue = 'nothing';
  for (const deadline = Date.now() + 10_000; Date.now() < deadline && hue !== wanted;) {
    await page.waitForTimeout(300);
    const colour = await page.evaluate<Rgb | null>(`(async () => {
      const image = document.querySelector('[data-testid=wall-card] img');
      if (!image?.naturalWidth) return null;
      const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
      const context = canvas.getContext('2d');
      context.drawImage(image, image.naturalWidth * 0.3, image.naturalHeight * 0.3, 8, 8, 0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    })()`);
    if (colour) hue = hueOf(colour);
  }
  return hue;
}

void t.test('the day of an operator, from the plan to the report', { timeout: 150_000 }, async t => {
  const server = await ServerProcess.start({ config: { sip: { dialOut: { allow: ['127.0.0.1'] } } } });
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const [theatre, ward] = (await startRooms(t)) as [Baresip, Baresip];
  const operator = new RoomPage(await chromium.participant({ timeZone: 'UTC' }), 'Operator');
  await operator.signIn(server);
  const { page } = operator.participant;
  page.setDefaultTimeout(10_000);
  const part = (testId: string) => page.getByTestId(testId);
  /** Both languages, desktop and phone, light and dark; nothing is wider than the window. */
  const look = async (name: string) => {
    t.same(await axeViolations(page), [], name);
    for (const [language, width, height, colorScheme] of [
      ['en', 1280, 800, 'light'],
      ['zh', 1280, 800, 'dark'],
      ['en', 390, 844, 'dark'],
      ['zh', 390, 844, 'light'],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await part('language').click();
      await part(`language-${language}`).click();
      await until(page, `document.documentElement.scrollWidth <= ${width}`);
      if (shots !== undefined)
        await page.screenshot({ path: path.join(shots, `day-${name}-${language}-${width}.png`) });
    }
    t.same(await axeViolations(page), [], `${name}, on a phone in Chinese`);
    await part('language').click();
    await part('language-en').click();
    await page.setViewportSize({ width: 1280, height: 800 });
  };

  await page.goto(`${server.url}/console`);
  await part('tab-calendar').click();
  await part('plan-new').click();
  await part('plan-title').fill('Tumour board 肿瘤会诊');
  await part('plan-begins').fill(new Date().toISOString().slice(0, 16));
  await part('plan-minutes').fill('30');
  await part('plan-rooms').fill(`${rooms[0]!.name} <${theatre.uri}>`);
  await part('plan-save').click();
  await part('plan-dialog').waitFor({ state: 'detached' });
  await theatre.waitFor('CALL_ESTABLISHED', 10_000);
  await part('tab-conferences').click();
  await part('wall-card').waitFor();
  await part('wall-card').click();
  const row = (name: string) => part('site').filter({ has: page.locator('.site-name', { hasText: name }) });
  await row('Theatre 1').waitFor();
  await part('call').click();
  await part('call-addresses').fill(ward.uri);
  await part('call-submit').click();
  await until(page, "document.querySelectorAll('[data-testid=site]').length === 2");
  t.equal(await hueSeenBy(theatre, 'blue', path.join(tmpdir(), 'amphi-day-theatre.png')), 'blue');

  await part('choose-layout').click();
  await part('layout-5+1').check({ force: true });
  await page.keyboard.press('Escape');
  const largest = page.locator('[data-testid=tile][data-place="0"]');
  await row('ward').locator('.site-name').dragTo(largest);
  await largest.filter({ hasText: 'ward' }).waitFor();
  await part('all').click();
  t.equal(await hueOnWall(page, 'blue'), 'blue', 'the ward is large on the wall');
  await look('wall');
  await part('wall-card').click();
  await row('Theatre 1').getByTestId('broadcast').click();
  await row('Theatre 1').locator('[data-testid=broadcast][aria-pressed=true]').waitFor();
  await part('record').click();
  await part('recording').waitFor();
  await look('conference');
  await part('topology-toggle').click();
  await page.locator('[data-testid=topology-node] .figures').nth(1).waitFor();
  t.match(await part('topology-node').allTextContents(), [/Theatre 1.*H264 640×360/, /ward.*H264 640×360/]);
  await look('topology');
  await part('topology-node').filter({ hasText: 'ward' }).getByRole('button').click();
  await row('ward').getByTestId('site-details').waitFor();
  await part('all').click();
  t.equal(await hueOnWall(page, 'red'), 'red', 'the theatre is broadcast');
  await part('wall-card').click();

  const before = await levelOnce(ward, 440, true);
  t.ok(before > audibleDb, `the ward hears the theatre: ${before.toFixed(0)} dB`);
  await part('mute-all').click();
  await until(page, "document.querySelectorAll('[data-testid=mouth].off').length === 2");
  const after = await levelOnce(ward, 440, false);
  t.ok(after < audibleDb, `and no more: ${after.toFixed(0)} dB`);

  const ends = await part('ends').textContent();
  await part('conference-more').click();
  await part('check').click();
  await page.locator('[data-testid=check-room][data-state=in-conference]').waitFor();
  t.same(await axeViolations(page), [], 'check');
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, 'day-check.png') });
  await page.keyboard.press('Escape');
  await part('extend').click();
  await part('extend-15').click();
  await until(page, `document.querySelector('[data-testid=ends]').textContent !== ${JSON.stringify(ends)}`);
  await part('record').click();
  await part('recording').waitFor({ state: 'detached' });
  await part('conference-more').click();
  await part('hang-up-all').click();
  await Promise.all([theatre.waitFor('CALL_CLOSED', 5_000), ward.waitFor('CALL_CLOSED', 5_000)]);

  await part('tab-records').click();
  await until(page, "document.querySelectorAll('[data-testid=call-record]').length === 2");
  await part('open-report').first().click();
  await until(page, "document.querySelectorAll('[data-testid=report-site]').length === 2");
  t.match(await part('report-site').allTextContents(), [/Theatre 1|ward/, /Theatre 1|ward/]);
  await look('report');
  const recordings = await server.request<Recording[]>('GET', '/recordings');
  t.match(recordings, [{ title: 'Tumour board 肿瘤会诊' }]);
  t.ok(recordings[0]!.durationMs > 3_000, `${recordings[0]!.durationMs} ms are recorded`);
  t.same(operator.participant.errors, []);
});
