import { quote } from '../message/grammar.js';
import { withBody, type SipRequest, type SipResponse } from '../message/message.js';
import { tagOf } from '../message/name-address.js';
import { parseReferral } from '../message/referral.js';
import { move, type Transitions } from '../transaction/transaction-state.js';
import type { ServerTransaction } from '../transaction/transaction.js';
import type { Flow } from '../transport/transport.js';
import { allowedMethods, writeCapabilities } from '../user-agent/capabilities.js';
import { bodyOfType, createAnswer, respond, type Core } from '../user-agent/core.js';
import { DialogClient, type Outcome } from './dialog-client.js';
import type { Dialog } from './dialog.js';
import { ReferSubscription } from './refer-subscription.js';
import type { ReliableProvisional } from './reliable-provisional.js';
import { RepeatUntilAck } from './repeat-until-ack.js';
import type { SessionEnd, SessionHandler } from './session-handler.js';
import { SessionModifier, type ModifiedSession } from './session-modifier.js';
import {
  answerSessionInterval,
  minSessionExpiresS,
  sessionIntervalOf,
  SessionTimer,
  writeToResponse,
  type SessionInterval,
} from './session-timer.js';

/*
 *   we sent 2xx ──> [accepted] ── ACK ──> [confirmed] <── 2xx to our INVITE
 *                       │                      │  BYE either way, 481, session expired
 *                       │  no ACK for 32 s: BYE│
 *                       └──────> [terminated] <┘
 */
type State = 'accepted' | 'confirmed' | 'terminated';

const transitions: Transitions<State> = {
  accepted: ['confirmed', 'terminated'],
  confirmed: ['terminated'],
  terminated: [],
};

const refreshRetryMs = 10_000;
const maxRefreshFailures = 3;

/**
 * The session that an INVITE has set up, with all that happens in its dialog (RFC 5057 calls it the invite
 * usage): re-INVITE and UPDATE both ways, INFO, session timer, BYE.
 */
export class InviteUsage {
  #state: State;
  readonly #client: DialogClient;
  readonly #modifier: SessionModifier;
  readonly #sessionTimer: SessionTimer;
  /** Our 2xx whose ACK is awaited, and whether it carried our offer, so that the ACK must bring the answer. */
  #unacknowledged: { repeat: RepeatUntilAck; offered: boolean } | undefined;
  /** BYE has to wait for the ACK (§15). */
  #byeAfterAck: { text: string; sent: (outcome: Outcome) => void } | undefined;
  #endAnnounced = false;
  #refreshFailures = 0;
  #peerAllowsUpdate: boolean;
  #peerSupportsTimer = false;
  /** The 1xx that our 2xx has overtaken: its PRACK may still come (RFC 3262 §3). */
  #overtaken: ReliableProvisional | undefined;

