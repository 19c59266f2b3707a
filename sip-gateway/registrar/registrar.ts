import { isIP } from 'node:net';
import type { Clock } from '../sip/clock.js';
import type { Counters } from '../sip/counters.js';
import type { SipRequest, SipResponse } from '../sip/message/message.js';
import { formatNameAddress } from '../sip/message/name-address.js';
import { parseSipUri, type SipUri } from '../sip/message/uri.js';
import type { ServerTransaction } from '../sip/transaction/transaction.js';
import { nextHopOf } from '../sip/transport/next-hop.js';
import type { TransportLayer } from '../sip/transport/transport-layer.js';
import type { Flow } from '../sip/transport/transport.js';
import type { Refusal } from '../sip/user-agent/capabilities.js';
import { createAnswer, respond } from '../sip/user-agent/core.js';
import type { InviteWay } from '../sip/user-agent/outgoing-invite.js';
import type { AccessControl } from '../sip/user-agent/user-agent.js';
import type { AccountHandler } from './account-handler.js';
import { BindingTable, type Binding } from './binding-table.js';
import { bindingKey, readContacts, readPath, type WantedBinding } from './binding.js';
import { Doorkeeper } from './doorkeeper.js';

export interface RegistrationLimits {
  /** A registration that would be shorter is refused with 423, s. */
  minExpiresS: number;
  /** One that would be longer is shortened, s. */
  maxExpiresS: number;
}

export const registrationLimits: RegistrationLimits = { minExpiresS: 60, maxExpiresS: 3600 };

const maxUserAgentLength = 100;

/** RFC 3261 §10.3, with Path (RFC 3327) and outbound (RFC 5626). */
export class Registrar implements AccessControl {
  readonly #doorkeeper: Doorkeeper;
  readonly #table: BindingTable;
  readonly #nowMs: () => number;
  readonly #limits: RegistrationLimits;

