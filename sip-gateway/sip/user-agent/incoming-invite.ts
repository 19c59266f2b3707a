import { Dialog } from '../dialog/dialog.js';
import { InviteUsage } from '../dialog/invite-usage.js';
import type { SessionHandler } from '../dialog/session-handler.js';
import { newTag, type SipRequest } from '../message/message.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Flow } from '../transport/transport.js';
import { bodyOfType, createAnswer, type Core } from './core.js';

/** A call that has come and is not answered yet (RFC 3261 §13.3.1). */
export class IncomingInvite {
  readonly #cancelled = new AbortController();
  readonly #dialog: Dialog;

  private constructor(
    private readonly core: Core,
    private readonly transaction: ServerTransaction,
    dialog: Dialog,
    /** The offer; absent when the peer wants ours (late offer). */
    readonly offer: string | undefined,
    /** Whose call it is, where that was proved. */
    readonly account: string | undefined,
  ) {
    this.#dialog = dialog;
  }

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

  /** Aborted when the caller gives up. */
  get cancelled(): AbortSignal {
    return this.#cancelled.signal;
  }

  ring(): void {
    if (!this.answered) this.#respond(180, []);
  }

  refuse(status: number, headers: [name: string, value: string][] = []): void {
    if (!this.answered) this.#respond(status, headers);
  }

  /** `sdp`: the answer, or our offer when there was none. Undefined when the caller has given up meanwhile. */
  accept(sdp: string, handler: SessionHandler): InviteUsage | undefined {
    if (this.answered) return undefined;
    return InviteUsage.accept(
      this.core,
      this.#dialog,
      this.transaction,
      handler,
      sdp,
      this.offer === undefined,
    );
  }

  /** §9.2. */
  cancel(): void {
    if (this.answered) return;
    this.#respond(487, []);
    this.#cancelled.abort();
  }

  #respond(status: number, headers: [name: string, value: string][]): void {
    const response = createAnswer(this.transaction, status, this.#dialog.local.parameters.get('tag'));
    for (const [name, value] of headers) response.headers.add(name, value);
    response.headers.set('server', this.core.product);
    if (status > 100 && status < 200) response.headers.set('contact', this.core.transport.contact(this.flow));
    this.transaction.respond(response);
  }
}
