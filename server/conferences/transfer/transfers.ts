import { messageOf, UserError } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import type { Call } from '../../../sip-gateway/call/call.js';
import type { Referral, ReferProgress } from '../../../sip-gateway/gateway.js';
import { parseSipUri, type SipUri } from '../../../sip-gateway/sip/message/uri.js';
import type { CallFailure, OutgoingCall } from '../../api/outgoing-calls.js';
import type { AttemptLimit } from '../../identity/attempt-limit.js';
import type { ConferenceRecord } from '../../store/conference-records.js';
import { actingAs } from '../acting.js';
import type { ConferenceDirectory } from '../conference-directory.js';
import type { DialOut } from '../dial-out/dial-out.js';
import type { SipSite } from '../sip-site.js';

export interface TransferServices {
  conferences: ConferenceDirectory;
  attempts: AttemptLimit;
  dialOut: Pick<DialOut, 'refer'>;
  /** The site that the call is; undefined while it is none. */
  placeOf: (call: Call) => { conferenceId: string; site: SipSite } | undefined;
  /** The same call goes on in another conference. */
  move: (site: SipSite, to: ConferenceRecord) => Promise<SipSite>;
  /** It leads to this server. */
  isOwn: (uri: SipUri) => boolean;
  /** The account of a registered device that is called by this number or name, where this caller may. */
  deviceOf: (user: string, call: Call) => string | undefined;
}

/** What the peer is told of a try that failed. */
const statuses: Partial<Record<CallFailure, number>> = {
  ...{ busy: 486, 'no-answer': 480, declined: 603, unknown: 404, unavailable: 480, unreachable: 503 },
  ...{ incompatible: 488, credentials: 403, full: 486 },
};

/**
 * A room asks by REFER (RFC 3515) for another in its stead. To a number of ours: its own call goes on there. To any
 * other address: it is called into the conference, where an operator might call it (`sip.dialOut.allow`); the room
 * hangs up when it hears that this one has answered. One at a time.
 */
export class Transfers {
  readonly #underWay = new Set<string>();

  constructor(
    private readonly services: TransferServices,
    private readonly log: Log,
  ) {}

  /** @returns 202, or the status to refuse with */
  refer(call: Call, referral: Referral, progress: ReferProgress): number {
    const place = this.services.placeOf(call);
    const uri = parseSipUri(referral.target);
    if (!place || !uri || this.#underWay.has(call.id)) return 603;
    // Whoever tries out numbers and addresses is stopped as at the door.
    if (!this.services.attempts.allows(call.remote.address)) return 403;
    const { siteId, name } = place.site;
    const status = actingAs({ kind: 'site', id: siteId, name }, () =>
      this.#isOwn(uri, call)
        ? this.#within(call, uri, place, referral, progress)
        : this.#call(call, place, referral, progress),
    );
    const { target, replaces } = referral;
    this.log.info(
      { callId: call.id, target: target.replace(/\*[^@]*/, '*…'), attended: replaces !== undefined, status },
      'a room asks to be transferred',
    );
    if (status === 403 || status === 404) this.services.attempts.failed(call.remote.address);
    return status;
  }

  /** A name that it was reached by is ours, too, whatever DNS makes of it. */
  #isOwn(uri: SipUri, { direction, target }: Call): boolean {
    const isDialled = direction === 'incoming' && uri.host === target.host && uri.port === undefined;
    return isDialled || this.services.isOwn(uri);
  }

  /** An address of this server: a conference, or a device that is registered. */
  #within(call: Call, uri: SipUri, place: Place, referral: Referral, progress: ReferProgress): number {
    const { conferences, deviceOf } = this.services;
    // It has two calls with us: two conferences are not made one.
    if (referral.replaces !== undefined) return 603;
    const [number = '', pin = ''] = uri.user.split('*');
    const found = conferences.byNumber(number, pin);
    if (found === 'wrong-pin') return 403;
    if (found) return this.#move(call, found, place, progress);
    const device = deviceOf(uri.user, call);
    return device === undefined ? 404 : this.#call(call, place, { ...referral, target: device }, progress);
  }

  #move(
    call: Call,
    record: ConferenceRecord,
    { conferenceId, site }: Place,
    progress: ReferProgress,
  ): number {
    const { conferences, move } = this.services;
    if (record.conferenceId === conferenceId) return 603;
    try {
      conferences.lives.admit(record.conferenceId);
      conferences.live(record.conferenceId)?.admit();
    } catch {
      return 486;
    }
    this.#underWay.add(call.id);
    move(site, record)
      .then(
        () => progress.kept(),
        (error: unknown) => {
          this.log.warn({ callId: call.id, reason: messageOf(error) }, 'a room could not be moved');
          progress.final(480);
        },
      )
      .finally(() => this.#underWay.delete(call.id));
    return 202;
  }

  #call(call: Call, { conferenceId }: Place, referral: Referral, progress: ReferProgress): number {
    const conference = this.services.conferences.live(conferenceId);
    if (!conference || conference.locked) return 403;
    try {
      conference.admit();
      this.services.dialOut.refer(conference.record, referral, outgoing =>
        this.#tell(call, outgoing, progress),
      );
    } catch (error) {
      this.log.warn({ callId: call.id, reason: messageOf(error) }, 'a room is not transferred');
      return error instanceof UserError && error.code !== 'conference-full' ? 403 : 480;
    }
    this.#underWay.add(call.id);
    return 202;
  }

  #tell(call: Call, { state, failure }: OutgoingCall, progress: ReferProgress): void {
    if (state === 'ringing') return progress.provisional(180);
    if (state === 'waiting' || state === 'trying') return;
    this.#underWay.delete(call.id);
    if (state === 'answered' || state === 'ended') return progress.final(200);
    progress.final(state === 'cancelled' ? 487 : ((failure && statuses[failure]) ?? 500));
  }
}

type Place = NonNullable<ReturnType<TransferServices['placeOf']>>;
