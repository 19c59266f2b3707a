import path from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import type { Session } from '../../server/api/identity-operations.js';
import { axeViolations } from '../harness/axe.js';
import { ServerProcess } from '../harness/server-process.js';
import { Chromium } from '../peers/chromium.js';
import { OidcProvider } from '../peers/oidc-provider.js';
import { freeTcpPort } from '../peers/ports.js';

const shots = process.env.AMPHI_SCREENSHOTS;
const people = {
  'id-1': { preferred_username: 'Chen', name: '陈医生', groups: ['surgeons', 'choir'] },
  'id-2': { preferred_username: 'stranger', name: 'Stranger', groups: ['choir'] },
  'id-3': { preferred_username: 'boss', name: 'Boss', groups: ['it'] },
};

async function scene(t: { teardown(fn: () => unknown): void }, trusts: boolean) {
  const port = await freeTcpPort();
  const address = `https://127.0.0.1:${port}`;
  const provider = await OidcProvider.start(address, people);
  t.teardown(() => provider.close());
  // The server checks the provider's certificate: what others in this process have allowed is not for it.
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  delete process.env.NODE_EXTRA_CA_CERTS;
  if (trusts) process.env.NODE_EXTRA_CA_CERTS = provider.ca;
  const server = await ServerProcess.start({
    config: {
      http: { port },
      identity: {
        oidc: {
          issuer: provider.issuer,
          clientId: OidcProvider.clientId,
          clientSecret: OidcProvider.clientSecret,
          address,
          label: 'Hospital ID',
          roles: [
            { group: 'surgeons', roles: ['operator'], institution: null },
            { group: 'it', roles: ['administrator'], institution: null },
          ],
        },
      },
    },
  });
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const open = async (locale?: string) => {
    const { page } = await chromium.participant(locale === undefined ? {} : { locale });
    page.setDefaultTimeout(15_000);
    return page;
  };
  return { server, open, address };
}

const sessionOf = (page: Page) =>
  page.evaluate(async () => (await (await fetch('/api/v1/session')).json()) as Session);

/** The provider's own pages: name, then consent where it is asked for. */
async function signOn(page: Page, name: string): Promise<void> {
  await page.getByTestId('sign-on').click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
  await page.waitForURL(/\/(console|users)(\?|$)/);
}

void t.test('sign in and out by the house’s single sign-on', async t => {
  const { server, open, address } = await scene(t, true);
  const page = await open();
  await page.goto(`${address}/console`);
  t.match(await page.getByTestId('sign-on').textContent(), 'Sign in with Hospital ID');
  t.same(await axeViolations(page), [], 'accessible');
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, 'sign-on.png') });
  await signOn(page, 'id-1');
  await page.getByTestId('sign-out').waitFor();
  t.equal(new URL(page.url()).pathname, '/console', 'back where it began');
  t.match(await sessionOf(page), {
    operator: true,
    user: { userName: 'chen', roles: ['operator'], blocked: null },
  });
  // The provider has the same host here; its cookies are its own.
  const cookies = (await page.context().cookies(address)).filter(({ name }) => name.startsWith('__Host-'));
  t.equal(cookies.length, 2);
  for (const cookie of cookies) t.match(cookie, { httpOnly: true, secure: true, sameSite: 'Strict' });

  await page.getByTestId('sign-out').click();
  await page.getByRole('button', { name: /sign me out/ }).click();
  await page.waitForURL(`${address}/`);
  t.match(await sessionOf(page), { user: null });
  await page.goto(`${address}/console`);
  await page.getByTestId('sign-on').click();
  await page.locator('input[name=login]').waitFor(); // signed out there, too: the name is asked for

  // Another name there is another person, and what they may not is said in words.
  for (const [name, locale, text] of [
    ['id-2', 'zh-CN', '没有任何角色'],
    ['id-3', 'en-GB', 'need a second factor'],
  ] as const) {
    const other = await open(locale);
    await other.goto(`${address}/users`);
    await signOn(other, name);
    t.match(await other.getByTestId('sign-on-error').textContent(), text);
    t.equal(new URL(other.url()).search, '', 'the address is clean again');
    t.match(await sessionOf(other), { user: null });
    if (shots !== undefined) await other.screenshot({ path: path.join(shots, `sign-on-${locale}.png`) });
    await other.close();
  }

  // A return that was begun elsewhere, or is made up.
  const forged = await open();
  for (const query of ['', '?code=x&state=y', '?error=access_denied']) {
    await forged.goto(`${address}/sign-in/oidc/return${query}`);
    await forged.waitForURL(/signInError=sign-on-failed|\/$/);
    t.match(await sessionOf(forged), { user: null }, query);
  }
  // Somebody is led through an attempt of somebody else's browser, whose state is right.
  const begin = (from: string) => server.fetch(`/sign-in/oidc?from=${from}`, { redirect: 'manual' });
  const victim = await open();
  await victim.goto((await begin('/console')).headers.get('location')!);
  await victim.locator('input[name=login]').fill('id-1');
  await victim.locator('input[name=password]').fill('any');
  await victim.locator('button[type=submit]').click();
  await victim.locator('button[type=submit]').click();
  await victim.getByTestId('sign-on-error').waitFor();
  t.match(await sessionOf(victim), { user: null }, 'nobody is signed in by it');

  const cookie = (await begin('//evil.example/')).headers.get('set-cookie')!.split(';')[0]!;
  const back = await server.fetch('/sign-in/oidc/return?code=x', { redirect: 'manual', headers: { cookie } });
  t.equal(back.headers.get('location'), '/?signInError=sign-on-failed', 'it leads to pages of ours only');
  const asked = await server.fetch('/api/v1/session/sign-on');
  t.same(await asked.json(), { label: 'Hospital ID', current: false });
});

void t.test('a provider whose certificate is of nobody known is not asked', async t => {
  const { open, address } = await scene(t, false);
  const page = await open();
  await page.goto(`${address}/console`);
  await page.getByTestId('sign-on').click();
  t.match(await page.getByTestId('sign-on-error').textContent(), 'cannot be reached');
  t.match(await sessionOf(page), { user: null });
});
