import type { SipRequest, SipResponse } from '../message/message.js';
import { tagOf } from '../message/name-address.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Flow } from '../transport/transport.js';
import { bodyOfType, respond, type Core } from '../user-agent/core.js';
import { DialogClient } from './dialog-client.js';
import { Dialog } from './dialog.js';
import { answerEarlyUpdate, postpone, type EarlyDialog } from './early-dialog.js';
import { reliability } from './reliable-provisional.js';
import type { OfferRefusal, SessionHandler } from './session-handler.js';

/** A proxy that forks to more devices than this is none. */
const maxBranches = 20;

/** The early dialogs of a call of ours: one for each device that a proxy rings (RFC 3261 §13.2.2.1). */
export class CalledDialogs {
  readonly #byTag = new Map<string, CalledDialog>();

  constructor(
    private readonly core: Core,
    private readonly invite: SipRequest,
    private readonly flow: Flow,
    private readonly handler: SessionHandler,
  ) {}

  of(response: SipResponse): CalledDialog | undefined {
    return this.#byTag.get(tagOf(response.to) ?? '');
  }

  /** A 1xx has come. False when it says nothing new: it was heard already, or one before it is missing. */
  receive(response: SipResponse): boolean {
    const tag = tagOf(response.to);
    if (response.status === 100 || tag === undefined) return true;
    let called = this.#byTag.get(tag);
    if (!called) {
      const dialog = Dialog.ofClient(this.invite, response);
      // Only a reliable one has to have a Contact (RFC 3262 §3); a mere 180 may do without.
      if (!dialog || this.#byTag.size >= maxBranches) return true;
      called = new CalledDialog(this.core, dialog, this.flow, this.handler);
      this.#byTag.set(tag, called);
    }
    return called.hear(response);
  }

  /** The call is answered, or over: requests do not come here any more. */
  close(): void {
    for (const called of this.#byTag.values()) called.close();
  }
}

/** One device that is being called. */
export class CalledDialog implements EarlyDialog {
  readonly #client: DialogClient;
  /** RSeq of the last reliable response that was heard. */
  #heard: number | undefined;
  #answer: string | undefined;
  #renegotiated = false;

  constructor(
    private readonly core: Core,
    readonly dialog: Dialog,
    flow: Flow,
    private readonly handler: SessionHandler,
  ) {
    this.#client = new DialogClient(core, dialog, flow);
    core.addEarly(this);
  }

  /** The answer to our offer, when a reliable response has brought it: the 2xx need not say it again (RFC 3262 §5). */
  get answer(): string | undefined {
    return this.#answer;
  }

  /** An UPDATE has replaced that answer meanwhile; what the 2xx says is older. */
  get renegotiated(): boolean {
    return this.#renegotiated;
  }

  /** RFC 3262 §4. */
  hear(response: SipResponse): boolean {
    if (!response.headers.tokens('require').includes(reliability)) return true;
    const rseq = Number(response.headers.get('rseq') ?? NaN);
    if (!Number.isInteger(rseq) || rseq < 1 || rseq >= 2 ** 32) return true;
    // In order: one that came before has its PRACK on the way; one that comes too early will come again.
    if (this.#heard !== undefined && rseq !== this.#heard + 1) return false;
    this.#heard = rseq;
    const sdp = bodyOfType(response, 'application/sdp');
    if (typeof sdp === 'string') this.#answer ??= sdp;
    void this.#acknowledge(rseq, response.cseq.sequence);
    return true;
  }

  async #acknowledge(rseq: number, inviteSequence: number): Promise<void> {
    const prack = this.dialog.createRequest('PRACK');
    prack.headers.set('rack', `${rseq} ${inviteSequence} INVITE`);
    const { status } = await this.#client.request(prack);
    if (status >= 300) this.core.counters.count('prack-failures');
  }

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (!this.dialog.advance(request)) return void respond(transaction, 500);
    if (request.method === 'UPDATE')
      return answerEarlyUpdate(this.core, this.dialog, transaction, offer => this.#answerTo(offer));
    // §15: BYE is not for the callee, and what else there is can wait until the call stands.
    if (request.method === 'BYE' || request.method === 'PRACK') return void respond(transaction, 481);
    postpone(transaction);
  }

  #answerTo(offer: string): { ok: true; answer: string } | OfferRefusal {
    // RFC 3311 §5.2: our own offer has no answer yet.
    if (this.#answer === undefined) return { ok: false, status: 491, warning: '' };
    if (!this.#renegotiated && !this.handler.takeAnswer(this.#answer))
      return { ok: false, status: 488, warning: '399 amphi "the answer before cannot be used"' };
    const result = this.handler.answerTo(offer);
    this.#renegotiated ||= result.ok;
    return result;
  }

  close(): void {
    this.core.removeEarly(this);
    this.#client.release();
  }
}
