import { isToken } from './grammar.js';
import { fullName, Headers } from './headers.js';
import { parseNameAddress, type NameAddress } from './name-address.js';
import { emptyBody, type SipMessage, type SipRequest } from './message.js';
import { parseSipUri, schemeOf } from './uri.js';
import { parseVias, type Via } from './via.js';

/** Bytes and lines; more is refused before it costs anything. */
export const messageLimits = { headBytes: 16 * 1024, bodyBytes: 64 * 1024, lines: 256, vias: 72 };

/**
 * Why bytes are no SIP message. `answer` is there when it was a request that is whole enough to be answered
 * (RFC 3261 §8.2, RFC 4475): others are dropped.
 */
export interface ParseFault {
  kind: 'fault';
  code: FaultCode;
  answer?: { request: SipRequest; status: number; reason: string };
}

export type FaultCode =
  | 'garbage'
  | 'too-long'
  | 'start-line'
  | 'header'
  | 'mandatory-header'
  | 'cseq-method'
  | 'content-length'
  | 'version'
  | 'uri';

/** One whole message: a datagram, or what the framer cut out of a stream. Never throws. */
export function parseMessage(data: Buffer): SipMessage | ParseFault {
  // §7.5: empty lines before the start line are ignored.
  let begin = 0;
  while (begin < data.length && (data[begin] === 13 || data[begin] === 10)) begin++;
  if (!looksLikeText(data, begin)) return fault('garbage');

  const end = endOfHead(data, begin);
  if (end.head - begin > messageLimits.headBytes) return fault('too-long');
  const lines = unfold(data.toString('utf8', begin, end.head));
  if (lines.length > messageLimits.lines) return fault('too-long');

  const start = parseStartLine(lines[0] ?? '');
  if (!start) return fault('start-line');
  const fields = readFields(lines);
  if (!fields) return fault('mandatory-header');

  const { contentLength, broken, ...rest } = fields;
  const message = { ...start.line, ...rest, body: data.subarray(end.body) };
  const refuse = (code: FaultCode, status: number, reason: string): ParseFault =>
    message.kind === 'request' && message.method !== 'ACK'
      ? { kind: 'fault', code, answer: { request: { ...message, body: emptyBody }, status, reason } }
      : fault(code);

  if (start.fault) return refuse(start.fault.code, start.fault.status, start.fault.reason);
  if (broken) return refuse('header', 400, `Bad header line: ${broken}`);
  if (message.kind === 'request' && message.cseq.method !== message.method) {
    return refuse('cseq-method', 400, 'CSeq method does not match');
  }
  if (contentLength === null) return refuse('content-length', 400, 'Bad Content-Length');
  if (message.body.length > messageLimits.bodyBytes) return refuse('too-long', 413, 'Body too long');
  if (contentLength !== undefined) {
    // §18.3: fewer bytes than announced is an error, more are ignored.
    if (contentLength > message.body.length) return refuse('content-length', 400, 'Body is incomplete');
    message.body = message.body.subarray(0, contentLength);
  }
  // The caller's datagram may be reused.
  message.body = message.body.length === 0 ? emptyBody : Buffer.from(message.body);
  return message;
}

function fault(code: FaultCode): ParseFault {
  return { kind: 'fault', code };
}

