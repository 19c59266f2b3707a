import { Dialog } from '../dialog/dialog.js';
import { answerEarlyUpdate, postpone, type EarlyDialog } from '../dialog/early-dialog.js';
import { InviteUsage } from '../dialog/invite-usage.js';
import { ReliableProvisional, reliability } from '../dialog/reliable-provisional.js';
import type { SessionHandler } from '../dialog/session-handler.js';
import { newTag, type SipRequest, type SipResponse } from '../message/message.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Flow } from '../transport/transport.js';
import { writeCapabilities } from './capabilities.js';
import { bodyOfType, createAnswer, respond, type Core } from './core.js';

/** A call that has come and is not answered yet (RFC 3261 §13.3.1). */
export class IncomingInvite implements EarlyDialog {
  readonly #cancelled = new AbortController();
  #ringing: ReliableProvisional | undefined;

  private constructor(
    private readonly core: Core,
    private readonly transaction: ServerTransaction,
    readonly dialog: Dialog,
    /** The offer; absent when the peer wants ours (late offer). */
    readonly offer: string | undefined,
    /** Whose call it is, where that was proved. */
    readonly account: string | undefined,
  ) {}

  /** Undefined when the INVITE cannot make a dialog; it is answered then. */
  static of(core: Core, transaction: ServerTransaction, account?: string): IncomingInvite | undefined {
    const { request } = transaction;
    const refuse = (status: number, name?: string, value?: string): undefined => {
      const response = createAnswer(transaction, status);
      if (name !== undefined && value !== undefined) response.headers.add(name, value);
      transaction.respond(response);
    };
    const dialog = Dialog.ofServer(request, newTag());
    if (!dialog)
      return refuse(400, 'warning', '399 amphi "Contact or Record-Route is missing or unreadable"');
    const offer = bodyOfType(request, 'application/sdp');
    if (offer === null) return refuse(415, 'accept', 'application/sdp');
    return new IncomingInvite(core, transaction, dialog, offer, account);
  }

  get request(): SipRequest {
    return this.transaction.request;
  }

  get flow(): Flow {
    return this.transaction.flow;
  }

  /** Refused, accepted or cancelled: too late for another answer. */
  get answered(): boolean {
    return this.transaction.answered;
  }

  /** Aborted when the caller gives up; the reason is a text. */
  get cancelled(): AbortSignal {
    return this.#cancelled.signal;
  }

  /** 180; reliably where the caller insists. Where it merely can, nothing in ours would be worth a PRACK. */
  ring(): void {
    if (this.answered || this.#ringing) return;
    const reliable = this.request.headers.tokens('require').includes(reliability);
    // RFC 3262 §5: without an offer in the INVITE ours would have to be in it, before there is media. It waits silently.
    if (reliable && this.offer === undefined) return;
    this.core.addEarly(this);
    const response = this.#createAnswer(180);
    response.headers
      .copy(this.request.headers, 'record-route')
      .set('contact', this.core.transport.contact(this.flow));
    if (!reliable) return this.transaction.respond(response);
    writeCapabilities(response.headers);
    this.#ringing = new ReliableProvisional(this.core.clock, this.transaction, response, () =>
      this.#giveUp(504, 'the caller did not acknowledge that it rings'),
    );
  }

  refuse(status: number, headers: [name: string, value: string][] = []): void {
    if (this.answered) return;
    this.#ringing?.stop();
    this.transaction.respond(this.#createAnswer(status, headers));
  }

  /** `sdp`: the answer, or our offer when there was none. Undefined when the caller has given up meanwhile. */
  accept(sdp: string, handler: SessionHandler): InviteUsage | undefined {
    if (this.answered) return undefined;
    this.#ringing?.stop();
    this.core.removeEarly(this);
    const { core, dialog, transaction } = this;
    return InviteUsage.accept(
      core,
      dialog,
      transaction,
      handler,
      sdp,
      this.offer === undefined,
      this.#ringing,
    );
  }

  /** §9.2. */
  cancel(): void {
    this.#giveUp(487, 'the caller gave up');
  }

  /** Before the call is answered. */
  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (!this.dialog.advance(request)) return void respond(transaction, 500);
    if (request.method === 'PRACK') return void respond(transaction, this.#ringing?.receive(request) ?? 481);
    if (this.answered) return void respond(transaction, 481);
    switch (request.method) {
      case 'BYE':
        // §15.1.2
        respond(transaction, 200);
        return this.#giveUp(487, 'the caller hung up');
      case 'UPDATE':
        // RFC 3311 §5.2: the offer of the INVITE has no answer yet.
        return answerEarlyUpdate(this.core, this.dialog, transaction, () => 'pending');
      default:
        postpone(transaction);
    }
  }

  /** The transaction is over. */
  close(): void {
    this.#ringing?.stop();
    this.core.removeEarly(this);
  }

  #giveUp(status: number, text: string): void {
    if (this.answered) return;
    this.refuse(status);
    this.#cancelled.abort(text);
  }

  #createAnswer(status: number, headers: [name: string, value: string][] = []): SipResponse {
    const response = createAnswer(this.transaction, status, this.dialog.local.parameters.get('tag'));
    for (const [name, value] of headers) response.headers.add(name, value);
    response.headers.set('server', this.core.product);
    return response;
  }
}
