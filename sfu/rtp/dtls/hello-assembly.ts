import { Reassembly } from './reassembly.js';
import type { Fragment } from './record.js';

/** A hello with a post-quantum key share and all extensions has some 1800. */
const mostHelloBytes = 4096;
const mostSources = 4;

/**
 * Puts a ClientHello together: browsers' have two pieces since they offer post-quantum keys. That is before the
 * client has shown that it receives, so only little is kept, of few sources (RFC 6347 §4.2.1).
 */
export class HelloAssembly {
  /** Oldest first. */
  readonly #partial = new Map<string, Reassembly>();

  /** The hello's body when it is whole. */
  push(fragment: Fragment, source: string): Buffer | undefined {
    const { bytes, length, messageSequence } = fragment;
    if (bytes.length === length) return bytes;
    if (length > mostHelloBytes) return undefined;
    const key = `${source} ${messageSequence} ${length}`;
    const known = this.#partial.get(key) ?? new Reassembly(messageSequence);
    this.#partial.set(key, known);
    const [message] = known.push(fragment);
    if (message) this.#partial.delete(key);
    for (const oldest of this.#partial.keys()) {
      if (this.#partial.size <= mostSources) break;
      this.#partial.delete(oldest);
    }
    return message?.body;
  }
}
