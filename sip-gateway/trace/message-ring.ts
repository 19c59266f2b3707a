import type { Protocol } from '../sip/transport/transport.js';

/** A message of a call, as it came or went, without its secrets. */
export interface TracedMessage {
  /** Since 1970, ms. */
  atMs: number;
  direction: 'received' | 'sent';
  protocol: Protocol;
  /** `192.0.2.7:5060`, `[2001:db8::7]:5060` */
  peer: string;
  text: string;
}

/** Of one call. How it began and how it goes now tell most: what is left out is between. */
const keptAtStart = 40;
const keptLatest = 160;
const maxCharacters = 256 * 1024;

/** The messages of one call, bounded in number and size. */
export class MessageRing {
  readonly #first: TracedMessage[] = [];
  #latest: TracedMessage[] = [];
  #omitted = 0;
  #characters = 0;

  /** UTF-16 units, which are bytes but for what is not Latin. */
  get characters(): number {
    return this.#characters;
  }

  /** Messages that are not kept, and before which of `messages` they were. */
  get omitted(): { count: number; before: number } {
    return { count: this.#omitted, before: this.#first.length };
  }

  /** Oldest first. */
  get messages(): TracedMessage[] {
    return [...this.#first, ...this.#latest];
  }

  get count(): number {
    return this.#first.length + this.#latest.length;
  }

  add(message: TracedMessage): void {
    this.#characters += message.text.length;
    const beginning = this.#omitted === 0 && this.#latest.length === 0;
    if (beginning && this.#first.length < keptAtStart && this.#characters <= maxCharacters / 2) {
      this.#first.push(message);
      return;
    }
    this.#latest.push(message);
    while (this.#latest.length > keptLatest || (this.#characters > maxCharacters && this.#latest.length > 1))
      this.#omitOne();
  }

  #omitOne(): void {
    const { text } = this.#latest.shift()!;
    this.#characters -= text.length;
    this.#omitted++;
  }
}
