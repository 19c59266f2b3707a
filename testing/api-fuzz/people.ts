import { totpAt } from '../../server/identity/totp.js';
import type { ServerProcess } from '../harness/server-process.js';

type Method = 'GET' | 'POST' | 'PUT';

const password = 'Theatre-7 north';

/** Requests as a page sends them, with the cookie that the last sign-in gave. */
class Page {
  #cookie = '';

  constructor(private readonly server: ServerProcess) {}

  get credentials(): Record<string, string> {
    return { origin: this.server.url, cookie: this.#cookie };
  }

  async ask<T>(method: Method, path: string, body?: object): Promise<T> {
    const response = await this.server.fetch(`/api/v1${path}`, {
      method,
      headers: {
        authorization: '',
        ...this.credentials,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** With a one-time password, which is changed at once. */
  async signIn(userName: string, oneTimePassword: string): Promise<void> {
    await this.ask('POST', '/session', { userName, password: oneTimePassword });
    await this.ask('PUT', '/account/password', { current: oneTimePassword, password });
  }
}

/** A key of the first administrator, for all that he may do. */
export async function administratorsKey(server: ServerProcess): Promise<string> {
  const page = new Page(server);
  await page.signIn('admin', server.adminPassword);
  const { secret } = await page.ask<{ secret: string }>('POST', '/account/totp');
  const code = totpAt(secret, Date.now());
  const kept = await page.ask<{ recoveryCodes: string[] }>('PUT', '/account/totp', {
    password,
    secret,
    code,
  });
  await page.ask('POST', '/session', { userName: 'admin', password, code: kept.recoveryCodes[0] });
  const { user } = await page.ask<{ user: { permissions: string[] } }>('GET', '/session');
  const body = { name: 'fuzz', scopes: user.permissions, expiresAt: null };
  return (await page.ask<{ key: string }>('POST', '/account/keys', body)).key;
}

/** A session of a new person. */
export async function newPerson(server: ServerProcess, key: string, userName: string) {
  const roles = ['operator'];
  const response = await server.fetch('/api/v1/users', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ userName, displayName: userName, institutionId: null, roles }),
  });
  if (!response.ok) throw new Error(`no new person: ${response.status} ${await response.text()}`);
  const { oneTimePassword } = (await response.json()) as { oneTimePassword: string };
  const page = new Page(server);
  await page.signIn(userName, oneTimePassword);
  return page.credentials;
}
