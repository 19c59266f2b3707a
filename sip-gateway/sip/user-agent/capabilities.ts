import type { Headers } from '../message/headers.js';
import type { SipRequest } from '../message/message.js';
import { schemeOf } from '../message/uri.js';

/** Methods that we serve. */
export const allowedMethods = [
  ...['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'INFO', 'UPDATE', 'PRACK'],
  ...['REGISTER', 'REFER'],
];

/** Option tags: reliable 1xx (RFC 3262), session timers (RFC 4028), Replaces (RFC 3891), REFER without NOTIFY (RFC 4488). */
export const supportedExtensions = ['100rel', 'timer', 'replaces', 'norefersub'];

/** Of the registrar: RFC 3327 and RFC 5626. */
const registrarExtensions = ['path', 'outbound'];

/** Bodies of INVITE, UPDATE and INFO. */
export const acceptedBodies = [
  'application/sdp',
  'application/media_control+xml',
  'application/dtmf-relay',
  'application/dtmf',
];

/** RFC 3261 §11.2, §13.2.1, §13.3.1: what INVITE, and 200 to it and to OPTIONS, tell. */
export function writeCapabilities(headers: Headers): Headers {
  return headers
    .set('allow', allowedMethods.join(', '))
    .set('accept', acceptedBodies.join(', '))
    .set('supported', supportedExtensions.join(', '));
}

export interface Refusal {
  status: number;
  headers: [name: string, value: string][];
}

/** RFC 3261 §8.2.1 to §8.2.3, for a request of any kind but ACK; undefined when nothing is wrong with it. */
export function inspectRequest(request: SipRequest): Refusal | undefined {
  const { method, headers } = request;
  if (!allowedMethods.includes(method)) return refusal(405, ['allow', allowedMethods.join(', ')]);
  const scheme = schemeOf(request.uri);
  if (scheme !== 'sip' && scheme !== 'sips') return refusal(416);
  const maxForwards = headers.get('max-forwards');
  if (maxForwards !== undefined && !/^\d{1,4}$/.test(maxForwards)) return refusal(400);
  // A user agent need not look at it (§16.3 is for proxies), and OPTIONS with 0 is how paths are traced.
  // A call, though, that comes with no hop left has been round a loop: we are about to make another leg of it.
  if (method === 'INVITE' && maxForwards !== undefined && Number(maxForwards) === 0) return refusal(483);
  // §8.2.2.3: not for CANCEL.
  const supported = method === 'REGISTER' ? registrarExtensions : supportedExtensions;
  const unsupported = headers.tokens('require').filter(tag => !supported.includes(tag));
  if (method !== 'CANCEL' && unsupported.length > 0)
    return refusal(420, ['unsupported', unsupported.join(', ')]);
  const encoding = headers.tokens('content-encoding').filter(coding => coding !== 'identity');
  if (encoding.length > 0) return refusal(415, ['accept-encoding', 'identity']);
  return undefined;
}

function refusal(status: number, ...headers: [name: string, value: string][]): Refusal {
  return { status, headers };
}
