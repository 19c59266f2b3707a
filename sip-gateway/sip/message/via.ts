import { formatHostPort, formatParameters, parseHostPort, parseParameters, splitOutside } from './grammar.js';
import type { Parameters } from './grammar.js';

/** RFC 3261 §20.42. `host` and `port` are what the sender wrote of itself (sent-by). */
export interface Via {
  /** UDP, TCP, TLS, …: upper case. */
  protocol: string;
  host: string;
  port?: number;
  parameters: Parameters;
}

/** §8.1.1.7: a branch that begins with it identifies its transaction alone. */
export const magicCookie = 'z9hG4bK';

export function parseVia(text: string): Via | undefined {
  const match = /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z0-9\-.!%*_+`'~]{1,16})\s+([^;]+)(;.*)?$/is.exec(text);
  if (!match) return undefined;
  const sentBy = parseHostPort(match[2]!);
  const parameters = parseParameters(match[3] ?? '');
  if (!sentBy || !parameters) return undefined;
  return { protocol: match[1]!.toUpperCase(), ...sentBy, parameters };
}

export function parseVias(text: string): Via[] | undefined {
  const vias = splitOutside(text, ',')?.map(parseVia);
  return vias?.every(via => via !== undefined) ? vias : undefined;
}

export function formatVia(via: Via): string {
  return `SIP/2.0/${via.protocol} ${formatHostPort(via.host, via.port)}${formatParameters(via.parameters)}`;
}

export function branchOf(via: Via): string | undefined {
  return via.parameters.get('branch');
}
