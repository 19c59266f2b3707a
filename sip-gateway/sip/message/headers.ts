/** RFC 3261 §7.3.3 and the extensions that we read. */
const compactForms: Record<string, string> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
};

const irregularNames: Record<string, string> = {
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  rack: 'RAck',
  rseq: 'RSeq',
  'mime-version': 'MIME-Version',
  'min-se': 'Min-SE',
  'www-authenticate': 'WWW-Authenticate',
};

/** Lower case, compact forms written out. */
export function fullName(name: string): string {
  const lower = name.toLowerCase();
  return compactForms[lower] ?? lower;
}

/** As the RFCs print it. */
export function printedName(name: string): string {
  return irregularNames[name] ?? name.replace(/(^|-)[a-z]/g, letters => letters.toUpperCase());
}

/**
 * Header fields in their order. Names are asked for in lower case and full (`content-type`). Via, From, To,
 * Call-ID, CSeq and Content-Length are not here: the message has them as fields of its own.
 */
export class Headers {
  readonly #entries: [name: string, value: string][] = [];

  get(name: string): string | undefined {
    return this.#entries.find(([entry]) => entry === name)?.[1];
  }

  /** The value of each such line. */
  all(name: string): string[] {
    return this.#entries.filter(([entry]) => entry === name).map(([, value]) => value);
  }

  /** For fields that are lists of tokens (Require, Supported, Allow): their elements, in lower case. */
  tokens(name: string): string[] {
    return this.all(name)
      .flatMap(value => value.split(','))
      .map(token => token.trim().toLowerCase())
      .filter(token => token !== '');
  }

  has(name: string): boolean {
    return this.#entries.some(([entry]) => entry === name);
  }

  /** Line breaks in a value would be a header line of somebody else's making: they become spaces. */
  add(name: string, value: string): this {
    this.#entries.push([name, value.replace(/[\r\n\0]+/g, ' ')]);
    return this;
  }

  set(name: string, value: string): this {
    this.delete(name);
    return this.add(name, value);
  }

  delete(name: string): void {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      if (this.#entries[i]![0] === name) this.#entries.splice(i, 1);
    }
  }

  /** Takes over all lines of that name, in their order. */
  copy(from: Headers, name: string): this {
    for (const value of from.all(name)) this.add(name, value);
    return this;
  }

  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.#entries.values();
  }
}
