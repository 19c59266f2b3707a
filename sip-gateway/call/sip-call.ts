import type { Log } from '../../base/log.js';
import { answerOffer, applyAnswer, createOffer } from '../sdp/offer-answer.js';
import type { LocalMedia, NegotiatedMedia, OfferState, SdpState } from '../sdp/types.js';
import type { Clock } from '../sip/clock.js';
import type { Counters } from '../sip/counters.js';
import type { InviteUsage } from '../sip/dialog/invite-usage.js';
import type { ReferProgress } from '../sip/dialog/refer-subscription.js';
import type { OfferRefusal, SessionEnd, SessionHandler } from '../sip/dialog/session-handler.js';
import type { SipRequest } from '../sip/message/message.js';
import type { Referral, ReplacedDialog } from '../sip/message/referral.js';
import { dialogId } from '../sip/dialog/dialog.js';
import type { IncomingInvite } from '../sip/user-agent/incoming-invite.js';
import type { OutgoingInvite } from '../sip/user-agent/outgoing-invite.js';
import { CallMachine, type CallSignalling } from './call-machine.js';
import type { CallEnd, Caller, CallTarget } from './call.js';
import { ControlChannels } from './control-channels.js';
import { fastUpdateBody, fastUpdateType, readInfo } from './info-body.js';
import type { SavedCall } from './saved-call.js';

const minKeyframeIntervalMs = 500;

const causes: Record<SessionEnd['cause'], CallEnd['cause']> = {
  bye: 'hangup',
  cancelled: 'cancelled',
  refused: 'refused',
  'no-ack': 'no-answer',
  expired: 'lost',
  'unknown-to-peer': 'lost',
  'no-media': 'no-media',
};

/** A call over SIP: joins the session (dialog), offer/answer, and the call's state machine. */
export class SipCall implements SessionHandler, CallSignalling {
  readonly machine: CallMachine;
  readonly #channels: ControlChannels;
  #invite: IncomingInvite | Pick<OutgoingInvite, 'cancel'> | undefined;
  #usage: InviteUsage | undefined;
  #local: LocalMedia | undefined;
  #sdp: SdpState | undefined;
  #offered: OfferState | undefined;
  #keyframeAskedMs = -Infinity;
  #keyframeRefused = false;

  constructor(
    private readonly options: {
      direction: 'incoming' | 'outgoing';
      target: CallTarget;
      remote: Caller;
      localAddress: string;
      clock: Clock;
      counters: Counters;
      log: Log;
      established: (call: CallMachine) => void;
      /** The peer sends us elsewhere (REFER): 202, or the status to refuse it with. */
      referred: (call: CallMachine, referral: Referral, progress: ReferProgress) => number;
      /** What outlives a restart is not what it was. */
      changed: (saved: SavedCall) => void;
      /** A call of before the restart. */
      saved?: SavedCall;
    },
  ) {
    const { direction, target, remote, localAddress, saved } = options;
    this.machine = new CallMachine(direction, target, remote, localAddress, this, saved?.id);
    this.#channels = new ControlChannels(this.machine, options);
  }

  // ---- the beginning ----

  incoming(invite: IncomingInvite): void {
    this.#invite = invite;
    invite.cancelled.addEventListener('abort', () => {
      this.machine.end({ by: 'remote', cause: 'cancelled', text: String(invite.cancelled.reason) });
    });
  }

  /** Answers the INVITE with our side of the media. A refusal is returned for the gateway to send. */
  accept(invite: IncomingInvite, local: LocalMedia): OfferRefusal | undefined {
    this.#local = local;
    if (invite.offer === undefined) {
      this.#usage = invite.accept(this.makeOffer(), this);
      return undefined;
    }
    const result = this.answerTo(invite.offer);
    if (!result.ok) return result;
    this.#usage = invite.accept(result.answer, this);
    return undefined;
  }

  /** The offer of a call that we make. */
  outgoing(invite: Pick<OutgoingInvite, 'cancel'>): void {
    this.#invite = invite;
  }

  offer(local: LocalMedia): string {
    this.#local = local;
    return this.makeOffer();
  }

  answered(usage: InviteUsage): void {
    this.#usage = usage;
  }

  // ---- after a restart ----

  /** The peer still has its session: requests of it are answered from now on. */
  found(usage: InviteUsage, { sdp }: SavedCall): void {
    this.#usage = usage;
    // Floor control begins anew with the media.
    this.#sdp = { ...sdp, lines: sdp.lines.map(({ floor: _, ...line }) => line) };
  }

