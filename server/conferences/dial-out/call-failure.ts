import type { CallEnd } from '../../../sip-gateway/call/call.js';
import type { CallFailure } from '../../api/outgoing-calls.js';

/** Worth another try: the room may be free, switched on or in reach a little later. */
const passing: ReadonlySet<CallFailure> = new Set([
  'busy',
  'no-answer',
  'unavailable',
  'unreachable',
  'full',
]);

/** RFC 3261 §21.4–21.6. Others of their class count as the class. */
const failures: Record<number, CallFailure> = {
  401: 'credentials',
  403: 'declined',
  404: 'unknown',
  407: 'credentials',
  408: 'no-answer',
  410: 'unknown',
  415: 'incompatible',
  416: 'unknown',
  480: 'unavailable',
  484: 'unknown',
  485: 'unknown',
  486: 'busy',
  488: 'incompatible',
  600: 'busy',
  603: 'declined',
  604: 'unknown',
  606: 'incompatible',
};

export function failureOf({ cause, status = 0 }: CallEnd, rang: boolean): CallFailure {
  if (cause === 'no-media') return 'incompatible';
  const known = failures[status];
  // 408 is the gateway's own, too: nobody picked up, or no packet ever came back.
  if (known === 'no-answer') return rang ? 'no-answer' : 'unreachable';
  if (known !== undefined) return known;
  // Where a redirection leads was never allowed, so it is not followed.
  if (status >= 300 && status < 400) return 'moved';
  if (status >= 500 && status < 600) return 'unavailable';
  return 'failed';
}

export function mayPass(failure: CallFailure): boolean {
  return passing.has(failure);
}
