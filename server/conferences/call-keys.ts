import type { Call } from '../../sip-gateway/call/call.js';

/** A key that is told both ways comes twice within this time. */
const twiceMs = 1_000;

/**
 * Keys of a call, by whatever way they come: by signalling (SIP INFO), as events in RTP, or as tones in the sound.
 * Who uses signalling may send the tones, too: then only signalling counts.
 */
export class CallKeys {
  #signalled = false;
  #lastTone = { digit: '', atMs: -Infinity };

  constructor(
    private readonly call: Call,
    private readonly press: (digit: string) => void,
  ) {}

  bySignalling(digit: string, nowMs = performance.now()): void {
    const isEcho =
      !this.#signalled && digit === this.#lastTone.digit && nowMs - this.#lastTone.atMs < twiceMs;
    this.#signalled = true;
    if (!isEcho) this.press(digit);
  }

  byMedia(digit: string, nowMs = performance.now()): void {
    if (this.call.media?.audio?.keysAreTones) {
      if (this.#signalled) return;
      this.#lastTone = { digit, atMs: nowMs };
    }
    this.press(digit);
  }
}
