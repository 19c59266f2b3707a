import { createHash } from 'node:crypto';
import { quote, splitOutside, unquote } from '../message/grammar.js';

/** RFC 8760 §2: best first. */
export const digestAlgorithms = ['SHA-256', 'MD5'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

/** What stands for a password: H(user:realm:password). As secret as the password, for this realm alone. */
export type DigestKeys = Record<DigestAlgorithm, string>;

export function digestHash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
}

export function digestKeys(userName: string, realm: string, password: string): DigestKeys {
  const text = `${userName}:${realm}:${password}`;
  return { MD5: digestHash('MD5', text), 'SHA-256': digestHash('SHA-256', text) };
}

/** RFC 7616 §3.4.1, qop `auth`; without `counted` as in RFC 2069, which old peers speak. */
export function digestResponse(
  algorithm: DigestAlgorithm,
  key: string,
  request: { method: string; uri: string; nonce: string; counted?: { nc: string; cnonce: string } },
): string {
  const { method, uri, nonce, counted } = request;
  const count = counted ? [counted.nc, counted.cnonce, 'auth'] : [];
  const a2 = digestHash(algorithm, `${method}:${uri}`);
  return digestHash(algorithm, [key, nonce, ...count, a2].join(':'));
}

/** Undefined when we don't speak it. Absent means MD5 (RFC 7616 §3.3). */
export function algorithmOf(parameters: ReadonlyMap<string, string>): DigestAlgorithm | undefined {
  const name = (parameters.get('algorithm') ?? 'MD5').toUpperCase();
  return digestAlgorithms.find(algorithm => algorithm === name);
}

const maxParameters = 32;

/** `Digest a="b", c=d`: names in lower case, values without quotes. Undefined when it is not of that form. */
export function parseDigest(text: string): Map<string, string> | undefined {
  const [, list] = /^\s*digest\s+(.*)$/is.exec(text) ?? [];
  const pieces = list === undefined ? undefined : splitOutside(list, ',');
  if (!pieces || pieces.length > maxParameters) return undefined;
  const parameters = new Map<string, string>();
  for (const piece of pieces) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    if (equals <= 0) return undefined;
    const name = piece.slice(0, equals).trim().toLowerCase();
    if (!parameters.has(name)) parameters.set(name, unquote(piece.slice(equals + 1).trim()));
  }
  return parameters;
}

/** What the grammar wants without quotes (RFC 3261 §25.1); peers mind. */
const bare = new Set(['algorithm', 'stale', 'nc']);

/** `quotedQop`: in a challenge it is a list in quotes, in credentials one word. */
export function formatDigest(parameters: [name: string, value: string][], quotedQop: boolean): string {
  const written = parameters.map(([name, value]) =>
    bare.has(name) || (name === 'qop' && !quotedQop) ? `${name}=${value}` : `${name}=${quote(value)}`,
  );
  return `Digest ${written.join(', ')}`;
}