  /** Offers where we listen now; the call is established when the peer takes it. */
  async resume(local: LocalMedia, { sessionId, cname, secret }: SavedCall): Promise<void> {
    const encryption = local.encryption && { ...local.encryption, ...(secret !== undefined && { secret }) };
    this.#local = { ...local, sessionId, cname, ...(encryption && { encryption }) };
    const status = await this.#usage!.reinvite();
    if (this.machine.state === 'ended') return;
    if (status >= 200 && status < 300) return this.confirmed();
    const text = `the call could not be resumed after a restart: ${status}`;
    void this.#usage!.bye({ by: 'local', cause: 'bye', text });
    this.machine.end({ by: 'local', cause: 'lost', text });
  }

  #save(): void {
    const { machine } = this;
    if (!this.#usage || !this.#sdp || !this.#local || machine.state === 'ringing') return;
    const { flow, dialog } = this.#usage;
    // A browser cannot be connected to.
    if (flow.protocol === 'WSS') return;
    const { id, direction, target, remote, localAddress } = machine;
    const { sessionId, cname, encryption } = this.#local;
    this.options.changed({
      ...{ id, direction, target, remote, localAddress },
      flow: { protocol: flow.protocol, remote: flow.remote },
      dialog: dialog.state,
      sdp: this.#sdp,
      sessionId,
      cname,
      ...(encryption && { secret: encryption.secret }),
    });
  }

  // ---- SessionHandler: what the session asks and tells ----

  answerTo(offer: string): { ok: true; answer: string } | OfferRefusal {
    const result = answerOffer(offer, this.#local!, this.#sdp);
    if (!result.ok) return { ok: false, status: result.status, warning: result.warning };
    this.#agreed(result.state, result.media);
    return { ok: true, answer: result.answer };
  }

  makeOffer(): string {
    const { offer, state } = createOffer(this.#local!, this.#sdp);
    this.#offered = state;
    return offer;
  }

  takeAnswer(answer: string): boolean {
    if (!this.#offered) return false;
    const result = applyAnswer(this.#offered, answer);
    // Before the call is answered another branch of it may answer the same offer.
    if (this.machine.state !== 'ringing') this.#offered = undefined;
    if (!result.ok) {
      this.options.log.warn({ warning: result.warning }, 'the peer’s answer cannot be used');
      return false;
    }
    this.#agreed(result.state, result.media);
    return true;
  }

  #agreed(state: SdpState, media: NegotiatedMedia): void {
    const unchanged = JSON.stringify(media) === JSON.stringify(this.machine.media);
    this.#sdp = state;
    this.#channels.agreed(media);
    // A mere refresh of the session is no news.
    if (unchanged) return;
    this.machine.negotiated(media);
    this.#save();
  }

  info(request: SipRequest): number {
    const content = readInfo(request);
    if ('status' in content) return content.status;
    if (content.kind === 'keyframe') this.machine.keyframeRequested();
    if (content.kind === 'dtmf') this.machine.dtmf(content.digit);
    return 200;
  }

  refer(referral: Referral, progress: ReferProgress): number {
    const { state } = this.machine;
    if (state !== 'active' && state !== 'held') return 603;
    return this.options.referred(this.machine, referral, progress);
  }

  /** Whether somebody who writes this in `Replaces` means this call. */
  isDialog({ callId, localTag, remoteTag }: ReplacedDialog): boolean {
    return this.#usage?.dialog.id === dialogId(callId, localTag, remoteTag);
  }

  confirmed(): void {
    if (this.machine.state !== 'ringing') return;
    this.#offered = undefined;
    this.machine.established();
    this.options.established(this.machine);
    this.#save();
  }

  ended({ by, cause, text }: SessionEnd): void {
    this.machine.end({ by, cause: causes[cause], text });
  }

  // ---- CallSignalling: what the call asks ----

  requestKeyframe(): void {
    const nowMs = this.options.clock.now();
    if (!this.#usage || this.#keyframeRefused || nowMs - this.#keyframeAskedMs < minKeyframeIntervalMs)
      return;
    this.#keyframeAskedMs = nowMs;
    void this.#usage.info(fastUpdateType, fastUpdateBody).then(status => {
      // It does not know INFO, or not this one: asking again will not help.
      if (status === 405 || status === 415 || status === 469 || status === 501) this.#keyframeRefused = true;
    });
  }

  async updateMedia(local: LocalMedia): Promise<boolean> {
    if (!this.#usage) return false;
    const before = this.#local;
    this.#local = local;
    const status = await this.#usage.reinvite();
    const taken = status >= 200 && status < 300;
    if (!taken && this.#local === local) this.#local = before;
    return taken;
  }

  hangup(text: string): void {
    if (this.#usage) void this.#usage.bye({ by: 'local', cause: 'bye', text });
    else if (this.#invite && 'refuse' in this.#invite) this.#invite.refuse(480);
    else this.#invite?.cancel(text);
  }

  /** The gateway is closing: BYE without waiting for an ACK. Resolves when it is answered. */
  async close(text: string): Promise<void> {
    const told = this.#usage?.close({ by: 'local', cause: 'bye', text });
    this.machine.hangup(text);
    await told;
  }
}
