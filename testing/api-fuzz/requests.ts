import { createGeneratorSync } from 'json-schema-faker';
import type { SeededRandom } from '../synthetic/seeded-random.js';
import type { Endpoint, Schema } from './document.js';
import type { KnownValues } from './known-values.js';

export interface ApiRequest {
  endpoint: Endpoint;
  /** Percent-encoded. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** As it goes over the wire; undefined: none. */
  body: string | undefined;
}

/** Values that break programs: wrong types, borders, surrogates, other people's languages, what means something to a store. */
const hostile: readonly unknown[] = [
  null, true, 0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, [], {}, [[]], { length: -1 }, '', ' ', '0', '\u0000',
  '\ud800', '\u202e', '手术室', '🏥', "' OR 1=1 --", '../../etc/passwd', '%00', '${7*7}', '<script>', '__proto__',
  'constructor', '9999-99-99T99:99:99Z', '0000-00-00', '-1', '1e999', 'NaN', 'a'.repeat(70_000),
]; // prettier-ignore

/** Makes requests out of the document: right ones, and wrong ones that are right but for one place. */
export class RequestMaker {
  readonly #generator;

  constructor(
    private readonly random: SeededRandom,
    private readonly known: KnownValues,
    seed: number,
  ) {
    this.#generator = createGeneratorSync({ seed, optionalsProbability: 0.5, maxItems: 5 });
  }

  right(endpoint: Endpoint): ApiRequest {
    const request: ApiRequest = { endpoint, path: endpoint.path, query: {}, headers: {}, body: undefined };
    for (const { name, in: place, required, schema } of endpoint.parameters) {
      const isUseful = place !== 'header' || name === 'If-Match';
      if (!required && (this.random.below(2) === 0 || !isUseful)) continue;
      const value = this.#text(name, schema);
      if (place === 'path') request.path = request.path.replace(`{${name}}`, encodeURIComponent(value));
      else if (place === 'query') request.query[name] = value;
      // The version that a thing has is a small number.
      else request.headers[name.toLowerCase()] = `"${1 + this.random.below(3)}"`;
    }
    const schema = endpoint.requestBody?.content['application/json']?.schema;
    if (schema) request.body = JSON.stringify(this.#familiar(this.#generator.generate(schema)));
    if (request.body !== undefined) request.headers['content-type'] = 'application/json';
    return request;
  }

  wrong(endpoint: Endpoint): ApiRequest {
    const request = this.right(endpoint);
    const change = this.random.below(10);
    const names = Object.keys(request.query);
    if (request.body !== undefined && change < 6) {
      request.body = JSON.stringify(this.#damaged(JSON.parse(request.body)));
    } else if (request.body !== undefined && change === 6) {
      request.body = this.random.mutate(Buffer.from(request.body)).toString('utf8');
    } else if (request.body !== undefined && change === 7) {
      request.headers['content-type'] = ['text/plain', 'application/xml', 'application/json; charset=x'][
        this.random.below(3)
      ]!;
    } else if (names.length > 0 && change < 8) {
      request.query[names[this.random.below(names.length)]!] = String(this.#anyHostile()).slice(0, 500);
    } else if (request.path.includes('%') || /\{/.test(endpoint.path)) {
      const parts = endpoint.path.split('/');
      request.path = request.path
        .split('/')
        .map((part, n) =>
          parts[n]!.startsWith('{') ? encodeURIComponent(wellFormed(this.#anyHostile()).slice(0, 200)) : part,
        )
        .join('/');
    } else {
      request.headers['idempotency-key'] = 'k'.repeat(this.random.below(200));
    }
    return request;
  }

  #anyHostile(): unknown {
    return hostile[this.random.below(hostile.length)];
  }

  #text(name: string, schema: Schema): string {
    const known = this.random.below(10) < 9 ? this.known.any(name) : undefined;
    const value = known ?? this.#generator.generate(schema);
    return String(value) || 'x';
  }

  /** The same with values that the server knows, in most of the places where it knows some. */
  #familiar(value: unknown, name = ''): unknown {
    if (Array.isArray(value))
      return [...new Set(value.map(entry => this.#familiar(entry, name.replace(/s$/, ''))))];
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, this.#familiar(entry, key)]),
      );
    }
    if (typeof value !== 'string' || this.random.below(10) >= 8) return value;
    return this.known.any(name) ?? value;
  }

  /** A copy with one place changed, left out, or one more. */
  #damaged(value: unknown): unknown {
    const goesIn = value !== null && typeof value === 'object' && this.random.below(10) < 8;
    const keys = goesIn ? Object.keys(value) : [];
    if (!goesIn || keys.length === 0) return this.#anyHostile();
    const copy = structuredClone(value) as Record<string, unknown>;
    const key = keys[this.random.below(keys.length)]!;
    const change = this.random.below(10);
    if (change === 0) delete copy[key];
    else if (change === 1) copy['unheard-of'] = this.#anyHostile();
    else copy[key] = this.#damaged(copy[key]);
    return copy;
  }
}

/** Without lone surrogates, which a URL cannot carry. */
function wellFormed(value: unknown): string {
  return String(value).replace(/\p{Surrogate}/gu, '\ufffd') || '%';
}
