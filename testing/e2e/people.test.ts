import path from 'node:path';
import t, { type Test } from 'tap';
import type { Page } from 'playwright-core';
import { totpAt } from '../../server/identity/totp.js';
import { axeViolations } from '../harness/axe.js';
import { until } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { Chromium, type ParticipantOptions } from '../peers/chromium.js';

/** Folder for pictures of the page, to be looked at by people. */
const shots = process.env.AMPHI_SCREENSHOTS;
const adminPassword = 'Theatre-7 north';

async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
}

async function signIn(page: Page, server: ServerProcess, userName: string, password: string, address = '/') {
  await page.goto(server.url + address);
  await page.getByTestId('user-name').fill(userName);
  await page.getByTestId('password').fill(password);
  await page.getByTestId('sign-in-submit').click();
}

async function choosePassword(page: Page, password: string): Promise<void> {
  await page.getByTestId('password-new').fill(password);
  await page.getByTestId('password-again').fill(password);
  await page.getByTestId('password-submit').click();
}

async function accessible(t: Test, page: Page, name: string): Promise<void> {
  t.same(await axeViolations(page), [], `${name} is accessible`);
  await shoot(page, name);
}

void t.test('an administrator signs in for the first time, and makes users who sign in', async t => {
  const server = await ServerProcess.start();
  t.teardown(() => server.close());
  const chromium = await Chromium.start();
  t.teardown(() => chromium.close());
  const person = async (options: ParticipantOptions = {}) => {
    const { page, errors } = await chromium.participant(options);
    page.setDefaultTimeout(10_000);
    return { page, errors };
  };
  const { page } = await person();

  await signIn(page, server, 'admin', 'Wrong-1 password');
  await page.getByTestId('sign-in-error').waitFor();
  t.match(await page.getByTestId('sign-in-error').textContent(), /15 minutes/);
  await accessible(t, page, 'sign-in');

  // A password of one's own, which says what it lacks while it is typed.
  await signIn(page, server, 'admin', server.adminPassword);
  await page.getByTestId('password-new').fill('admin1');
  t.equal(await page.locator('.password-rules .holds').count(), 1);
  t.ok(await page.getByTestId('password-submit').isDisabled());
  await accessible(t, page, 'choose-password');
  await choosePassword(page, adminPassword);

  // The authenticator: the code in the picture is the secret beside it.
  await page.getByTestId('qr-code').waitFor();
  const secret = (await page.getByTestId('totp-secret').textContent())!.trim();
  await accessible(t, page, 'set-up-authenticator');
  await page.getByTestId('authenticator-code').fill(totpAt(secret, Date.now()));
  await page.getByTestId('authenticator-submit').click();
  await page.getByTestId('recovery-codes').waitFor();
  const recovery = await page.locator('.recovery-codes code').allTextContents();
  t.ok(recovery.length >= 8);
  await shoot(page, 'recovery-codes');
  await page.getByTestId('recovery-kept').click();

  // The first one runs conferences, too.
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByTestId('users').waitFor();
  await page.getByTestId('institution-name').fill('North');
  await page.getByTestId('add-institution').click();
  await until(page, "document.querySelector('[data-testid=institutions]')?.textContent.includes('North')");
  await page.getByTestId('institution-parent').selectOption({ label: 'North' });
  await page.getByTestId('institution-name').fill('City Hospital 市立医院');
  await page.getByTestId('add-institution').click();
  await until(page, "document.querySelector('[data-testid=institutions]')?.textContent.includes('市立医院')");
  const passwords: Record<string, string> = {};
  for (const [name, shown, role] of [
    ['li.wei', '李伟 Li Wei', 'operator'],
    ['audit.one', 'Auditor One', 'auditor'],
  ] as const) {
    await page.getByTestId('add-user').click();
    await page.getByTestId('new-user-name').fill(name);
    await page.getByTestId('display-name').fill(shown);
    await page.getByTestId('role-participant').uncheck();
    await page.getByTestId(`role-${role}`).check();
    if (role === 'operator')
      await page.getByTestId('user-institution').selectOption({ label: 'North · City Hospital 市立医院' });
    await accessible(t, page, `add-${role}`);
    await page.getByTestId('save-user').click();
    passwords[name] = (await page.getByTestId('one-time-password').textContent())!.trim();
    if (role === 'operator') await accessible(t, page, 'one-time-password');
    await page.getByTestId('one-time-password-dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByTestId(`user-${name}`).waitFor();
  }
  await page.getByTestId('search-users').fill('市立');
  await until(page, "document.querySelectorAll('[data-testid=users] li').length === 1");
  await page.getByTestId('search-users').fill('');

  // A group gives its role to who is in it.
  await page.getByTestId('add-group').click();
  await page.getByTestId('group-name').fill('胸外科 Thoracic surgery');
  await page.getByTestId('role-chair').check();
  await page.getByTestId('group-find').fill('li wei');
  await page.getByTestId('group-offer').click();
  await accessible(t, page, 'group');
  await page.getByTestId('save-group').click();
  await page.getByTestId('group').waitFor();
  t.match(await page.getByTestId('group').textContent(), /胸外科.*Members: 1.*Chair/);
  await page.getByTestId('group').click();
  await page.getByTestId('group-member').click();
  await page.getByTestId('save-group').click();
  await until(page, "document.querySelector('[data-testid=group]').textContent.includes('Members: 0')");
  await accessible(t, page, 'users');

  // Signing in again takes the second factor; a recovery code does it once.
  await page.getByTestId('sign-out').click();
  await page.getByTestId('user-name').waitFor(); // else the next page comes before the server knows
  await signIn(page, server, 'admin', adminPassword, '/users');
  await page.getByTestId('code').fill(recovery[0]!);
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('users').waitFor();

  await t.test('an operator runs conferences, and sees nothing of users', async t => {
    const operator = await person({ locale: 'zh-CN', viewport: { width: 390, height: 844 }, mobile: true });
    await signIn(operator.page, server, 'li.wei', passwords['li.wei']!);
    await operator.page.getByTestId('password-new').waitFor();
    await accessible(t, operator.page, 'choose-password-phone-zh');
    await choosePassword(operator.page, 'Scalpel 42 bright');
    await operator.page.getByTestId('empty-state').waitFor();
    t.same(await operator.page.locator('.shell-nav a').allTextContents(), ['会议', '控制台', '录像']);
    await operator.page.goto(`${server.url}/users`);
    await operator.page.getByTestId('not-yours').waitFor();
    await operator.page.getByTestId('account').click();
    await operator.page.getByTestId('sessions').waitFor();
    await accessible(t, operator.page, 'account-phone-zh');
    await operator.page.getByTestId('key-name').fill('Reports');
    await operator.page.getByTestId('scope-conference:read').check();
    await operator.page.getByTestId('make-key').click();
    const key = (await operator.page.getByTestId('new-key').textContent())!.trim();
    const asKey = (resource: string) =>
      server.fetch(`/api/v1${resource}`, { headers: { authorization: `Bearer ${key}` } });
    t.equal((await asKey('/conferences')).status, 200);
    t.equal((await asKey('/users')).status, 403);
    await operator.page.getByTestId('revoke-key').click();
    await until(operator.page, "document.querySelectorAll('[data-testid=keys] li').length === 0");
    t.equal((await asKey('/conferences')).status, 401);
    // Signed out elsewhere: the page asks again.
    await page.getByTestId('user-li.wei').click();
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await operator.page.reload();
    await operator.page.getByTestId('sign-in').waitFor();
    t.same(operator.errors, []);
  });

  await t.test('an auditor sees the audit and nothing else', async t => {
    const auditor = await person({ colourScheme: 'dark' });
    await signIn(auditor.page, server, 'audit.one', passwords['audit.one']!);
    await choosePassword(auditor.page, 'Ledger 9 honest');
    await auditor.page.getByTestId('audit-records').waitFor();
    t.equal(new URL(auditor.page.url()).pathname, '/audit');
    t.same(await auditor.page.locator('.shell-nav a').allTextContents(), ['Audit']);
    await until(auditor.page, "document.querySelectorAll('[data-testid=audit-records] tbody tr').length > 5");
    await auditor.page.getByTestId('audit-actor').fill('li.wei');
    await auditor.page.getByTestId('audit-search').click();
    await until(
      auditor.page,
      "[...document.querySelectorAll('[data-testid=audit-records] tbody tr')].every(row => row.cells[2].textContent === 'li.wei')",
    );
    await auditor.page.getByTestId('verify-audit').click();
    await auditor.page.getByTestId('audit-verdict').waitFor();
    t.match(await auditor.page.getByTestId('audit-verdict').textContent(), /Nothing was altered/);
    const [download] = await Promise.all([
      auditor.page.waitForEvent('download'),
      auditor.page.getByTestId('export-csv').click(),
    ]);
    t.match(download.suggestedFilename(), /\.csv$/);
    await accessible(t, auditor.page, 'audit-dark');
    t.same(auditor.errors, []);
  });
});
