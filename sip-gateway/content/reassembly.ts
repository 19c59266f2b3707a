import type { BfcpMessage } from './bfcp.js';
import { parseAttributes, parseHeader, type BfcpHeader } from './parse-bfcp.js';

/** Nobody sends several large messages at once; older ones were lost on the way. */
const maxPartial = 4;
/** A message of the standard with all its texts stays far below. */
const maxPayloadBytes = 16 * 1024;

export type BfcpFault = 'malformed' | 'incorrect-length' | 'unreadable';
export type ParsedBfcp =
  | { ok: true; message: BfcpMessage }
  /** With a header: answer its transaction with Error. */
  | { ok: false; fault: BfcpFault; header?: BfcpHeader }
  /** More fragments are awaited. */
  | undefined;

interface Partial {
  key: string;
  payload: Buffer;
  /** One for each 4 bytes that have come. */
  seen: Uint8Array;
}

/** Messages from datagrams, fragments put together (RFC 8855 §6.2.3). Bytes in, values out; never throws. */
export class Reassembly {
  #partial: Partial[] = [];

  push(datagram: Buffer): ParsedBfcp {
    const parsed = parseHeader(datagram);
    if (!parsed) return { ok: false, fault: 'malformed' };
    const { header, payload } = parsed;
    if (!header.fragment) return messageOf(header, payload);
    if (header.payloadBytes > maxPayloadBytes) return { ok: false, fault: 'malformed' };
    const whole = this.#insert(header, header.fragment.offset, payload);
    return whole && messageOf(header, whole);
  }

  #insert(header: BfcpHeader, offset: number, payload: Buffer): Buffer | undefined {
    const { responder, primitive, conferenceId, transactionId, userId, payloadBytes } = header;
    const key = [responder, primitive, conferenceId, transactionId, userId, payloadBytes].join();
    let partial = this.#partial.find(candidate => candidate.key === key);
    if (!partial) {
      partial = { key, payload: Buffer.alloc(payloadBytes), seen: new Uint8Array(payloadBytes / 4) };
      this.#partial = [...this.#partial.slice(1 - maxPartial), partial];
    }
    payload.copy(partial.payload, offset);
    partial.seen.fill(1, offset / 4, (offset + payload.length) / 4);
    if (partial.seen.includes(0)) return undefined;
    this.#partial = this.#partial.filter(other => other !== partial);
    return partial.payload;
  }
}

/** `payload` is all that followed the header. */
export function messageOf(header: BfcpHeader, payload: Buffer): Exclude<ParsedBfcp, undefined> {
  if (payload.length !== header.payloadBytes) return { ok: false, fault: 'incorrect-length', header };
  const attributes = parseAttributes(payload);
  if (!attributes) return { ok: false, fault: 'unreadable', header };
  const { version, responder, primitive, conferenceId, transactionId, userId } = header;
  return {
    ok: true,
    message: { version, responder, primitive, conferenceId, transactionId, userId, attributes },
  };
}
