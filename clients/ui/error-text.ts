import { RestError } from '../rest/client.js';
import { t } from './i18n/language.js';
import type { PlainKey } from './i18n/translate.js';

const keyOf: Record<string, PlainKey> = {
  unreachable: 'error.unreachable',
  interrupted: 'error.unreachable',
  timeout: 'error.unreachable',
  'too-many-requests': 'error.too-many-requests',
  'no-such-conference': 'error.no-such-conference',
  'wrong-pin': 'error.wrong-pin',
  'conference-full': 'error.conference-full',
  'conference-locked': 'error.conference-locked',
  'conference-over': 'error.conference-over',
  'too-early': 'error.too-early',
  version: 'error.version',
  'not-allowed': 'error.not-allowed',
  'wrong-token': 'error.wrong-token',
  'wrong-credentials': 'error.wrong-credentials',
  'code-needed': 'error.code-needed',
  'directory-down': 'error.directory-down',
  'no-role': 'error.no-role',
  'password-elsewhere': 'error.password-elsewhere',
  'roles-elsewhere': 'error.roles-elsewhere',
  'wrong-code': 'error.wrong-code',
  'password-used': 'error.password-used',
  'weak-password': 'error.weak-password',
  'changed-meanwhile': 'error.changed',
  'user-name-taken': 'error.user-name-taken',
  'cannot-consume': 'error.browser',
  'not-found': 'error.not-found',
};

/** What went wrong and what to do, in the page's language, for an error that carries a `code`. */
export function errorText(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const key = keyOf[code];
  if (key) return t(key);
  // A refusal that this page does not know is better told in English than not at all.
  if (error instanceof RestError && error.detail && error.status < 500) return error.detail;
  return t('error.internal');
}
