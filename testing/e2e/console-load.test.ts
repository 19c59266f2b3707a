import path from 'node:path';
import t from 'tap';
import type { Page } from 'playwright-core';
import type { SiteState } from '../../server/api/signalling.js';
import { axeViolations } from '../harness/axe.js';
import { RoomPage, until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { SilentSite } from '../harness/silent-site.js';
import { Chromium } from '../peers/chromium.js';

const conferences = 50;
const sitesEach = 2;
const shots = process.env.AMPHI_SCREENSHOTS;

/** Times between pictures of the page over `forMs`, while its main part scrolls up and down. */
const measureFrames = (forMs: number) => `new Promise(resolve => {
  const main = document.querySelector('.console-main');
  const times = [];
  const startMs = performance.now();
  const step = nowMs => {
    times.push(nowMs);
    main.scrollTop = ((nowMs - startMs) / 4) % Math.max(1, main.scrollHeight - main.clientHeight);
    if (nowMs - startMs < ${forMs}) requestAnimationFrame(step);
    else resolve(times.slice(1).map((time, n) => time - times[n]).sort((a, b) => a - b));
  };
  requestAnimationFrame(step);
})`;

async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, `${name}.png`) });
}

/** 128 kbit/s each way and 100 ms of delay, as Chromium's network emulation makes them. */
async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const bytesPerSecond = 128_000 / 8;
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 100,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
}

void t.test('100 sites in 50 conferences stay fluid, also on 128 kbit/s', { timeout: 180_000 }, async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const sites: { site: SilentSite; conferenceId: string }[] = [];
  t.teardown(() => sites.forEach(({ site }) => site.vanish()));
  for (let n = 0; n < conferences; n++) {
    const { link, conferenceId } = await server.createConference({ title: `会诊 Case ${n + 1}` });
    for (let k = 0; k < sitesEach; k++) {
      const site = await SilentSite.join(server, link, k === 0 ? `手术室 ${n + 1}` : `Ward ${n + 1}`);
      sites.push({ site, conferenceId });
    }
  }
  const operator = new RoomPage(await chromium.participant(), 'Operator');
  await operator.signIn(server);
  const { page } = operator.participant;
  page.setDefaultTimeout(15_000);
  await page.goto(`${server.url}/console`);
  await until(page, `document.querySelectorAll('[data-testid=wall-card]').length === ${conferences}`, 20_000);
  await shoot(page, 'wall-en-light');

  // Something happens all the time, as fast as events come: microphones go off and on in every conference.
  let busy = true;
  const act = async () => {
    for (let n = 0; busy; n = (n + 1) % sites.length) {
      const { site, conferenceId } = sites[n]!;
      await server.request('PUT', `/conferences/${conferenceId}/sites/${site.siteId}/sound`, {
        mouth: { muted: n % 2 === 0 },
      });
      await new Promise(resolve => setTimeout(resolve, 25));
    }
  };
  const acting = act();
  const frames = await page.evaluate<number[]>(measureFrames(5_000));
  busy = false;
  await acting;
  const at = (fraction: number) => Math.round(frames[Math.floor(frames.length * fraction)]!);
  t.comment(`frames: ${frames.length} in 5 s, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`);
  t.ok(at(0.5) <= 34 && at(0.95) <= 100, `fluid: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
  t.same(operator.participant.errors, []);

  await slowDown(page);
  const { site, conferenceId } = sites[0]!;
  const row = page.locator(`[data-site-id="${site.siteId}"]`);
  await page.locator(`[data-testid=wall-card][data-conference-id="${conferenceId}"]`).click();
  await row.waitFor();
  const muted = async () =>
    (await server.request<SiteState[]>('GET', `/conferences/${conferenceId}/sites`))[0]!.sound.mouth.muted;
  const was = await muted();
  const startMs = Date.now();
  await row.getByTestId('mouth').click();
  await row.locator(`[data-testid=mouth].${was ? 'plain' : 'off'}:not([aria-busy])`).waitFor();
  const actionMs = Date.now() - startMs;
  t.equal(await muted(), !was);
  t.ok(actionMs < 5_000, `a microphone on 128 kbit/s: ${actionMs} ms`);
  const loadStartMs = Date.now();
  await page.goto(`${server.url}/console`);
  await until(page, `document.querySelectorAll('[data-testid=wall-card]').length === ${conferences}`, 30_000);
  t.comment(`the whole page with 50 conferences on 128 kbit/s: ${Date.now() - loadStartMs} ms`);
});

void t.test(
  'the console in both languages, both themes, on a desk and a phone',
  { timeout: 180_000 },
  async t => {
    const server = await ServerProcess.start();
    t.teardown(() => server.close());
    const chromium = await Chromium.start();
    t.teardown(() => chromium.close());
    const { link, conferenceId } = await server.createConference({ title: '远程会诊 Tumour board' });
    const sites: SilentSite[] = [];
    t.teardown(() => sites.forEach(site => site.vanish()));
    for (const name of ['手术室 1 Operating room', '示教室', 'Radiology', 'Dr. Chen'])
      sites.push(await SilentSite.join(server, link, name));
    await server.request('PUT', `/conferences/${conferenceId}/view`, {
      layout: '5+1',
      tiles: [{ kind: 'site', siteId: sites[0]!.siteId }],
    });
    for (const locale of ['en-GB', 'zh-CN']) {
      for (const colourScheme of ['light', 'dark'] as const) {
        for (const viewport of [
          { width: 1440, height: 900 },
          { width: 390, height: 844 },
        ]) {
          const operator = new RoomPage(
            await chromium.participant({ locale, colourScheme, viewport, mobile: viewport.width < 500 }),
            'Operator',
          );
          await operator.signIn(server);
          const { page } = operator.participant;
          await page.goto(`${server.url}/console/${conferenceId}`);
          await until(page, "document.querySelectorAll('[data-testid=site]').length === 4");
          const name = `console-${locale.slice(0, 2)}-${colourScheme}-${viewport.width}`;
          await shoot(page, name);
          t.same(await axeViolations(page), [], name);
          const overflow = await page.evaluate<number>(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          t.equal(overflow, 0, `${name} does not scroll sideways`);
          t.same(operator.participant.errors, []);
          await operator.participant.close();
        }
      }
    }
  },
);
