import { phraseOf, withBody } from '../message/message.js';
import type { Clock } from '../clock.js';
import type { DialogClient } from './dialog-client.js';

/** Of who follows a referral: what has become of it. */
export interface ReferProgress {
  /** 100 to 199; nothing after the end. */
  provisional(status: number): void;
  /** 200 to 699: the call that was asked for stands, or why it does not. */
  final(status: number): void;
  /**
   * It is over, and no status is told: the peer's own call is where it wanted it. A 2xx would make it hang up (RFC 5589 §6.1).
   */
  kept(): void;
}

/** s: longer than any call of ours may ring with its retries (RFC 3515 §2.4.7 leaves it to the notifier). */
const expiresS = 180;

/**
 * The subscription that a REFER makes (RFC 3515 §2.4.4, RFC 6665 §4.2): NOTIFY by NOTIFY, each after the answer to the
 * one before, since over UDP two could change places. It may outlive the call that it came by (RFC 5057 §5).
 */
export class ReferSubscription implements ReferProgress {
  readonly #queue: { sipfrag: string; state: string }[] = [];
  readonly #untilMs: number;
  #open = false;
  #sending = false;
  #over = false;
  #last = 0;

  constructor(
    private readonly clock: Clock,
    private readonly client: DialogClient,
    /** The CSeq of the REFER: tells several in one dialog apart (RFC 3515 §2.4.6). */
    private readonly id: number,
  ) {
    this.#untilMs = clock.now() + expiresS * 1000;
    this.provisional(100);
  }

  /** The REFER was accepted: from now on NOTIFY may be sent. */
  open(): void {
    this.#open = true;
    void this.#send();
  }

  provisional(status: number): void {
    if (this.#over || status === this.#last) return;
    this.#last = status;
    const leftS = Math.max(1, Math.round((this.#untilMs - this.clock.now()) / 1000));
    this.#push(status, `active;expires=${leftS}`);
  }

  final(status: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#push(status, 'terminated;reason=noresource');
  }

  kept(): void {
    if (this.#over) return;
    this.#over = true;
    this.#push(100, 'terminated;reason=noresource');
  }

  #push(status: number, state: string): void {
    this.#queue.push({ sipfrag: `SIP/2.0 ${status} ${phraseOf(status)}\r\n`, state });
    if (this.#open) void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const notify = this.client.dialog.createRequest('NOTIFY');
      notify.headers.set('event', `refer;id=${this.id}`).set('subscription-state', next.state);
      const { status } = await this.client.requestWithContact(
        withBody(notify, 'message/sipfrag;version=2.0', next.sipfrag),
      );
      // RFC 6665 §4.2.2: whoever does not take it has no subscription any more.
      if (status < 200 || status >= 300) {
        this.#over = true;
        this.#queue.length = 0;
      }
    }
    this.#sending = false;
  }
}
