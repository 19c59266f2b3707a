import { parseParameters, percentDecode } from './grammar.js';
import type { SipRequest } from './message.js';
import { parseNameAddress } from './name-address.js';
import { formatSipUri, parseSipUri } from './uri.js';

/** A dialog, as who writes `Replaces` (RFC 3891 §6.1) sees it. */
export interface ReplacedDialog {
  callId: string;
  /** Of who is asked to replace it. */
  localTag: string;
  remoteTag: string;
  /** Only while it still rings. */
  earlyOnly: boolean;
}

/** What a REFER asks for (RFC 3515). */
export interface Referral {
  /** Whom to call: a SIP URI without header fields and without `method`. */
  target: string;
  /** A complete `Replaces` value for the INVITE: the transfer is attended. */
  replaces?: string;
  /** As the peer wrote it, where it can be read (RFC 3892): to be passed on. */
  referredBy?: string;
  /** RFC 4488: it does not want to hear what becomes of it. */
  silent: boolean;
}

/** Undefined when it is none. Two tags are needed: without them anybody's guess would do. */
export function parseReplaces(value: string): ReplacedDialog | undefined {
  const semicolon = value.indexOf(';');
  const callId = (semicolon < 0 ? value : value.slice(0, semicolon)).trim();
  const parameters = parseParameters(semicolon < 0 ? '' : value.slice(semicolon));
  const localTag = parameters?.get('to-tag');
  const remoteTag = parameters?.get('from-tag');
  if (!parameters || callId === '' || /\s/.test(callId) || !localTag || !remoteTag) return undefined;
  return { callId, localTag, remoteTag, earlyOnly: parameters.has('early-only') };
}

/** Or the status to refuse it with. */
export function parseReferral({ headers }: SipRequest): Referral | { status: number } {
  // §2.4.2: exactly one.
  const [value, ...more] = headers.all('refer-to');
  if (value === undefined || more.length > 0) return { status: 400 };
  const silent = headers.get('refer-sub')?.trim().toLowerCase().startsWith('false') ?? false;
  const referredBy = parseNameAddress(headers.get('referred-by') ?? '') && headers.get('referred-by');
  // Bare, though it has header fields (§20 asks for brackets): some phones write so.
  const address = parseNameAddress(value) ?? parseNameAddress(`<${value.trim()}>`);
  const question = address?.uri.search(/\?[a-z-]+=/i) ?? -1;
  const fields = question < 0 ? '' : address!.uri.slice(question + 1);
  const uri = address && parseSipUri(question < 0 ? address.uri : address.uri.slice(0, question));
  if (!address || !uri) return { status: 416 };
  const method = uri.parameters.get('method')?.toUpperCase() ?? 'INVITE';
  if (method !== 'INVITE') return { status: 603 };
  const parameters = new Map([...uri.parameters].filter(([name]) => name !== 'method'));
  const replaces = fieldOf(fields, 'replaces');
  if (replaces !== undefined && !parseReplaces(replaces)) return { status: 400 };
  return {
    target: formatSipUri({ ...uri, parameters }),
    ...(replaces !== undefined && { replaces }),
    ...(referredBy !== undefined && { referredBy }),
    silent,
  };
}

/** RFC 3261 §19.1.1: `?name=value&…` of a URI. All but Replaces are dangerous or useless (§19.1.5). */
function fieldOf(fields: string, name: string): string | undefined {
  for (const field of fields.split('&')) {
    const [key = '', ...value] = field.split('=');
    if (key.toLowerCase() === name) return percentDecode(value.join('='));
  }
  return undefined;
}
