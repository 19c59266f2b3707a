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
  'sign-on-down': 'error.sign-on-down',
  'sign-on-failed': 'error.sign-on-failed',
  'sign-on-second-factor': 'error.sign-on-second-factor',
  'account-disabled': 'error.account-disabled',
  'incompatible-roles': 'error.incompatible-roles',
  'no-role': 'error.no-role',
  'password-elsewhere': 'error.password-elsewhere',
  'roles-elsewhere': 'error.roles-elsewhere',
  'wrong-code': 'error.wrong-code',
  'password-used': 'error.password-used',
  'weak-password': 'error.weak-password',
  'changed-meanwhile': 'error.changed',
  'user-name-taken': 'error.user-name-taken',
  'cannot-consume': 'error.browser',
  'no-such-institution': 'error.no-such-institution',
  'no-camera-control': 'error.no-camera-control',
  'not-found': 'error.not-found',
};

/** What went wrong and what to do, in the page's language, for an error that carries a `code`. */
export function errorText(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const key = keyOf[code];
  if (key) return t(key);
  return unknownText(error);
}

/** The same for a code alone; null: it is not known. */
export function codeText(code: string): string | null {
  const key = Object.hasOwn(keyOf, code) ? keyOf[code] : undefined;
  return key ? t(key) : null;
}

function unknownText(error: unknown): string {
  // A refusal that this page does not know is better told in English than not at all.
  if (error instanceof RestError && error.detail && error.status < 500) return error.detail;
  return t('error.internal');
}
