import { randomBytes } from 'node:crypto';
import { Headers } from './headers.js';
import { tagOf, withTag, type NameAddress } from './name-address.js';
import type { Via } from './via.js';

/** What every message has (RFC 3261 §8.1.1), read once; the other header fields are text in `headers`. */
interface MessageFields {
  /** Topmost first. A received message has at least one. */
  via: Via[];
  from: NameAddress;
  to: NameAddress;
  callId: string;
  cseq: { sequence: number; method: string };
  headers: Headers;
  body: Buffer;
}

export interface SipRequest extends MessageFields {
  kind: 'request';
  method: string;
  uri: string;
}

export interface SipResponse extends MessageFields {
  kind: 'response';
  status: number;
  reason: string;
}

export type SipMessage = SipRequest | SipResponse;

export const emptyBody = Buffer.alloc(0);

/** RFC 3261 §21 and the RFCs named beside: what we ever say. */
const phrases: Record<number, string> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted', // RFC 6665
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  422: 'Session Interval Too Small', // RFC 4028
  423: 'Interval Too Brief',
  439: 'First Hop Lacks Outbound Support', // RFC 5626
  469: 'Bad Info Package', // RFC 6086
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  603: 'Decline',
};

export function phraseOf(status: number): string {
  return phrases[status] ?? 'Unknown';
}

/** §8.2.6: Via, From, Call-ID and CSeq are the request's; To gets our tag where it has none. */
export function createResponse(request: SipRequest, status: number, localTag = newTag()): SipResponse {
  const response: SipResponse = {
    kind: 'response',
    status,
    reason: phraseOf(status),
    via: request.via,
    from: request.from,
    to: status === 100 || tagOf(request.to) !== undefined ? request.to : withTag(request.to, localTag),
    callId: request.callId,
    cseq: request.cseq,
    headers: new Headers(),
    body: emptyBody,
  };
  // §8.2.6.1
  if (status === 100) response.headers.copy(request.headers, 'timestamp');
  return response;
}

/** §19.3: at least 32 bits of randomness; 64 here. */
export function newTag(): string {
  return randomBytes(8).toString('hex');
}

export function withBody<M extends SipMessage>(message: M, contentType: string, body: string): M {
  message.headers.set('content-type', contentType);
  message.body = Buffer.from(body, 'utf8');
  return message;
}

/** Media type alone, lower case: `application/sdp`; undefined without a body. */
export function contentTypeOf(message: SipMessage): string | undefined {
  if (message.body.length === 0) return undefined;
  return (message.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
}
