import { splitOutside } from '../sip/message/grammar.js';
import type { SipRequest } from '../sip/message/message.js';
import { parseNameAddress, parseNameAddresses, type NameAddress } from '../sip/message/name-address.js';
import { parseSipUri } from '../sip/message/uri.js';
import type { Protocol, SocketAddress } from '../sip/transport/transport.js';

/** Where a device of an account is reached (RFC 3261 §10): plain JSON, kept over restarts. */
export interface SavedBinding {
  /** The URI of its Contact. */
  contact: string;
  /** 0 to 1: more is called first. */
  q: number;
  /** ms since 1970. */
  expiresAtMs: number;
  callId: string;
  cseq: number;
  /** Proxies on the way to it, ours first (RFC 3327), as name-addr. */
  path: string[];
  /** The device and which of its ways (RFC 5626 §4.1, §4.2); absent without outbound. */
  outbound?: { instance: string; regId: number };
  /** Where its REGISTER came from. */
  flow: { protocol: Protocol; remote: SocketAddress };
  userAgent: string;
}

/** Bindings with the same key are one (§10.3, step 7; RFC 5626 §6: the contact may change, the way is the same). */
export function bindingKey({ contact, outbound }: Pick<SavedBinding, 'contact' | 'outbound'>): string {
  return outbound ? `${outbound.instance} ${outbound.regId}` : comparableUri(contact);
}

/** Parameters that tell URIs apart also when only one has them (RFC 3261 §19.1.4). */
const telling = ['user', 'ttl', 'method', 'maddr', 'transport'];

function comparableUri(text: string): string {
  const uri = parseSipUri(text);
  if (!uri) return text;
  const parameters = telling.map(name => uri.parameters.get(name)?.toLowerCase() ?? '');
  return [uri.scheme, uri.user, uri.host, uri.port ?? '', ...parameters].join(' ');
}

/** A Contact of a REGISTER; `expiresS` undefined: it leaves that to us. */
export interface WantedBinding {
  contact: string;
  q: number;
  expiresS: number | undefined;
  outbound?: { instance: string; regId: number };
}

/** Of one REGISTER. More is an attack, or a mistake. */
const maxContacts = 10;
const maxPath = 10;

/** §10.3, steps 6 and 7: `*` to remove all; undefined when it cannot be read or asks for nonsense (400). */
export function readContacts(request: SipRequest): WantedBinding[] | '*' | undefined {
  const lines = request.headers.all('contact').flatMap(line => splitOutside(line, ',') ?? ['']);
  const expiresS = seconds(request.headers.get('expires'));
  if (lines.includes('*')) return lines.length === 1 && expiresS === 0 ? '*' : undefined;
  if (lines.length > maxContacts) return undefined;
  const wanted: WantedBinding[] = [];
  for (const line of lines) {
    const address = parseNameAddress(line);
    if (!address || !parseSipUri(address.uri)) return undefined;
    const { parameters } = address;
    wanted.push({
      contact: address.uri,
      q: quality(parameters.get('q')),
      expiresS: seconds(parameters.get('expires')) ?? expiresS,
      ...outboundOf(address, request),
    });
  }
  return wanted;
}

/** RFC 5626 §6: both, and the device says that it means it. */
function outboundOf(
  { parameters }: NameAddress,
  { headers }: SipRequest,
): Pick<WantedBinding, 'outbound'> | undefined {
  const instance = parameters.get('+sip.instance');
  const regId = Number(parameters.get('reg-id'));
  if (instance === undefined || instance.length > 256 || !Number.isInteger(regId) || regId < 1)
    return undefined;
  return headers.tokens('supported').includes('outbound') ? { outbound: { instance, regId } } : undefined;
}

/** RFC 3327: as name-addr, each with its URI checked. Undefined when one cannot be read. */
export function readPath({ headers }: SipRequest): NameAddress[] | undefined {
  const path: NameAddress[] = [];
  for (const line of headers.all('path')) {
    const parsed = parseNameAddresses(line);
    if (!parsed?.every(({ uri }) => parseSipUri(uri))) return undefined;
    path.push(...parsed);
  }
  return path.length > maxPath ? undefined : path;
}

/** §20.19: what cannot be read is as if it were not there. */
function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text.trim()) ? Number(text) : undefined;
}

function quality(text: string | undefined): number {
  return text !== undefined && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}
