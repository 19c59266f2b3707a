import {
  formatHostPort,
  formatParameters,
  parseHostPort,
  parseParameters,
  percentDecode,
} from './grammar.js';
import type { Parameters } from './grammar.js';

/** RFC 3261 §19.1. `user` is unescaped. */
export interface SipUri {
  scheme: 'sip' | 'sips';
  user: string;
  host: string;
  port?: number;
  parameters: Parameters;
}

const maxUriLength = 1024;

export function schemeOf(uri: string): string {
  return /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]?.toLowerCase() ?? '';
}

/** Undefined when it is no SIP URI; see `schemeOf` to tell another scheme from garbage. */
export function parseSipUri(text: string): SipUri | undefined {
  if (text.length > maxUriLength || /[\s<>"]/.test(text)) return undefined;
  const scheme = schemeOf(text);
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  const rest = text.slice(scheme.length + 1);
  // A user part may hold ';', '?' and '/', a host part never holds '@': the last one divides.
  const at = rest.lastIndexOf('@');
  const userInfo = at < 0 ? '' : rest.slice(0, at);
  const [hostAndParameters = ''] = rest.slice(at + 1).split('?');
  const semicolon = hostAndParameters.indexOf(';');
  const hostPort = parseHostPort(semicolon < 0 ? hostAndParameters : hostAndParameters.slice(0, semicolon));
  const parameters = parseParameters(semicolon < 0 ? '' : hostAndParameters.slice(semicolon + 1));
  if (!hostPort || !parameters) return undefined;
  const [user = ''] = userInfo.split(':');
  return { scheme, user: percentDecode(user), ...hostPort, parameters };
}

export function formatSipUri(uri: SipUri): string {
  const user = uri.user === '' ? '' : `${escapeUser(uri.user)}@`;
  return `${uri.scheme}:${user}${formatHostPort(uri.host, uri.port)}${formatParameters(uri.parameters)}`;
}

/** §25.1: unreserved and user-unreserved stay as they are. */
function escapeUser(user: string): string {
  return user.replace(/[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu, char =>
    [...Buffer.from(char)].map(byte => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join(''),
  );
}

/** The place in a URI's parameters that routing asks for: `;transport=tcp`, `;lr`. */
export function uriParameter(uri: SipUri, name: string): string | undefined {
  return uri.parameters.get(name)?.toLowerCase();
}
