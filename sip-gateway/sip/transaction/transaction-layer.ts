import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';
import { CountedSet } from '../counted-set.js';
import type { Counters } from '../counters.js';
import { formatHostPort } from '../message/grammar.js';
import { Headers } from '../message/headers.js';
import { emptyBody, type SipRequest, type SipResponse } from '../message/message.js';
import { tagOf } from '../message/name-address.js';
import { branchOf, magicCookie } from '../message/via.js';
import type { MessageReceiver, TransportLayer } from '../transport/transport-layer.js';
import type { Flow } from '../transport/transport.js';
import { InviteClientTransaction } from './invite-client-transaction.js';
import { InviteServerTransaction } from './invite-server-transaction.js';
import { NonInviteClientTransaction } from './non-invite-client-transaction.js';
import { NonInviteServerTransaction } from './non-invite-server-transaction.js';
import type { ClientTransactionUser, ServerTransaction, TransactionContext } from './transaction.js';

/** The transaction user (RFC 3261 §5): our user agent. */
export interface TransactionUser {
  /** Whether a request that begins a transaction is looked at at all; dropped without a word when not. */
  admit(request: SipRequest, flow: Flow): boolean;
  /** An answer for which nothing is kept; undefined: the request begins a transaction (§8.2.7). */
  answerWithoutState(request: SipRequest, flow: Flow): SipResponse | undefined;
  request(transaction: ServerTransaction): void;
  /** A call of that Call-ID rings or stands. */
  knowsCall(callId: string): boolean;
  /** A call of that Call-ID stands: both sides have agreed to it. */
  hasSession(callId: string): boolean;
  /** A server transaction has come to its end. */
  terminated(request: SipRequest): void;
  /** The ACK of a 2xx: it belongs to no transaction (§13.2.2.4). */
  acknowledged(ack: SipRequest): void;
}

/** Server transactions at once. Each lives 32 s at least over UDP. */
const maxServerTransactions = 20_000;

/** Finds the transaction of each message (§17.1.3, §17.2.3), or makes it. */
export class TransactionLayer implements MessageReceiver {
  readonly #clients = new Map<string, InviteClientTransaction | NonInviteClientTransaction>();
  /** Call-IDs of the client transactions: all are ours or of calls that we have. */
  readonly #clientCalls = new CountedSet<string>();
  readonly #servers = new Map<string, InviteServerTransaction | NonInviteServerTransaction>();

  constructor(
    private readonly options: {
      transport: TransportLayer;
      clock: Clock;
      counters: Counters;
      user: TransactionUser;
    },
  ) {
    options.transport.deliverTo(this);
  }

  get size(): { client: number; server: number } {
    return { client: this.#clients.size, server: this.#servers.size };
  }

  receiveRequest(request: SipRequest, flow: Flow): void {
    const { counters, user, transport } = this.options;
    const key = serverKey(request, request.method === 'ACK' ? 'INVITE' : request.method);
    const known = this.#servers.get(key);
    if (request.method === 'ACK') {
      // An old peer's ACK of a 2xx matches its INVITE too; in that state the ACK is the user's.
      if (known instanceof InviteServerTransaction && known.state !== 'accepted') known.receiveAck();
      else user.acknowledged(request);
      return;
    }
    if (known) {
      counters.count('retransmissions.received');
      known.receiveRetransmission();
      return;
    }
    if (!user.admit(request, flow)) return transport.dropStranger(flow.remote.address);
    const answer = user.answerWithoutState(request, flow);
    if (answer) return transport.sendResponse(answer, flow, () => {});
    if (this.#servers.size >= maxServerTransactions) return counters.count('dropped.transactions-full');
    const context = this.#context(flow, () => {
      this.#servers.delete(key);
      user.terminated(request);
    });
    const transaction =
      request.method === 'INVITE'
        ? new InviteServerTransaction(request, context)
        : new NonInviteServerTransaction(request, context);
    this.#servers.set(key, transaction);
    user.request(transaction);
  }

  receiveResponse(response: SipResponse): void {
    const transaction = this.#clients.get(clientKey(branchOf(response.via[0]!), response.cseq.method));
    if (transaction) transaction.receive(response);
    else this.options.counters.count('dropped.stray-response');
  }