/** Spares random bytes the rest of the parser: a start line begins with a token and is printable. */
function looksLikeText(data: Buffer, begin: number): boolean {
  if (data.length - begin < 20) return false;
  for (let i = begin; i < begin + 8; i++) {
    const byte = data[i]!;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

/** Where the head ends and the body begins. Lines that end in LF alone are read too. */
function endOfHead(data: Buffer, begin: number): { head: number; body: number } {
  const crlf = data.indexOf('\r\n\r\n', begin);
  const lf = data.indexOf('\n\n', begin);
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return { head: crlf, body: crlf + 4 };
  if (lf >= 0) return { head: lf, body: lf + 2 };
  return { head: data.length, body: data.length };
}

/** §7.3.1: a line that begins with white space continues the one before. */
function unfold(head: string): string[] {
  return head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
}

type StartLine =
  { kind: 'request'; method: string; uri: string } | { kind: 'response'; status: number; reason: string };

function parseStartLine(
  text: string,
): { line: StartLine; fault?: { code: FaultCode; status: number; reason: string } } | undefined {
  const response = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/i.exec(text);
  if (response) return { line: { kind: 'response', status: Number(response[1]), reason: response[2] ?? '' } };
  const request = /^(\S{1,64}) (.*) SIP\/(\d+\.\d+)(\s*)$/is.exec(text);
  if (!request || !isToken(request[1]!)) return undefined;
  const [, method = '', uri = '', version, trailing] = request;
  const line: StartLine = { kind: 'request', method, uri };
  if (version !== '2.0')
    return { line, fault: { code: 'version', status: 505, reason: 'Version Not Supported' } };
  // §8.2.2.1: which schemes are served is the user agent's to say (416); here it need only be a URI.
  const scheme = schemeOf(uri);
  const isSip = scheme === 'sip' || scheme === 'sips';
  const readable = isSip ? parseSipUri(uri) !== undefined : scheme !== '' && !/[\s<>"]/.test(uri);
  if (!readable || uri.length > 1024 || trailing !== '') {
    return { line, fault: { code: 'uri', status: 400, reason: 'Bad Request-URI' } };
  }
  return { line };
}

interface Fields {
  via: Via[];
  from: NameAddress;
  to: NameAddress;
  callId: string;
  cseq: { sequence: number; method: string };
  headers: Headers;
  /** null: not a number, or two that differ. */
  contentLength: number | null | undefined;
  /** Name of the first line that is no header field. */
  broken: string | undefined;
}

/** Undefined when a field without which no answer can be built is missing, repeated or unreadable. */
function readFields(lines: string[]): Fields | undefined {
  const headers = new Headers();
  const via: Via[] = [];
  const single = new Map<string, string>();
  let contentLength: number | null | undefined;
  let broken: string | undefined;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!;
    if (line === '') continue;
    const colon = line.indexOf(':');
    const written = line.slice(0, Math.max(colon, 0)).trimEnd();
    if (!isToken(written)) {
      broken ??= 'no name';
      continue;
    }
    const name = fullName(written);
    const value = line.slice(colon + 1).trim();
    switch (name) {
      case 'via': {
        const vias = parseVias(value);
        if (!vias || via.length + vias.length > messageLimits.vias) return undefined;
        via.push(...vias);
        break;
      }
      case 'from':
      case 'to':
      case 'call-id':
      case 'cseq':
        if (single.has(name)) return undefined;
        single.set(name, value);
        break;
      case 'content-length': {
        const length = /^\d{1,9}$/.test(value) ? Number(value) : null;
        contentLength = contentLength === undefined || contentLength === length ? length : null;
        break;
      }
      default:
        headers.add(name, value);
    }
  }
  const from = parseNameAddress(single.get('from') ?? '');
  const to = parseNameAddress(single.get('to') ?? '');
  const callId = single.get('call-id') ?? '';
  const cseq = parseCSeq(single.get('cseq') ?? '');
  if (via.length === 0 || !from || !to || !/^\S{1,256}$/.test(callId) || !cseq) return undefined;
  return { via, from, to, callId, cseq, headers, contentLength, broken };
}

/** §8.1.1.5: less than 2^31. */
function parseCSeq(text: string): { sequence: number; method: string } | undefined {
  const match = /^(\d{1,12})\s+(\S{1,64})$/.exec(text);
  if (!match || !isToken(match[2]!)) return undefined;
  const sequence = Number(match[1]);
  return sequence < 2 ** 31 ? { sequence, method: match[2]! } : undefined;
}
