import { computed, signal } from '@preact/signals';
import type { Session } from '../../server/api/identity-operations.js';
import type { Permission } from '../../server/identity/permissions.js';
import { call, RestError } from '../rest/client.js';

/** Who is signed in at this browser; null until it is known. */
export const session = signal<Session | null>(null);

/** Somebody is, and nothing has to be put right before (password, authenticator); null until it is known. */
export const isSignedIn = computed(() => session.value && session.value.user?.blocked === null);

/** Whether that may make conferences; null until it is known. */
export const isOperator = computed(() => isSignedIn.value && session.value!.operator);

export function may(permission: Permission): boolean {
  return isSignedIn.value === true && session.value!.user!.permissions.includes(permission);
}

/** @throws RestError when the server cannot be reached */
export async function checkSession(): Promise<void> {
  session.value = await call('getSession');
}

/** An API key, or the operator's token. @throws RestError `wrong-token`, `too-many-requests` */
export async function signInByKey(token: string): Promise<void> {
  session.value = await call('createSession', { body: { token } });
}

/** @throws RestError `wrong-credentials`, `code-needed`, `too-many-requests` */
export async function signIn(userName: string, password: string, code: string): Promise<void> {
  const body = { userName, password, ...(code !== '' && { code }) };
  session.value = await call('createSession', { body });
}

/** Of the single sign-on's button; null: there is none. */
export async function signOnLabel(): Promise<string | null> {
  return (await call('getSignOn')).label;
}

export async function signOut(): Promise<void> {
  const { current } = await call('getSignOn');
  await call('deleteSession');
  session.value = { operator: false, user: null };
  // Or the next one at this computer would be signed in by a click.
  if (current) location.assign('/sign-in/oidc/end');
}

/** A session ends by itself: then the sign-in is shown. @returns whether that was the error */
export function signedOutBy(error: unknown): boolean {
  const ended = error instanceof RestError && error.status === 401;
  if (ended) session.value = { operator: false, user: null };
  return ended;
}
