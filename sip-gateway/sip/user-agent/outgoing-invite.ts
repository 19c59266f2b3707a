import { randomBytes } from 'node:crypto';
import { answerChallenge, type Credentials } from '../authentication/digest-client.js';
import type { Timer } from '../clock.js';
import { CalledDialogs } from '../dialog/called-dialogs.js';
import { Dialog } from '../dialog/dialog.js';
import { InviteUsage } from '../dialog/invite-usage.js';
import type { SessionHandler } from '../dialog/session-handler.js';
import { writeToRequest } from '../dialog/session-timer.js';
import { Headers } from '../message/headers.js';
import { emptyBody, newTag, withBody, type SipRequest, type SipResponse } from '../message/message.js';
import { parseNameAddress, tagOf, type NameAddress } from '../message/name-address.js';
import { formatSipUri, parseSipUri } from '../message/uri.js';
import type { InviteClientTransaction } from '../transaction/invite-client-transaction.js';
import { timers } from '../transaction/timers.js';
import { move, type Transitions } from '../transaction/transaction-state.js';
import type { Referral } from '../message/referral.js';
import { nextHopOf } from '../transport/next-hop.js';
import type { Flow } from '../transport/transport.js';
import { writeCapabilities } from './capabilities.js';
import { bodyOfType, type Core } from './core.js';

/*
 *   [resolving] ── sent ──> [calling] ── 1xx ──> [proceeding] ── 2xx ──> [answered]
 *        │                      │  cancel()           │ cancel()
 *        │ no such host         ├─────────────────────┴──> [cancelling] ── 487, 2xx: ACK, BYE
 *        └────────────────> [failed] <── 3xx–6xx, timeout ─────┘
 */
type State = 'resolving' | 'calling' | 'proceeding' | 'cancelling' | 'answered' | 'failed';

const transitions: Transitions<State> = {
  resolving: ['calling', 'failed'],
  calling: ['proceeding', 'cancelling', 'answered', 'failed'],
  // Back by a challenge: what was provisional was of the request before.
  proceeding: ['calling', 'cancelling', 'answered', 'failed'],
  cancelling: ['failed'],
  answered: [],
  failed: [],
};

/** To a registered device: RFC 3327 §5.5, RFC 5626 §5.3. */
export interface InviteWay {
  /** Request-URI. */
  uri: string;
  /** Route header fields. */
  routes: readonly string[];
  /** Undefined: where the first of `routes` leads. */
  flow: Flow | undefined;
}

export interface OutgoingInviteOptions {
  target: string;
  /** `host`: absent, our address. */
  from: { displayName: string; user: string; host?: string };
  offer: string;
  handler: SessionHandler;
  /** Something answers: any provisional response. */
  proceeding?: () => void;
  /** The peer is being called (180, 183). */
  ringing: () => void;
  answered: (usage: InviteUsage, response: SipResponse) => void;
  /** 408 when nobody answered, 487 when we gave up. */
  failed: (status: number, text: string, response?: SipResponse) => void;
  /** How long it may ring, ms. */
  ringMs: number;
  /** Absent: where `target` leads. */
  way?: InviteWay;
  /** Why we call: it follows a REFER. */
  referral?: Pick<Referral, 'replaces' | 'referredBy'> | undefined;
  /** The same for all branches of a fork. */
  callId?: string;
  /** Ours, for who asks for them (401, 407). */
  credentials?: Credentials;
}

/** A call of ours that is not answered yet (RFC 3261 §13.2). */
export class OutgoingInvite {
  readonly callId: string;
  #state: State = 'resolving';
  #transaction: InviteClientTransaction | undefined;
  #flow: Flow | undefined;
  #cancelSent = false;
  #ringTimer: Timer | undefined;
  #request: SipRequest | undefined;
  #early: CalledDialogs | undefined;
  /** Why it was given up; the peer's 487 says only that it was. */
  #givenUp = { status: 487, text: 'cancelled' };
  /** By the tag of the peer: a proxy may have forked, and only the first answer is kept (§13.2.2.4). */
  readonly #usages = new Map<string, InviteUsage>();

