import {
  formatParameters,
  parseParameters,
  quote,
  splitOutside,
  unquote,
  type Parameters,
} from './grammar.js';
import { schemeOf } from './uri.js';

/** From, To, Contact, Route, Record-Route (RFC 3261 §20.10). The URI is kept as written: it need not be a SIP one. */
export interface NameAddress {
  displayName: string;
  uri: string;
  parameters: Parameters;
}

export function parseNameAddress(text: string): NameAddress | undefined {
  const open = indexOfBracket(text);
  if (open < 0) return parseBare(text);
  const close = text.indexOf('>', open);
  if (close < 0) return undefined;
  // Unquoted names with characters that are no tokens (umlauts, commas) are common, and harmless.
  const displayName = unquote(text.slice(0, open).trim());
  const uri = text.slice(open + 1, close).trim();
  const rest = text.slice(close + 1).trim();
  if (rest !== '' && !rest.startsWith(';')) return undefined;
  const parameters = parseParameters(rest);
  if (!parameters || !isUri(uri)) return undefined;
  return { displayName, uri, parameters };
}

/** §20: without brackets, parameters belong to the header field and not to the URI. */
function parseBare(text: string): NameAddress | undefined {
  const semicolon = text.indexOf(';');
  const uri = (semicolon < 0 ? text : text.slice(0, semicolon)).trim();
  const parameters = parseParameters(semicolon < 0 ? '' : text.slice(semicolon));
  if (!parameters || !isUri(uri) || uri.includes('?')) return undefined;
  return { displayName: '', uri, parameters };
}

function isUri(uri: string): boolean {
  return uri.length <= 1024 && schemeOf(uri) !== '' && !/[\s<>"]/.test(uri);
}

/** The first `<` that is not in the quoted display name. */
function indexOfBracket(text: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (quoted && text[i] === '\\') i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (text[i] === '<' && !quoted) return i;
  }
  return -1;
}

/** Several in one header field, divided by commas; undefined when one of them cannot be read. */
export function parseNameAddresses(text: string): NameAddress[] | undefined {
  const addresses = splitOutside(text, ',')?.map(parseNameAddress);
  return addresses?.every(address => address !== undefined) ? addresses : undefined;
}

export function formatNameAddress(address: NameAddress): string {
  const name = address.displayName === '' ? '' : `${quote(address.displayName)} `;
  return `${name}<${address.uri}>${formatParameters(address.parameters)}`;
}

export function tagOf(address: NameAddress): string | undefined {
  return address.parameters.get('tag');
}

export function withTag(address: NameAddress, tag: string): NameAddress {
  return { ...address, parameters: new Map([...address.parameters, ['tag', tag]]) };
}