  knowsCall(callId: string): boolean {
    return this.#clientCalls.has(callId) || this.options.user.knowsCall(callId);
  }

  hasSession(callId: string): boolean {
    return this.#clientCalls.has(callId) || this.options.user.hasSession(callId);
  }

  /** The INVITE that a CANCEL is about (§9.2): the same branch. */
  inviteOf(cancel: SipRequest): InviteServerTransaction | undefined {
    const found = this.#servers.get(serverKey(cancel, 'INVITE'));
    return found instanceof InviteServerTransaction ? found : undefined;
  }

  /** Writes our Via on the request and sends it until it is answered. */
  invite(request: SipRequest, flow: Flow, user: ClientTransactionUser): InviteClientTransaction {
    request.via = [this.options.transport.via(flow, newBranch())];
    return this.#add(new InviteClientTransaction(request, this.#clientContext(request, flow), user));
  }

  /** The same for all other methods. */
  request(request: SipRequest, flow: Flow, user: ClientTransactionUser): NonInviteClientTransaction {
    request.via = [this.options.transport.via(flow, newBranch())];
    return this.#add(new NonInviteClientTransaction(request, this.#clientContext(request, flow), user));
  }

  /** §9.1: same Request-URI, Call-ID, From, To, CSeq number, Route and branch as the INVITE. */
  cancel(invite: InviteClientTransaction, flow: Flow, reason: string): void {
    const { request } = invite;
    const cancel: SipRequest = {
      ...request,
      method: 'CANCEL',
      cseq: { sequence: request.cseq.sequence, method: 'CANCEL' },
      headers: new Headers().add('max-forwards', '70').add('reason', reason).copy(request.headers, 'route'),
      body: emptyBody,
    };
    const nobody = { response: () => {}, failed: () => {} };
    this.#add(new NonInviteClientTransaction(cancel, this.#clientContext(cancel, flow), nobody));
  }

  /** The ACK of a 2xx goes by itself, with a branch of its own (§13.2.2.4). */
  sendAck(ack: SipRequest, flow: Flow): void {
    ack.via = [this.options.transport.via(flow, newBranch())];
    this.options.transport.send(ack, flow, () => {});
  }

  #add<T extends InviteClientTransaction | NonInviteClientTransaction>(transaction: T): T {
    // It may have failed at once.
    if (transaction.state === 'terminated') return transaction;
    this.#clients.set(this.#keyOf(transaction.request), transaction);
    this.#clientCalls.add(transaction.request.callId);
    return transaction;
  }

  #clientContext(request: SipRequest, flow: Flow): TransactionContext {
    return this.#context(flow, () => {
      if (this.#clients.delete(this.#keyOf(request))) this.#clientCalls.delete(request.callId);
    });
  }

  #keyOf(request: SipRequest): string {
    return clientKey(branchOf(request.via[0]!), request.method);
  }

  #context(flow: Flow, terminated: () => void): TransactionContext {
    const { transport, clock } = this.options;
    return {
      clock,
      flow,
      terminated,
      send(message, onError) {
        if (message.kind === 'request') transport.send(message, flow, onError);
        else transport.sendResponse(message, flow, onError);
      },
    };
  }

  close(): void {
    for (const transaction of [...this.#clients.values(), ...this.#servers.values()]) transaction.close();
  }
}

function newBranch(): string {
  return magicCookie + randomBytes(12).toString('hex');
}

function clientKey(branch: string | undefined, method: string): string {
  return `${branch ?? ''} ${method}`;
}

/** §17.2.3. An RFC 2543 peer's branch is not unique: there the other fields identify the transaction. */
function serverKey(request: SipRequest, method: string): string {
  const via = request.via[0]!;
  const branch = branchOf(via);
  const sentBy = formatHostPort(via.host, via.port);
  if (branch?.startsWith(magicCookie) && branch.length > magicCookie.length)
    return `${branch} ${sentBy} ${method}`;
  const { callId, cseq, from } = request;
  return ['2543', callId, tagOf(from), cseq.sequence, method, sentBy, request.uri].join(' ');
}
