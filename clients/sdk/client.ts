import type { components, operations } from './openapi.js';
import { routes } from './routes.js';

/** What the API names: `Schemas['Conference']`. */
export type Schemas = components['schemas'];
export type OperationName = keyof typeof routes;

type Operation<N extends OperationName> = operations[N];
type Content<T> = T extends { content: infer C } ? C[keyof C] : undefined;
/** What the operation answers; undefined: nothing. */
export type Result<N extends OperationName> =
  Operation<N>['responses'] extends Record<200, infer R> ? Content<R> : undefined;
export type Body<N extends OperationName> =
  Operation<N> extends { requestBody: infer B } ? Content<B> : undefined;

type Parameters<N extends OperationName> = Operation<N>['parameters'];
type Path<N extends OperationName> = Parameters<N> extends { path: infer P } ? { params: P } : object;
type Query<N extends OperationName> =
  Parameters<N> extends { query?: infer Q extends object }
    ? Parameters<N> extends { query: object }
      ? { query: Q }
      : { query?: Q }
    : object;
type Versioned<N extends OperationName> =
  Parameters<N> extends { header: { 'If-Match': string } }
    ? {
        /** Version of what is changed, in quotation marks. */
        ifMatch: string;
      }
    : object;
type Repeatable<N extends OperationName> =
  Parameters<N> extends { header?: { 'Idempotency-Key'?: string } }
    ? {
        /** The same request with the same key is done once, for a day. */
        idempotencyKey?: string;
      }
    : object;

export type Input<N extends OperationName> = Path<N> &
  Query<N> &
  Versioned<N> &
  Repeatable<N> &
  (Body<N> extends undefined ? object : { body: Body<N> });
type InputArguments<N extends OperationName> =
  object extends Input<N> ? [input?: Input<N>] : [input: Input<N>];

export interface ClientOptions {
  /** `https://amphi.hospital.example`; a page of the server itself leaves it out. */
  server?: string;
  /** An API key; a page sends the session's cookie instead. */
  key?: string;
  timeoutMs?: number;
  fetch?: typeof fetch;
}

export interface Client {
  /** Performs one operation of the API by its `operationId`. @throws RestError */
  call: <N extends OperationName>(name: N, ...input: InputArguments<N>) => Promise<Result<N>>;
}

/** The server said no, with an RFC 9457 problem; or it could not be reached (`status` 0, code `unreachable`). */
export class RestError extends Error {
  override readonly name = 'RestError';
  constructor(
    readonly status: number,
    readonly code: string,
    /** For people, in English: what to do. */
    readonly detail: string,
    options?: ErrorOptions,
    /** Of a file that was refused: what is wrong with it. */
    readonly rows: NonNullable<Schemas['Problem']['rows']> = [],
  ) {
    super(`${status} ${code}`, options);
  }
}

interface Sent {
  params?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  ifMatch?: string;
  idempotencyKey?: string;
}

export function createClient(options: ClientOptions = {}): Client {
  const { server = '', key, timeoutMs = 15_000 } = options;
  const call = async (name: OperationName, input: Sent = {}): Promise<unknown> => {
    const [method, path] = routes[name];
    const { params = {}, query = {}, body, ifMatch, idempotencyKey } = input;
    const address = path.replace(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(params[part] ?? ''));
    const asked = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(asked.map(([part, value]): [string, string] => [part, String(value)]));
    let response: Response;
    try {
      response = await (options.fetch ?? fetch)(
        `${server}${address}${search.size > 0 ? `?${search.toString()}` : ''}`,
        {
          method,
          signal: AbortSignal.timeout(timeoutMs),
          headers: {
            ...(key !== undefined && { authorization: `Bearer ${key}` }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(ifMatch !== undefined && { 'if-match': ifMatch }),
            ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        },
      );
    } catch (cause) {
      throw new RestError(0, 'unreachable', '', { cause });
    }
    if (!response.ok) throw await refusalOf(response);
    if (response.status === 204) return undefined;
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return isJson ? response.json() : response.text();
  };
  return { call: call as Client['call'] };
}

async function refusalOf(response: Response): Promise<RestError> {
  try {
    const problem = (await response.json()) as Schemas['Problem'];
    return new RestError(response.status, problem.code, problem.detail ?? problem.title, {}, problem.rows);
  } catch {
    return new RestError(response.status, 'internal', response.statusText);
  }
}