  constructor(
    private readonly core: Core,
    private readonly options: OutgoingInviteOptions,
  ) {
    this.callId = options.callId ?? randomBytes(16).toString('hex');
    // Not at once: what `failed` and `answered` tell is about the object that the caller does not have yet.
    queueMicrotask(() => void this.#start());
  }

  async #start(): Promise<void> {
    const { way, target } = this.options;
    const uri = parseSipUri(parseNameAddress(way?.routes[0] ?? '')?.uri ?? target);
    const hop = uri && nextHopOf(uri);
    if (!hop && !way?.flow) return this.#fail(416, 'the address cannot be called');
    let flow = way?.flow;
    try {
      if (hop) flow ??= this.core.transport.flowTo(hop.protocol, await this.core.resolve(hop), hop.host);
    } catch {
      return this.#fail(404, 'the host is unknown');
    }
    if (this.#state !== 'resolving') return;
    if (!flow) return this.#fail(503, 'no such transport');
    this.#flow = flow;
    this.#state = move(transitions, this.#state, 'calling');
    this.#ringTimer = this.core.clock.after(this.options.ringMs, () => this.cancel('nobody answered', 408));
    this.#request = this.#createInvite(flow);
    this.#send(this.#request, flow);
  }

  #send(request: SipRequest, flow: Flow): void {
    this.#early?.close();
    this.#early = new CalledDialogs(this.core, request, flow, this.options.handler);
    this.#transaction = this.core.transactions.invite(request, flow, {
      response: response => this.#receive(response),
      failed: status => this.#fail(status, status === 408 ? 'no answer came' : 'it cannot be reached'),
    });
  }

  #createInvite(flow: Flow): SipRequest {
    const { target, from, offer, way, referral } = this.options;
    const host = from.host ?? this.core.transport.localAddress(flow);
    const local: NameAddress = {
      displayName: from.displayName,
      uri: formatSipUri({ scheme: 'sip', user: from.user, host, parameters: new Map() }),
      parameters: new Map([['tag', newTag()]]),
    };
    const headers = writeCapabilities(new Headers().add('max-forwards', '70'))
      .set('contact', this.core.transport.contact(flow))
      .set('user-agent', this.core.product);
    for (const route of way?.routes ?? []) headers.add('route', route);
    if (referral?.referredBy !== undefined) headers.set('referred-by', referral.referredBy);
    // RFC 3891 §4: whoever cannot replace must not take it as a second call.
    if (referral?.replaces !== undefined)
      headers.set('replaces', referral.replaces).add('require', 'replaces');
    // We offer to refresh: the peer may take it over (RFC 4028 §7.1).
    writeToRequest(headers, { expiresS: this.core.sessionExpiresS, refresher: 'local' });
    const request: SipRequest = {
      kind: 'request',
      method: 'INVITE',
      uri: way?.uri ?? target,
      via: [],
      from: local,
      to: { displayName: '', uri: target, parameters: new Map() },
      callId: this.callId,
      cseq: { sequence: 1, method: 'INVITE' },
      headers,
      body: emptyBody,
    };
    return withBody(request, 'application/sdp', offer);
  }

  #receive(response: SipResponse): void {
    const { status } = response;
    if (status < 200) return this.#receiveProvisional(response);
    if (status < 300) return this.#receiveAccept(response);
    if ((status === 401 || status === 407) && this.#answerChallenge(response)) return;
    if (status === 487 && this.#state === 'cancelling') return this.#failGivenUp();
    this.#fail(status, response.reason, response);
  }

  /** §22.2, §22.3: the same call once more, with our credentials. */
  #answerChallenge(response: SipResponse): boolean {
    const { credentials } = this.options;
    if (!credentials || !this.#request || (this.#state !== 'calling' && this.#state !== 'proceeding'))
      return false;
    const { cseq, headers } = this.#request;
    const request = { ...this.#request, cseq: { ...cseq, sequence: cseq.sequence + 1 } };
    request.headers = new Headers();
    for (const [name, value] of headers) request.headers.add(name, value);
    if (!answerChallenge(request, response, credentials)) return false;
    this.#request = request;
    if (this.#state === 'proceeding') this.#state = move(transitions, this.#state, 'calling');
    this.#send(request, this.#flow!);
    return true;
  }

  #receiveProvisional(response: SipResponse): void {
    if (this.#state === 'failed' || this.#state === 'answered' || !this.#early!.receive(response)) return;
    this.options.proceeding?.();
    if (this.#state === 'calling') this.#state = move(transitions, this.#state, 'proceeding');
    // §9.1: CANCEL may only be sent once a provisional response has come.
    if (this.#state === 'cancelling') this.#sendCancel();
    else if (response.status > 100) this.options.ringing();
  }

  #receiveAccept(response: SipResponse): void {
    const known = this.#usages.get(tagOf(response.to) ?? '');
    if (known) return known.acknowledge(response);
    const early = this.#early?.of(response);
    const dialog = Dialog.ofClient(this.#request!, response, early?.dialog);
    if (!dialog) return this.#fail(502, 'the answer has no usable Contact');
    const wanted = this.#state === 'calling' || this.#state === 'proceeding';
    const handler = wanted ? this.options.handler : nobody;
    const usage = InviteUsage.established(this.core, dialog, this.#flow!, handler, response);
    this.#usages.set(tagOf(response.to) ?? '', usage);
    this.#early?.close();
    if (!wanted) {
      // A second branch of a fork, or the answer crossed our CANCEL.
      void usage.bye({ by: 'local', cause: 'cancelled', text: 'the call was given up' });
      if (this.#state === 'cancelling') this.#failGivenUp();
      return;
    }
    this.#state = move(transitions, this.#state, 'answered');
    this.#ringTimer?.cancel();
    const answer = bodyOfType(response, 'application/sdp') ?? early?.answer;
    const agreed = early?.renegotiated || (answer !== undefined && this.options.handler.takeAnswer(answer));
    if (!agreed) {
      void usage.bye({ by: 'local', cause: 'no-media', text: 'the 2xx brought no usable answer' });
      return;
    }
    this.options.answered(usage, response);
    this.options.handler.confirmed();
  }

  /** Gives up. `failed(487)` follows, or `failed(408)` when it rang too long. */
  cancel(text: string, status = 487): void {
    switch (this.#state) {
      case 'resolving':
        return this.#fail(status, text);
      case 'calling':
      case 'proceeding': {
        this.#givenUp = { status, text };
        const provisional = this.#state === 'proceeding';
        this.#state = move(transitions, this.#state, 'cancelling');
        this.#ringTimer?.cancel();
        // §9.1: a peer that does not answer the INVITE after CANCEL is given up after 64*T1.
        this.#ringTimer = this.core.clock.after(timers.timeout, () => {
          this.#transaction?.abandon();
          this.#failGivenUp();
        });
        if (provisional) this.#sendCancel();
        break;
      }
      default:
    }
  }

  #sendCancel(): void {
    if (this.#cancelSent || !this.#transaction || !this.#flow) return;
    this.#cancelSent = true;
    this.core.transactions.cancel(this.#transaction, this.#flow, 'SIP;cause=487;text="cancelled"');
  }

  #failGivenUp(): void {
    this.#fail(this.#givenUp.status, this.#givenUp.text);
  }

  #fail(status: number, text: string, response?: SipResponse): void {
    if (this.#state === 'failed' || this.#state === 'answered') return;
    this.#state = move(transitions, this.#state, 'failed');
    this.#ringTimer?.cancel();
    this.#early?.close();
    this.options.failed(status, text, response);
  }
}

const nobody: SessionHandler = {
  answerTo: () => ({ ok: false, status: 488, warning: '399 amphi "the call is over"' }),
  makeOffer: () => '',
  takeAnswer: () => false,
  info: () => 481,
  confirmed: () => {},
  ended: () => {},
};
