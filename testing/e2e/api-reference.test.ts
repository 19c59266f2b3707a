import path from 'node:path';
import t from 'tap';
import { axeViolations } from '../harness/axe.js';
import { until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { Chromium } from '../peers/chromium.js';

/** Folder for pictures of the page, to be looked at by people. */
const shots = process.env.AMPHI_SCREENSHOTS;

void t.test('the documentation of the API is a page that everybody can read', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const { page, errors } = await chromium.participant();
  page.setDefaultTimeout(10_000);
  await page.goto(server.url);
  await page.getByTestId('api-reference').click();

  const { paths } = (await (await server.fetch('/api/v1/openapi.json')).json()) as {
    paths: Record<string, object>;
  };
  const operations = Object.values(paths).flatMap(methods => Object.keys(methods)).length;
  await until(page, `document.querySelectorAll('.reference-method:not(.event)').length === ${operations}`);
  await page.getByTestId('reference-search').fill('record start');
  await until(page, `document.querySelectorAll('.reference-method').length === 2`); // and the event
  await page.getByTestId('reference-search').fill('createConference');
  await page.locator('#createConference summary').click();
  const details = await page.locator('.reference-details').innerText();
  t.match(details, /conference:create/);
  t.match(details, /title\s+string, 1–120 characters/);
  t.match(details, /pin\s+string or null/);
  t.match(details, new RegExp(`curl -X POST .* ${server.url}/api/v1/conferences`));
  t.same(await axeViolations(page), [], 'accessible');

  await page.setViewportSize({ width: 390, height: 800 });
  await page.getByTestId('language').click();
  await page.getByTestId('language-zh').click();
  await until(page, `document.body.innerText.includes('可选')`);
  t.ok(
    await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
    'a telephone shows its whole width',
  );
  if (shots !== undefined)
    await page.screenshot({ path: path.join(shots, 'api-reference.png'), fullPage: true });
  t.same(errors, []);
});
