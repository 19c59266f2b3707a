import { writeMessage, type Fragment } from './record.js';

export interface Message {
  type: number;
  body: Buffer;
  /** As it counts for the transcript. */
  whole: Buffer;
}

/** Certificates are the longest. */
const mostBytes = 16 * 1024;
/** Of a flight; what is further ahead is sent again. */
const mostAhead = 8;

/** Puts handshake messages together and in order (RFC 6347 §4.2.2, §4.2.3), whatever way their pieces come. */
export class Reassembly {
  readonly #partial = new Map<number, { body: Buffer; have: Uint8Array; missing: number; type: number }>();
  #next: number;

  constructor(firstMessageSequence: number) {
    this.#next = firstMessageSequence;
  }

  /** The messages that are now complete and in order. */
  push({ type, length, messageSequence, offset, bytes }: Fragment): Message[] {
    if (messageSequence < this.#next || messageSequence >= this.#next + mostAhead || length > mostBytes)
      return [];
    let message = this.#partial.get(messageSequence);
    if (!message) {
      message = { type, body: Buffer.alloc(length), have: new Uint8Array(length), missing: length };
      this.#partial.set(messageSequence, message);
    }
    if (message.type !== type || message.body.length !== length) return [];
    for (let i = 0; i < bytes.length; i++) {
      if (message.have[offset + i]) continue;
      message.have[offset + i] = 1;
      message.body[offset + i] = bytes[i]!;
      message.missing--;
    }
    return this.#complete();
  }

  #complete(): Message[] {
    const messages: Message[] = [];
    for (;;) {
      const message = this.#partial.get(this.#next);
      if (!message || message.missing > 0) return messages;
      this.#partial.delete(this.#next);
      const { type, body } = message;
      messages.push({ type, body, whole: writeMessage(type, this.#next, body) });
      this.#next++;
    }
  }
}
