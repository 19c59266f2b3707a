import { signal } from '@preact/signals';
import { call, RestError } from '../rest/client.js';

/** Whether this browser is signed in as the operator; null until it is known. */
export const isOperator = signal<boolean | null>(null);

/** @throws RestError when the server cannot be reached */
export async function checkSession(): Promise<void> {
  isOperator.value = (await call('getSession')).operator;
}

/** @throws RestError `wrong-token`, `too-many-requests` */
export async function signIn(token: string): Promise<void> {
  isOperator.value = (await call('createSession', { body: { token } })).operator;
}

export async function signOut(): Promise<void> {
  await call('deleteSession');
  isOperator.value = false;
}

/** A session ends by itself: then the sign-in is shown. @returns whether that was the error */
export function signedOutBy(error: unknown): boolean {
  const ended = error instanceof RestError && error.status === 401;
  if (ended) isOperator.value = false;
  return ended;
}
