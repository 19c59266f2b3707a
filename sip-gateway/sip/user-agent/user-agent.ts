import type { Log } from '../../../base/log.js';
import type { Clock } from '../clock.js';
import { CountedSet } from '../counted-set.js';
import type { Counters } from '../counters.js';
import { dialogId, type Dialog } from '../dialog/dialog.js';
import type { EarlyDialog } from '../dialog/early-dialog.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import { answerSessionInterval, minSessionExpiresS } from '../dialog/session-timer.js';
import type { SipRequest, SipResponse } from '../message/message.js';
import { tagOf } from '../message/name-address.js';
import { parseSipUri } from '../message/uri.js';
import { TransactionLayer, type TransactionUser } from '../transaction/transaction-layer.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import { nextHopOf, resolveHop, type Resolve } from '../transport/next-hop.js';
import type { RateLimit } from '../transport/rate-limit.js';
import type { TransportLayer } from '../transport/transport-layer.js';
import type { Flow } from '../transport/transport.js';
import { allowedMethods, inspectRequest, writeCapabilities, type Refusal } from './capabilities.js';
import { createAnswer, respond, type Core } from './core.js';
import { IncomingInvite } from './incoming-invite.js';
import { ForkedInvite } from './forked-invite.js';
import { OutgoingInvite, type InviteWay, type OutgoingInviteOptions } from './outgoing-invite.js';

/** Asks who it is, and keeps the registrations. */
export interface AccessControl {
  /** The answer to who has shown nothing and must. */
  challenge(request: SipRequest, flow: Flow): SipResponse | undefined;
  /** The account that calls, undefined for a guest; or what the call is refused with. */
  judge(request: SipRequest, flow: Flow): { account: string | undefined } | Refusal;
  register(transaction: ServerTransaction): void;
}

/** RFC 3261 §8 and §12: gives each request to its dialog, or answers it, or announces a new call. */
export class UserAgent implements TransactionUser, Core {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly log: Log;
  readonly transport: TransportLayer;
  readonly transactions: TransactionLayer;
  readonly strangers: RateLimit;
  readonly resolve: Resolve;
  readonly random: () => number;
  readonly product: string;
  readonly sessionExpiresS: number;
  readonly #usages = new Map<string, InviteUsage>();
  readonly #early = new Map<string, EarlyDialog>();
  /** Calls that ring, by the transaction of their INVITE. */
  readonly #invites = new Map<SipRequest, IncomingInvite>();
  /** INVITEs outside of dialogs whose transactions live, to find merged ones (§8.2.2.2). */
  readonly #ongoing = new Map<string, SipRequest>();
  /** Call-IDs of what stands. */
  readonly #sessions = new CountedSet<string>();
  /** Call-IDs of what rings and of what stands. */
  readonly #calls = new CountedSet<string>();

  constructor(
    private readonly options: {
      clock: Clock;
      counters: Counters;
      log: Log;
      transport: TransportLayer;
      strangers: RateLimit;
      /** For REGISTER, instead of `strangers`. */
      registrations?: RateLimit;
      /** Absent: everybody may call, and nobody register. */
      access?: AccessControl;
      product: string;
      sessionExpiresS: number;
      invited: (invite: IncomingInvite) => void;
      resolve?: Resolve;
      random?: () => number;
    },
  ) {
    this.clock = options.clock;
    this.counters = options.counters;
    this.log = options.log;
    this.transport = options.transport;
    this.strangers = options.strangers;
    this.resolve = options.resolve ?? resolveHop;
    this.random = options.random ?? Math.random;
    this.product = options.product;
    this.sessionExpiresS = options.sessionExpiresS;
    const { transport, clock, counters } = options;
    this.transactions = new TransactionLayer({ transport, clock, counters, user: this });
  }

  get usages(): number {
    return this.#usages.size;
  }

  get earlyDialogs(): number {
    return this.#early.size;
  }