  private constructor(
    private readonly core: Core,
    readonly dialog: Dialog,
    flow: Flow,
    private readonly handler: SessionHandler,
    state: State,
    peerAllowsUpdate: boolean,
  ) {
    this.#state = state;
    this.#client = new DialogClient(core, dialog, flow);
    this.#modifier = new SessionModifier(core, this.#client, this.#modifiedSession());
    this.#peerAllowsUpdate = peerAllowsUpdate;
    this.#sessionTimer = new SessionTimer(
      core.clock,
      () => void this.#refresh(),
      () => void this.#byeNow({ by: 'local', cause: 'expired', text: 'the session was not refreshed' }),
    );
    core.addUsage(this);
  }

  /** We are called: sends the 2xx and repeats it until the ACK. `sdp` is our answer, or our offer to none. */
  static accept(
    core: Core,
    dialog: Dialog,
    transaction: ServerTransaction,
    handler: SessionHandler,
    sdp: string,
    isOffer: boolean,
    overtaken?: ReliableProvisional,
  ): InviteUsage {
    const { flow, request } = transaction;
    const usage = new InviteUsage(core, dialog, flow, handler, 'accepted', allowsUpdate(request));
    usage.#overtaken = overtaken;
    usage.#sendAccept(transaction, sdp, isOffer);
    return usage;
  }

  /** We called: `response` is the 2xx, which is acknowledged here. */
  static established(
    core: Core,
    dialog: Dialog,
    flow: Flow,
    handler: SessionHandler,
    response: SipResponse,
  ): InviteUsage {
    const usage = new InviteUsage(core, dialog, flow, handler, 'confirmed', allowsUpdate(response));
    usage.acknowledge(response);
    usage.#startTimerFrom(response);
    return usage;
  }

  /** A session that stood when we were restarted: offer anew, so that media flows to where we listen now. */
  static resumed(core: Core, dialog: Dialog, flow: Flow, handler: SessionHandler): InviteUsage {
    return new InviteUsage(core, dialog, flow, handler, 'confirmed', false);
  }

  /** Where the peer's last request came from. */
  get flow(): Flow {
    return this.#client.flow;
  }

  /** The 2xx to our INVITE came (again). */
  acknowledge(response: SipResponse): void {
    this.#client.acknowledge(response);
  }

  // ---- what the peer asks ----

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (this.#state === 'terminated') return void respond(transaction, 481);
    // §12.2.2: out of order.
    if (!this.dialog.advance(request)) return void respond(transaction, 500);
    this.#client.moveTo(transaction.flow);
    switch (request.method) {
      case 'BYE':
        respond(transaction, 200);
        return this.#end({ by: 'remote', cause: 'bye', text: request.headers.get('reason') ?? 'BYE' });
      case 'INVITE':
      case 'UPDATE':
        return this.#receiveOffer(transaction);
      case 'INFO':
        return void respond(transaction, this.handler.info(request));
      case 'PRACK':
        return void respond(transaction, this.#overtaken?.receive(request) ?? 481);
      case 'REFER':
        return this.#receiveRefer(transaction);
      default:
        return void respond(transaction, 405, [['allow', allowedMethods.join(', ')]]);
    }
  }

  /** Re-INVITE (§14.2) or UPDATE (RFC 3311 §5.2). */
  #receiveOffer(transaction: ServerTransaction): void {
    const { request } = transaction;
    const offer = bodyOfType(request, 'application/sdp');
    // Two offers must not cross: ours is out, or we wait for its answer in an ACK. An UPDATE without one is no offer.
    const offering = request.method === 'INVITE' || offer !== undefined;
    if (offering && (this.#modifier.underWay || this.#unacknowledged?.offered))
      return void respond(transaction, 491);
    // Whoever sends the next INVITE has got our last 2xx, whatever became of the ACK.
    if (request.method === 'INVITE') this.#confirm();
    if ('tooSmall' in answerSessionInterval(request, this.core.sessionExpiresS)) {
      return void respond(transaction, 422, [['min-se', String(minSessionExpiresS)]]);
    }
    if (offer === null) return void respond(transaction, 415, [['accept', 'application/sdp']]);
    if (offer === undefined) {
      this.dialog.refreshTarget(request);
      if (request.method === 'UPDATE') transaction.respond(this.#createAccept(transaction));
      else this.#sendAccept(transaction, this.handler.makeOffer(), true);
      return;
    }
    const result = this.handler.answerTo(offer);
    if (!result.ok) return void respond(transaction, result.status, [['warning', result.warning]]);
    this.dialog.refreshTarget(request);
    if (request.method === 'INVITE') return this.#sendAccept(transaction, result.answer, false);
    transaction.respond(withBody(this.#createAccept(transaction), 'application/sdp', result.answer));
  }

  /** RFC 3515 §2.4.2. */
  #receiveRefer(transaction: ServerTransaction): void {
    const { request, flow } = transaction;
    const referral = parseReferral(request);
    if ('status' in referral) return void respond(transaction, referral.status);
    const subscription = new ReferSubscription(this.core.clock, this.#client, request.cseq.sequence);
    const status = this.handler.refer?.(referral, subscription) ?? 603;
    if (status !== 202) return void respond(transaction, status);
    // RFC 4488 §4: repeated when it is granted.
    const silent: [string, string][] = referral.silent ? [['refer-sub', 'false']] : [];
    respond(transaction, 202, [['contact', this.core.transport.contact(flow)], ...silent]);
    if (!referral.silent) subscription.open();
  }

  #sendAccept(transaction: ServerTransaction, sdp: string, isOffer: boolean): void {
    const response = withBody(this.#createAccept(transaction), 'application/sdp', sdp);
    const repeat = new RepeatUntilAck(this.core.clock, transaction, response, () => {
      void this.#byeNow({ by: 'local', cause: 'no-ack', text: 'no ACK came for 32 s' });
    });
    this.#unacknowledged = { repeat, offered: isOffer };
  }

  /** 200 to INVITE or UPDATE; with it the session timer begins anew (RFC 4028 §9). */
  #createAccept(transaction: ServerTransaction): SipResponse {
    const { request, flow } = transaction;
    const response = createAnswer(transaction, 200, tagOf(this.dialog.local));
    response.headers.copy(request.headers, 'record-route').set('contact', this.core.transport.contact(flow));
    writeCapabilities(response.headers).set('server', this.core.product);
    const interval = answerSessionInterval(request, this.core.sessionExpiresS);
    if (!('tooSmall' in interval)) {
      this.#peerSupportsTimer = interval.peerSupports;
      writeToResponse(response.headers, interval, interval.peerSupports);
      this.#sessionTimer.restart(interval);
    }
    if (request.headers.has('allow')) {
      this.#peerAllowsUpdate = allowsUpdate(request);
    }
    return response;
  }

  acknowledged(ack: SipRequest): void {
    const waiting = this.#unacknowledged;
    if (!waiting || waiting.repeat.sequence !== ack.cseq.sequence) return;
    if (waiting.offered) {
      // §13.2.1: the answer to an offer in a 2xx must be in the ACK.
      const answer = bodyOfType(ack, 'application/sdp');
      if (typeof answer !== 'string' || !this.handler.takeAnswer(answer)) {
        return void this.#byeNow({
          by: 'local',
          cause: 'no-media',
          text: 'the ACK brought no usable answer',
        });
      }
    }
    this.#confirm();
  }

  /** The ACK is there, or proven to have been sent. */
  #confirm(): void {
    this.#unacknowledged?.repeat.stop();
    this.#unacknowledged = undefined;
    if (this.#state !== 'accepted') return;
    this.#state = move(transitions, this.#state, 'confirmed');
    const bye = this.#byeAfterAck;
    if (bye) void this.#sendBye(bye.text).then(bye.sent);
    else this.handler.confirmed();
  }

  // ---- what we ask ----

  /** Offers anew (hold, other media). Resolves with the final status; unless it is 2xx, all is as it was. */
  async reinvite(): Promise<number> {
    const { status } = await this.#modifier.reinvite();
    this.#endIfUnknown(status);
    // §14.1, §12.2.1.2
    if (status === 408) {
      void this.#byeNow({ by: 'local', cause: 'expired', text: 'the peer does not answer any more' });
    }
    return status;
  }

  /** RFC 6086 §2: legacy usage. Resolves with the final status. */
  async info(contentType: string, body: string): Promise<number> {
    if (this.#state !== 'confirmed') return 481;
    const { status } = await this.#client.request(
      withBody(this.dialog.createRequest('INFO'), contentType, body),
    );
    this.#endIfUnknown(status);
    return status;
  }

  /** Ends the session and resolves when the peer has answered the BYE, or never will. */
  bye(end: SessionEnd): Promise<Outcome> {
    if (this.#state === 'terminated' || this.#byeAfterAck) return Promise.resolve({ status: 481 });
    if (this.#state === 'confirmed') return this.#byeNow(end);
    // §15: whoever was called must not say BYE before the ACK came, or will not come any more.
    return new Promise(sent => {
      this.#byeAfterAck = { text: end.text, sent };
      this.#announceEnd(end);
    });
  }

  /** The stack is closing: BYE at once, ACK or not. */
  close(end: SessionEnd): Promise<Outcome> {
    return this.#byeNow(end);
  }

  // ---- session timer ----

  #modifiedSession(): ModifiedSession {
    return {
      busy: () => this.#state !== 'confirmed' || this.#unacknowledged !== undefined,
      interval: () => this.#currentInterval(),
      makeOffer: () => this.handler.makeOffer(),
      modified: (response, offered) => this.#modified(response, offered),
    };
  }

  #currentInterval(): SessionInterval {
    return this.#sessionTimer.interval ?? { expiresS: this.core.sessionExpiresS, refresher: 'local' };
  }

  #startTimerFrom(response: SipResponse): void {
    const said = sessionIntervalOf(response);
    this.#peerSupportsTimer = said !== undefined;
    // A peer without timers does not refresh: we do, to notice when it is gone.
    this.#sessionTimer.restart(said ?? { expiresS: this.core.sessionExpiresS, refresher: 'local' });
  }

  #modified(response: SipResponse, offered: boolean): void {
    this.dialog.refreshTarget(response);
    this.#startTimerFrom(response);
    if (!offered) return;
    const answer = bodyOfType(response, 'application/sdp');
    if (typeof answer === 'string' && this.handler.takeAnswer(answer)) return;
    void this.#byeNow({ by: 'local', cause: 'no-media', text: 'the 2xx brought no usable answer' });
  }

  async #refresh(): Promise<void> {
    const { status } = await (this.#peerAllowsUpdate ? this.#modifier.update() : this.#modifier.reinvite());
    this.#endIfUnknown(status);
    if (this.#state === 'terminated') return;
    if (status >= 200 && status < 300) {
      this.#refreshFailures = 0;
      return;
    }
    this.core.counters.count('session-refresh-failures');
    // RFC 4028 §10. A peer that keeps no timer does not lose the session by refusing a refresh.
    const tooOften = this.#peerSupportsTimer && ++this.#refreshFailures >= maxRefreshFailures;
    if (status === 408 || tooOften) {
      return void this.#byeNow({ by: 'local', cause: 'expired', text: `refresh failed: ${status}` });
    }
    if (this.#peerSupportsTimer || status === 491) this.#sessionTimer.refreshAgainAfter(refreshRetryMs);
    else this.#sessionTimer.restart(this.#currentInterval());
  }

  // ---- the end ----

  /** §12.2.1.2: a peer that has lost the dialog ends it. */
  #endIfUnknown(status: number): void {
    if (status === 481 && this.#state !== 'terminated') {
      this.#end({ by: 'remote', cause: 'unknown-to-peer', text: 'the peer does not know the call any more' });
    }
  }

  #byeNow(end: SessionEnd): Promise<Outcome> {
    if (this.#state === 'terminated') return Promise.resolve({ status: 481 });
    const bye = this.#byeAfterAck;
    const sent = this.#sendBye(end.text);
    if (bye) void sent.then(bye.sent);
    this.#announceEnd(end);
    return sent;
  }

  #sendBye(text: string): Promise<Outcome> {
    const bye = this.dialog.createRequest('BYE');
    bye.headers.set('reason', `SIP;cause=200;text=${quote(text)}`);
    const sent = this.#client.request(bye);
    this.#terminate();
    return sent;
  }

  #end(end: SessionEnd): void {
    this.#byeAfterAck?.sent({ status: 200 });
    this.#terminate();
    this.#announceEnd(end);
  }

  #announceEnd(end: SessionEnd): void {
    if (this.#endAnnounced) return;
    this.#endAnnounced = true;
    this.handler.ended(end);
  }

  #terminate(): void {
    this.#state = move(transitions, this.#state, 'terminated');
    this.#unacknowledged?.repeat.stop();
    this.#unacknowledged = undefined;
    this.#byeAfterAck = undefined;
    this.#sessionTimer.stop();
    this.#modifier.close();
    this.#client.release();
    this.core.removeUsage(this);
  }
}

function allowsUpdate({ headers }: SipRequest | SipResponse): boolean {
  return headers.tokens('allow').includes('update');
}
