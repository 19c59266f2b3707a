/** Pieces of RFC 3261 §25 that several header fields share. None of them throws. */

/** Names in lower case; values as they were written, quotes included; undefined for a flag like `;lr`. */
export type Parameters = Map<string, string | undefined>;

const tokenPattern = /^[A-Za-z0-9\-.!%*_+`'~]+$/;

export function isToken(text: string): boolean {
  return tokenPattern.test(text);
}

/**
 * Splits at `separator` where it is neither in a quoted string nor in angle brackets, and trims the pieces.
 * Undefined when a quote or bracket stays open.
 */
export function splitOutside(text: string, separator: ',' | ';'): string[] | undefined {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  let bracketed = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === '\\') i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '<') bracketed = true;
    else if (char === '>') bracketed = false;
    else if (char === separator && !bracketed) {
      pieces.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  if (quoted || bracketed) return undefined;
  pieces.push(text.slice(start).trim());
  return pieces;
}

const maxParameters = 64;

/** `;a=b;c` (the leading semicolon may be missing); undefined when it is not of that form. */
export function parseParameters(text: string): Parameters | undefined {
  const parameters: Parameters = new Map();
  const pieces = splitOutside(text, ';');
  if (!pieces || pieces.length > maxParameters) return undefined;
  for (const piece of pieces) {
    // Empty ones (";;") are not allowed, but real devices write them.
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = (equals < 0 ? piece : piece.slice(0, equals)).trim().toLowerCase();
    if (!isToken(name)) return undefined;
    const value = equals < 0 ? undefined : piece.slice(equals + 1).trim();
    // The first wins: a second `tag` must not change what the first said.
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

export function formatParameters(parameters: Parameters): string {
  let text = '';
  for (const [name, value] of parameters) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** The text in a quoted string, or the text itself when it is none. */
export function unquote(text: string): string {
  if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, '$1');
}

/** Control characters become spaces: a name or text must never end a header line. */
export function quote(text: string): string {
  return `"${text.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/["\\]/g, '\\$&')}"`;
}

/** `%41` → `A`, as UTF-8; what is no escape stays. */
export function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, escapes =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** host [":" port], IPv6 in brackets. Undefined when it is not of that form. */
export function parseHostPort(text: string): { host: string; port?: number } | undefined {
  const match = /^(\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[A-Za-z0-9._-]+)(?:\s*:\s*(\d{1,5}))?$/.exec(text.trim());
  if (!match) return undefined;
  const host = match[1]!.replace(/^\[|\]$/g, '').toLowerCase();
  if (match[2] === undefined) return { host };
  const port = Number(match[2]);
  return port > 0 && port <= 65535 ? { host, port } : undefined;
}

export function formatHostPort(host: string, port?: number): string {
  const written = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? written : `${written}:${port}`;
}
