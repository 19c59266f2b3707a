import type { Timer } from '../clock.js';
import { withBody, type SipResponse } from '../message/message.js';
import { writeCapabilities } from '../user-agent/capabilities.js';
import type { Core } from '../user-agent/core.js';
import type { DialogClient, Outcome } from './dialog-client.js';
import { requiredInterval, writeToRequest, type SessionInterval } from './session-timer.js';

/** How often an INVITE that met the peer's is tried again (491). */
const maxGlareRetries = 4;

/** What a modifier asks of the session that it belongs to. */
export interface ModifiedSession {
  /** The peer's INVITE is not through yet, or the session is over: nothing can be sent now. */
  busy(): boolean;
  interval(): SessionInterval;
  makeOffer(): string;
  /** A 2xx came; `offered` when an offer of ours was in the request, so that an answer must be there. */
  modified(response: SipResponse, offered: boolean): void;
}

/** INVITE and UPDATE of ours within a session: one at a time, again after 491, longer after 422. */
export class SessionModifier {
  #underWay = false;
  #waiting: { timer: Timer; wake: () => void } | undefined;
  #closed = false;

  constructor(
    private readonly core: Core,
    private readonly client: DialogClient,
    private readonly session: ModifiedSession,
  ) {}

  /** The peer's offer gets 491 meanwhile (RFC 3261 §14.2). */
  get underWay(): boolean {
    return this.#underWay;
  }

  /** Offers anew. Whatever but 2xx comes: the session is as it was (§14.1). */
  async reinvite(): Promise<Outcome> {
    for (let retries = maxGlareRetries; ; retries--) {
      const outcome = await this.#once('INVITE');
      if (outcome.status !== 491 || retries === 0 || this.#closed) return outcome;
      // §14.1 gives the caller 2.1–4 s and the callee 0–2 s. This range serves both: it misses the peer's
      // next try as a rule, and there are several of ours.
      await this.#wait(500 + this.core.random() * 1500);
    }
  }

  /** RFC 4028 §7.4: refresh without a new offer. */
  update(): Promise<Outcome> {
    return this.#once('UPDATE');
  }

  async #once(method: 'INVITE' | 'UPDATE'): Promise<Outcome> {
    if (this.#closed) return { status: 481 };
    if (this.#underWay || this.session.busy()) return { status: 491 };
    this.#underWay = true;
    try {
      const interval = this.session.interval();
      const outcome = await this.#send(method, interval);
      const requiredS = outcome.status === 422 && outcome.response && requiredInterval(outcome.response);
      if (!requiredS || this.#closed) return outcome;
      return await this.#send(method, { ...interval, expiresS: Math.max(requiredS, interval.expiresS) });
    } finally {
      this.#underWay = false;
    }
  }

  async #send(method: 'INVITE' | 'UPDATE', interval: SessionInterval): Promise<Outcome> {
    const request = this.client.dialog.createRequest(method);
    writeCapabilities(request.headers);
    writeToRequest(request.headers, interval);
    const offered = method === 'INVITE';
    if (offered) withBody(request, 'application/sdp', this.session.makeOffer());
    const outcome = await this.client.requestWithContact(request);
    const { status, response } = outcome;
    if (response && status >= 200 && status < 300 && !this.#closed) this.session.modified(response, offered);
    return outcome;
  }

  #wait(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.#waiting = { timer: this.core.clock.after(ms, resolve), wake: resolve };
    });
  }

  /** The session is over: whoever waits to try again is told. */
  close(): void {
    this.#closed = true;
    this.#waiting?.timer.cancel();
    this.#waiting?.wake();
  }
}