  addUsage(usage: InviteUsage): void {
    if (this.#usages.has(usage.dialog.id)) return;
    this.#usages.set(usage.dialog.id, usage);
    this.#calls.add(usage.dialog.callId);
    this.#sessions.add(usage.dialog.callId);
  }

  removeUsage(usage: InviteUsage): void {
    if (!this.#usages.delete(usage.dialog.id)) return;
    this.#calls.delete(usage.dialog.callId);
    this.#sessions.delete(usage.dialog.callId);
  }

  addEarly(early: EarlyDialog): void {
    this.#early.set(early.dialog.id, early);
  }

  removeEarly(early: EarlyDialog): void {
    if (this.#early.get(early.dialog.id) === early) this.#early.delete(early.dialog.id);
  }

  /** All devices of an account at once; there is at least one. */
  callAll(options: Omit<OutgoingInviteOptions, 'way'>, ways: readonly InviteWay[]): ForkedInvite {
    return new ForkedInvite(this, options, ways);
  }

  call(options: OutgoingInviteOptions): OutgoingInvite {
    return new OutgoingInvite(this, options);
  }

  /** The way to the peer of a dialog that stood before a restart; over a connection, a new one. */
  async flowOf(
    dialog: Dialog,
    { protocol, remote }: Pick<Flow, 'protocol' | 'remote'>,
  ): Promise<Flow | undefined> {
    if (protocol === 'UDP') return this.transport.flowTo(protocol, remote);
    const uri = parseSipUri(dialog.nextHopUri);
    const hop = uri && nextHopOf(uri);
    return hop && this.transport.flowTo(hop.protocol, await this.resolve(hop), hop.host);
  }

  // ---- what the transaction layer asks and tells ----

  /** Whoever has a call, or cancels one, is known; all others share what strangers may ask for. */
  admit(request: SipRequest, flow: Flow): boolean {
    if (this.#usageOf(request) ?? this.#earlyOf(request)) return true;
    if (request.method === 'CANCEL' && this.transactions.inviteOf(request)) return true;
    const limit = request.method === 'REGISTER' ? this.options.registrations : undefined;
    return (limit ?? this.strangers).allow(flow.remote.address);
  }

  answerWithoutState(request: SipRequest, flow: Flow): SipResponse | undefined {
    return this.options.access?.challenge(request, flow);
  }

  knowsCall(callId: string): boolean {
    return this.#calls.has(callId);
  }

  hasSession(callId: string): boolean {
    return this.#sessions.has(callId);
  }

  request(transaction: ServerTransaction): void {
    const { request } = transaction;
    const refusal = inspectRequest(request);
    if (refusal) return void respond(transaction, refusal.status, refusal.headers);
    if (request.method === 'CANCEL') return this.#cancel(transaction);
    if (tagOf(request.to) !== undefined) {
      const dialog = this.#usageOf(request) ?? this.#earlyOf(request);
      // §12.2.2
      if (!dialog) return void respond(transaction, 481);
      if (request.method === 'OPTIONS') return this.#tellCapabilities(transaction);
      return dialog.receive(transaction);
    }
    switch (request.method) {
      case 'OPTIONS':
        return this.#tellCapabilities(transaction);
      case 'INVITE':
        return this.#invite(transaction);
      case 'REGISTER':
        if (this.options.access) return this.options.access.register(transaction);
        return void respond(transaction, 405, [['allow', allowedMethods.join(', ')]]);
      case 'BYE':
      case 'INFO':
      case 'UPDATE':
      case 'PRACK':
      case 'REFER':
        // They exist in dialogs only: nobody without a call has us call others.
        return void respond(transaction, 481);
      default:
        return void respond(transaction, 405, [['allow', allowedMethods.join(', ')]]);
    }
  }

  acknowledged(ack: SipRequest): void {
    const usage = this.#usageOf(ack);
    if (usage) usage.acknowledged(ack);
    else this.counters.count('dropped.stray-ack');
  }

  terminated(request: SipRequest): void {
    const invite = this.#invites.get(request);
    if (invite) {
      this.#invites.delete(request);
      this.#calls.delete(request.callId);
      invite.close();
    }
    const key = mergeKey(request);
    if (this.#ongoing.get(key) === request) this.#ongoing.delete(key);
  }

  // ---- answers ----

  #usageOf(request: SipRequest): InviteUsage | undefined {
    const { callId, to, from } = request;
    return this.#usages.get(dialogId(callId, tagOf(to), tagOf(from)));
  }

  #earlyOf({ callId, to, from }: SipRequest): EarlyDialog | undefined {
    return this.#early.get(dialogId(callId, tagOf(to), tagOf(from)));
  }

  /** §11.2. The same for everybody: a stranger learns nothing about calls or conferences. */
  #tellCapabilities(transaction: ServerTransaction): void {
    const response = createAnswer(transaction, 200);
    writeCapabilities(response.headers).set('contact', this.transport.contact(transaction.flow));
    transaction.respond(response);
  }

  #cancel(transaction: ServerTransaction): void {
    const invited = this.transactions.inviteOf(transaction.request);
    if (!invited) return void respond(transaction, 481);
    respond(transaction, 200);
    this.#invites.get(invited.request)?.cancel();
  }

  #invite(transaction: ServerTransaction): void {
    const { request } = transaction;
    // §8.2.2.2: the same request on two ways means that a proxy before us forked, or loops.
    const key = mergeKey(request);
    if (this.#ongoing.has(key)) return void respond(transaction, 482);
    this.#ongoing.set(key, request);
    if ('tooSmall' in answerSessionInterval(request, this.sessionExpiresS)) {
      return void respond(transaction, 422, [['min-se', String(minSessionExpiresS)]]);
    }
    const judged = this.options.access?.judge(request, transaction.flow);
    if (judged && 'status' in judged) return void respond(transaction, judged.status, judged.headers);
    const invite = IncomingInvite.of(this, transaction, judged?.account);
    if (!invite) return;
    this.#invites.set(request, invite);
    this.#calls.add(request.callId);
    this.options.invited(invite);
  }

  close(): void {
    this.transactions.close();
  }
}

function mergeKey({ callId, from, cseq }: SipRequest): string {
  return `${callId} ${tagOf(from) ?? ''} ${cseq.sequence} ${cseq.method}`;
}