  constructor(
    private readonly options: {
      accounts: AccountHandler;
      transport: TransportLayer;
      clock: Clock;
      counters: Counters;
      limits?: RegistrationLimits | undefined;
      /** ms since 1970. */
      nowMs?: () => number;
    },
  ) {
    const { accounts, clock, counters } = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#limits = options.limits ?? registrationLimits;
    this.#doorkeeper = new Doorkeeper(accounts, counters, this.#nowMs, source =>
      options.transport.fault(source, 'login'),
    );
    this.#table = new BindingTable({
      clock,
      nowMs: this.#nowMs,
      save: changes => accounts.saveBindings(changes),
      saved: accounts.savedBindings(),
    });
  }

  /** Accounts that are registered. */
  get registered(): number {
    return this.#table.size;
  }

  /** For people: what is registered of an account. */
  bindingsOf(account: string): Binding[] {
    return this.#table.of(account);
  }

  /** The account is gone, or its password has changed. */
  forget(account: string): void {
    this.#table.removeAll(account);
  }

  challenge(request: SipRequest, flow: Flow): SipResponse | undefined {
    return this.#doorkeeper.challenge(request, flow);
  }

  judge(request: SipRequest, flow: Flow): { account: string | undefined } | Refusal {
    return this.#doorkeeper.judge(request, flow);
  }

  // ---- REGISTER ----

  register(transaction: ServerTransaction): void {
    const { request, flow } = transaction;
    const judged = this.#doorkeeper.judge(request, flow);
    if ('status' in judged) return void respond(transaction, judged.status, judged.headers);
    const account = judged.account!;
    const to = parseSipUri(request.to.uri);
    // Step 4: nobody registers for somebody else.
    if (!to || this.options.accounts.accountOf(to.user) !== account) return this.#refuse(transaction, 403);
    const wanted = readContacts(request);
    const path = readPath(request);
    if (!wanted || !path) return this.#refuse(transaction, 400);
    if (wanted === '*') {
      if (this.#table.of(account).some(binding => isOlder(request, binding)))
        return this.#refuse(transaction, 500);
      this.#table.removeAll(account);
      return this.#answer(transaction, account, false);
    }
    // All or nothing (step 7): first everything is looked at.
    const { minExpiresS } = this.#limits;
    const isBrief = wanted.some(({ expiresS = minExpiresS }) => expiresS !== 0 && expiresS < minExpiresS);
    if (isBrief) return this.#refuse(transaction, 423, ['min-expires', String(minExpiresS)]);
    const isLate = wanted.some(one => {
      const known = this.#table.find(account, bindingKey(one));
      return known && isOlder(request, known);
    });
    if (isLate) return this.#refuse(transaction, 500);
    const usesOutbound = wanted.some(({ outbound }) => outbound !== undefined);
    // RFC 5626 §6: a proxy on the way that does not keep the flow would break it.
    const keepsFlow = request.via.length === 1 || parseSipUri(path.at(-1)?.uri ?? '')?.parameters.has('ob');
    if (usesOutbound && !keepsFlow) return this.#refuse(transaction, 439);
    const routes = path.map(formatNameAddress);
    for (const one of wanted) this.#bind(account, one, request, flow, routes);
    this.#answer(transaction, account, usesOutbound);
  }

  #bind(account: string, wanted: WantedBinding, request: SipRequest, flow: Flow, path: string[]): void {
    const { contact, q, outbound, expiresS = this.#limits.maxExpiresS } = wanted;
    if (expiresS === 0) return this.#table.remove(account, bindingKey(wanted));
    this.options.counters.count('registered');
    this.#table.set(account, {
      ...{ contact, q, path },
      ...(outbound && { outbound }),
      expiresAtMs: this.#nowMs() + Math.min(expiresS, this.#limits.maxExpiresS) * 1000,
      callId: request.callId,
      cseq: request.cseq.sequence,
      flow: { protocol: flow.protocol, remote: flow.remote },
      userAgent: (request.headers.get('user-agent') ?? '').slice(0, maxUserAgentLength),
      ...(flow.reliable && { live: flow, release: flow.hold() }),
    });
  }

  /** Step 8: all that the account has now. */
  #answer(transaction: ServerTransaction, account: string, usesOutbound: boolean): void {
    const response = createAnswer(transaction, 200);
    const { headers } = response;
    for (const binding of this.#table.of(account)) headers.add('contact', this.#contactOf(binding));
    headers.copy(transaction.request.headers, 'path');
    headers.add('supported', 'path, outbound');
    if (usesOutbound) headers.add('require', 'outbound');
    headers.add('date', new Date(this.#nowMs()).toUTCString());
    transaction.respond(response);
  }

  #contactOf({ contact, q, expiresAtMs, outbound }: Binding): string {
    const expiresS = Math.max(1, Math.round((expiresAtMs - this.#nowMs()) / 1000));
    const device = outbound ? `;+sip.instance=${outbound.instance};reg-id=${outbound.regId}` : '';
    return `<${contact}>${q === 1 ? '' : `;q=${q}`}${device};expires=${expiresS}`;
  }

  #refuse(transaction: ServerTransaction, status: number, ...headers: [name: string, value: string][]): void {
    this.options.counters.count(`register-refused.${status}`);
    respond(transaction, status, headers);
  }

  // ---- calls to what is registered ----

  /** Undefined when the address is of no account here: its host is another. */
  waysToAddress({ user, host }: SipUri): InviteWay[] | undefined {
    const { accounts } = this.options;
    if (host !== accounts.realm) return undefined;
    const account = accounts.accountOf(user);
    return account === undefined ? [] : this.waysTo(account);
  }

  /** Ways to the devices of an account, the most wanted first. Empty: none can be reached. */
  waysTo(account: string): InviteWay[] {
    return this.#table
      .of(account)
      .reverse()
      .sort((a, b) => b.q - a.q)
      .flatMap(binding => this.#wayTo(binding) ?? []);
  }

  #wayTo({ contact, path, live, flow: { protocol, remote } }: Binding): InviteWay | undefined {
    if (live && !live.closed) return { uri: contact, routes: path, flow: live };
    if (path.length > 0) return { uri: contact, routes: path, flow: undefined };
    const uri = parseSipUri(contact);
    const hop = uri && nextHopOf(uri);
    // What a device says of itself is true where it is the address that it was heard from. Any other is behind a
    // NAT, or of somebody who never asked to be called.
    const isOwn = hop !== undefined && isIP(hop.host) !== 0 && hop.host === remote.address;
    if (isOwn)
      return this.#over(
        contact,
        this.options.transport.flowTo(hop.protocol, { address: hop.host, port: hop.port }),
      );
    // A connection that is gone cannot be opened from here.
    if (protocol !== 'UDP') return undefined;
    return this.#over(contact, this.options.transport.flowTo('UDP', remote));
  }

  #over(uri: string, flow: Flow | undefined): InviteWay | undefined {
    return flow && { uri, routes: [], flow };
  }

  close(): void {
    this.#table.close();
  }
}

/** Step 7: of the same series, and not after what is known. */
function isOlder({ callId, cseq }: SipRequest, known: Binding): boolean {
  return known.callId === callId && cseq.sequence <= known.cseq;
}
