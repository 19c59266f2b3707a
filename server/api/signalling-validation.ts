import { Compile } from 'typebox/compile';
import { Request, requests, type Method } from './signalling.js';

const checkRequest = Compile(Request);
const checkParams = Object.fromEntries(
  Object.entries(requests).map(([method, { params }]) => [method, Compile(params)]),
) as unknown as Record<
  Method,
  { Check(value: unknown): boolean; Errors(value: unknown): { instancePath: string; message: string }[] }
>;

export type ParsedRequest =
  | { ok: true; id: number; method: Method; params: unknown }
  /** `id` is -1 when not even that could be read. */
  | { ok: false; id: number; reason: string };

/** A text from a browser as a request whose parameters fit their schema; never throws. */
export function parseRequest(text: string): ParsedRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, id: -1, reason: 'The message is not JSON.' };
  }
  if (!checkRequest.Check(value))
    return { ok: false, id: -1, reason: 'A request is { id, method, params }.' };
  const { id, method, params } = value;
  if (!Object.hasOwn(requests, method)) return { ok: false, id, reason: `There is no method "${method}".` };
  const check = checkParams[method as Method];
  if (check.Check(params)) return { ok: true, id, method: method as Method, params };
  const [first] = check.Errors(params);
  return {
    ok: false,
    id,
    reason: `${method}: ${first?.instancePath || 'params'} ${first?.message ?? 'is wrong'}`,
  };
}
