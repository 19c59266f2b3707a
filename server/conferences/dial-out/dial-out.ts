import { ResourceError } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import type { Referral, SipGateway } from '../../../sip-gateway/gateway.js';
import { parseSipUri } from '../../../sip-gateway/sip/message/uri.js';
import type { CallProgress, DialRequest, OutgoingCall } from '../../api/outgoing-calls.js';
import type { ConferenceRecord } from '../../store/conference-records.js';
import { drainingText, type ConferenceDirectory } from '../conference-directory.js';
import type { SipReception } from '../sip-reception.js';
import type { DialPolicy } from './dial-policy.js';
import { RoomCall } from './room-call.js';

export interface DialOutServices {
  conferences: ConferenceDirectory;
  reception: Pick<SipReception, 'expect'>;
  gateway: Pick<SipGateway, 'dial' | 'calls'>;
  policy: DialPolicy;
}

export interface DialOutOptions {
  /** That are tried or ring at once, of all conferences. Others wait. */
  maxCalls: number;
  /** Calls of all kinds that the gateway takes. */
  maxLines: number;
  ringS: number;
  /** To the second try; doubled from try to try, to 5 minutes. */
  retryAfterS: number;
}

const defaultRetries = 3;
/** Of all conferences, also those that wait. */
const maxKnown = 500;
/** What became of a call is told for so long. */
const keptMs = 60_000;

/** Calls rooms into conferences. Those that answer become sites like those that call in. */
export class DialOut {
  readonly #calls = new Map<string, RoomCall>();
  readonly #forgetting = new Set<NodeJS.Timeout>();
  readonly #unsubscribe: (() => void)[];
  #pumping = false;
  #closed = false;

  constructor(
    private readonly services: DialOutServices,
    private readonly options: DialOutOptions,
    private readonly log: Log,
  ) {
    const { conferences } = services;
    this.#unsubscribe = [
      conferences.on('opened', conference =>
        conference.setOutgoingCalls(this.#progress(conference.conferenceId)),
      ),
      conferences.on('deleted', conferenceId => this.#cancelAll(conferenceId)),
    ];
  }

  /** @throws UserError where an address may not be called: then none of them is; ResourceError when there are too many */
  dial(record: ConferenceRecord, { rooms, retries = defaultRetries }: DialRequest): OutgoingCall[] {
    const { conferences, policy } = this.services;
    const resolved = rooms.map(room => ({ ...room, address: policy.resolve(room.address) }));
    if (this.#closed || (conferences.draining && !conferences.live(record.conferenceId)))
      throw new ResourceError('draining', drainingText);
    this.#checkRoomFor(rooms.length);
    const calls = resolved.map(
      ({ address, displayName }) =>
        new RoomCall(record, {
          address,
          displayName: displayName?.replaceAll(/\p{Cc}/gu, '').trim() || nameOf(address),
          attempts: retries + 1,
          retryAfterMs: this.options.retryAfterS * 1000,
          dial: roomCall => this.#dial(roomCall, address),
          changed: roomCall => this.#changed(roomCall),
        }),
    );
    this.#add(record, calls);
    return calls.map(({ view }) => view);
  }

  /**
   * A room asks for another in its stead (RFC 3515): one try, and `tell` hears how it goes. @throws as `dial`
   */
  refer(record: ConferenceRecord, referral: Referral, tell: (call: OutgoingCall) => void): void {
    const address = this.services.policy.resolve(referral.target);
    this.#checkRoomFor(1);
    const call = new RoomCall(record, {
      ...{ address, displayName: nameOf(address), attempts: 1, retryAfterMs: 0 },
      dial: roomCall => this.#dial(roomCall, address, referral),
      changed: roomCall => {
        this.#changed(roomCall);
        tell(roomCall.view);
      },
    });
    this.#add(record, [call]);
  }

  #checkRoomFor(rooms: number): void {
    if (this.#calls.size + rooms <= maxKnown) return;
    throw new ResourceError(
      'too-many-calls',
      `${this.#calls.size} rooms are being called already. Wait a minute.`,
    );
  }

  #add({ conferenceId }: ConferenceRecord, calls: RoomCall[]): void {
    for (const call of calls) this.#calls.set(call.callId, call);
    this.#pump();
    this.#tell(conferenceId);
  }

  list(conferenceId: string): OutgoingCall[] {
    return this.#of(conferenceId).map(({ view }) => view);
  }

  /** @returns whether there was something to end */
  cancel(conferenceId: string, callId: string): boolean {
    const call = this.#calls.get(callId);
    if (call?.record.conferenceId !== conferenceId || call.over) return false;
    call.cancel();
    return true;
  }

  close(): void {
    this.#closed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const call of this.#calls.values()) if (call.state !== 'answered') call.cancel();
    for (const timer of this.#forgetting) clearTimeout(timer);
  }

  async #dial(roomCall: RoomCall, address: string, referral?: Referral) {
    const { gateway, reception } = this.services;
    const { maxLines, ringS } = this.options;
    if (gateway.calls.length >= maxLines)
      throw new ResourceError('lines-full', `All ${maxLines} lines are in use.`);
    const { record } = roomCall;
    const call = await gateway.dial(
      address,
      { displayName: record.title, user: record.number },
      { ringMs: ringS * 1000, name: roomCall.displayName, ...(referral && { referral }) },
    );
    reception.expect(call, {
      record,
      entered: siteId => roomCall.entered(siteId),
      turnedAway: reason => roomCall.turnedAway(reason),
    });
    return call;
  }

  #changed(call: RoomCall): void {
    const { callId, state, view } = call;
    const { conferenceId } = call.record;
    const { address, attempt, detail } = view;
    this.log.info(
      { conferenceId, callId, address, state, attempt, ...(detail !== null && { detail }) },
      'room is called',
    );
    if (call.over) this.#forgetLater(call);
    this.#tell(conferenceId);
    this.#pump();
  }

  /** Begins as many tries as may go on at once. */
  #pump(): void {
    if (this.#pumping || this.#closed) return;
    this.#pumping = true;
    let free = this.options.maxCalls - [...this.#calls.values()].filter(call => call.dialling).length;
    for (const call of this.#calls.values()) {
      if (free <= 0) break;
      if (!call.due) continue;
      free--;
      void call.try();
    }
    this.#pumping = false;
  }

  #forgetLater(call: RoomCall): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#forgetting.delete(timer);
      this.#calls.delete(call.callId);
      this.#tell(call.record.conferenceId);
    }, keptMs);
    this.#forgetting.add(timer);
  }

  #tell(conferenceId: string): void {
    this.services.conferences.live(conferenceId)?.setOutgoingCalls(this.#progress(conferenceId));
  }

  #progress(conferenceId: string): CallProgress[] {
    return this.#of(conferenceId).map(({ progress }) => progress);
  }

  #cancelAll(conferenceId: string): void {
    for (const call of this.#of(conferenceId)) call.cancel();
  }

  #of(conferenceId: string): RoomCall[] {
    return [...this.#calls.values()].filter(({ record }) => record.conferenceId === conferenceId);
  }
}

/** Its number or name, else its host. */
function nameOf(address: string): string {
  const uri = parseSipUri(address);
  return uri?.user || uri?.host || address;
}
