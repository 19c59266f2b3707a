import { messageLimits } from './parse-message.js';

export type FramingFault = 'garbage' | 'head-too-long' | 'content-length';

/**
 * Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3). Holds at most one unfinished message,
 * which the limits bound. After a fault the stream cannot be read on: close the connection.
 */
export class StreamFramer {
  #pending: Buffer = Buffer.alloc(0);
  /** From where the end of the head is searched for: bytes before were searched already. */
  #searched = 0;
  #fault: FramingFault | undefined;

  constructor(
    private readonly onMessage: (message: Buffer) => void,
    /** RFC 5626 §3.5.1: a double CRLF is a ping, which a single one answers. */
    private readonly onPing: () => void = () => {},
  ) {}

  get pendingBytes(): number {
    return this.#pending.length;
  }

  push(chunk: Buffer): FramingFault | undefined {
    if (this.#fault) return this.#fault;
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length > 0 && this.#step()) continue;
    return this.#fault;
  }

  /** Takes one message or keep-alive; false when more bytes are needed, or after a fault. */
  #step(): boolean {
    const data = this.#pending;
    if (data[0] === 13 || data[0] === 10) return this.#skipLineEnd(data);
    // A start line begins with a token; whoever sends anything else speaks another protocol.
    if (data[0]! <= 0x20 || data[0]! >= 0x7f) return this.#fail('garbage');
    const endOfHead = data.indexOf('\r\n\r\n', Math.max(0, this.#searched - 3));
    if (endOfHead < 0) {
      this.#searched = data.length;
      return data.length > messageLimits.headBytes ? this.#fail('head-too-long') : false;
    }
    if (endOfHead > messageLimits.headBytes) return this.#fail('head-too-long');
    const bodyBytes = contentLength(data.toString('latin1', 0, endOfHead));
    if (bodyBytes === undefined || bodyBytes > messageLimits.bodyBytes) return this.#fail('content-length');
    const end = endOfHead + 4 + bodyBytes;
    if (data.length < end) return false;
    const message = data.subarray(0, end);
    this.#consume(end);
    this.onMessage(message);
    return true;
  }

  #skipLineEnd(data: Buffer): boolean {
    if (data.length >= 4 && data.toString('latin1', 0, 4) === '\r\n\r\n') {
      this.#consume(4);
      this.onPing();
      return true;
    }
    // Perhaps the first half of a ping: wait for what follows.
    if (data.length < 4 && '\r\n\r\n'.startsWith(data.toString('latin1'))) return false;
    this.#consume(1);
    return true;
  }

  #consume(bytes: number): void {
    this.#pending = this.#pending.subarray(bytes);
    this.#searched = 0;
  }

  #fail(fault: FramingFault): false {
    this.#fault = fault;
    this.#pending = Buffer.alloc(0);
    return false;
  }
}

/** A head without the field has no body, as a request of the simplest clients. Undefined: not readable. */
function contentLength(head: string): number | undefined {
  const match = /\r?\n(?:content-length|l)[ \t]*:\s*([^\r\n]*)/i.exec(head);
  if (!match) return 0;
  return /^\d{1,9}\s*$/.test(match[1]!) ? Number(match[1]) : undefined;
}
