import { randomBytes, randomInt } from 'node:crypto';
import { ResourceError, UserError, messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { PortPool } from '../../sfu/forwarding/port-pool.js';
import { pictureClasses, type PictureClass } from '../../sfu/mixing/capacity/hd-units.js';
import { fullText, type Capacity } from '../../sfu/mixing/capacity/capacity.js';
import type { Mixer } from '../../sfu/mixing/mixer.js';
import type { Call, Caller, CallTarget } from '../../sip-gateway/call/call.js';
import type { AnnouncedIdentity } from '../../sip-gateway/dtls-identity.js';
import type { SavedCall } from '../../sip-gateway/call/saved-call.js';
import type {
  CallHandler,
  Referral,
  ReferProgress,
  RouteAnswer,
  SipGateway,
} from '../../sip-gateway/gateway.js';
import type { LocalMedia } from '../../sip-gateway/sdp/types.js';
import type { AttemptLimit } from '../identity/attempt-limit.js';
import type { CallRecords } from '../store/call-records.js';
import type { ConferenceRecord } from '../store/conference-records.js';
import { drainingText, type ConferenceDirectory } from './conference-directory.js';
import type { MediaWatch } from '../diagnosis/media-watch.js';
import type { CallFacts } from '../diagnosis/rules.js';
import { CallKeys } from './call-keys.js';
import { Ivr, type IvrOptions } from './ivr/ivr.js';
import type { LoopBacks } from './loop-back/loop-backs.js';
import type { Playbacks } from './playback/playbacks.js';
import type { PointToPoint } from './point-to-point.js';
import type { SavedSite } from './life/saved-run.js';
import { RoomControl, type ControlKeys } from './room-control.js';
import { SipSite } from './sip-site.js';
import type { Transfers } from './transfer/transfers.js';

export interface ReceptionServices {
  conferences: ConferenceDirectory;
  attempts: AttemptLimit;
  ports: PortPool;
  mixer: Mixer;
  capacity: Capacity;
  calls: CallRecords;
  watch: MediaWatch;
  playbacks: Playbacks;
  loopBacks: LoopBacks;
}

export interface ReceptionOptions {
  bindAddress: string;
  announcedAddress: string | null;
  /** bit/s of video to one room */
  maxCallBitrate: number;
  /** Pictures a second to and from one room, at most. */
  maxFrameRate: number;
  /** One number for all conferences: who dials it is asked which. */
  accessNumber: string | null;
  ivr: IvrOptions;
  /** Keys of rooms' remote controls. */
  keys: ControlKeys;
  /** SRTP with rooms. */
  mediaEncryption: 'optional' | 'required' | 'off';
  /** Rooms may press the arrows of their remote controls, and their cameras be moved (H.281). */
  cameraControl: boolean;
  /** Our certificate for DTLS-SRTP. */
  dtlsIdentity: AnnouncedIdentity;
}

const maxNameLength = 64;
/** Text and pictures; a film among them still runs. */
const maxContentFrameRate = 30;
/** What a room is called in the BFCP conference of its call; 1 is everybody else. */
const roomUserId = 2;
/** By then a new room is in its conference's plan. */
const countedAfterMs = 1_000;

/** Where a call of ours leads when it is answered. */
export interface Destination {
  record: ConferenceRecord;
  entered: (siteId: string) => void;
  turnedAway: (reason: string) => void;
}

interface Entry {
  conferenceId: string;
  site: SipSite;
  control: RoomControl;
  keys: CallKeys;
  /** It is no site any more; its call goes on. */
  leave: () => void;
}

/** Of a site that was one before: in another conference it has another `siteId`. */
type Place = Pick<SavedSite, 'name' | 'muted'> &
  Partial<Pick<SavedSite, 'siteId' | 'joinedAt' | 'sound' | 'chair'>>;

/** Answers hardware rooms: which conference a dialled number leads to, which ports they get; and puts them in. */
export class SipReception implements CallHandler {
  readonly #reservations = new Map<string, () => void>();
  /** By the call. */
  readonly #destinations = new Map<string, Destination>();
  readonly #sites = new Map<string, Entry>();
  /** By the call that wants the place of another. */
  readonly #replacing = new Map<string, Entry>();
  readonly #saved = new Map<string, SavedCall>();
  /** Calls between devices; set before the first call comes. */
  pointToPoint: PointToPoint | undefined;
  /** What rooms ask by REFER; set before the first call comes. */
  transfers: Transfers | undefined;
  /** Calls of before a restart, and the conference that each was in. */
  readonly #resumed = new Map<string, string>();
  readonly #ivr: Ivr;

  constructor(
    private readonly services: ReceptionServices,
    private readonly options: ReceptionOptions,
    private readonly log: Log,
  ) {
    const enter = (call: Call, record: ConferenceRecord, isNew: boolean) =>
      this.#admit(call, record).then(() => isNew && this.#tellNumber(call, record));
    this.#ivr = new Ivr({ ...services, enter }, options.ivr, log);
    services.mixer.events.on('keyframeNeeded', (conferenceId, session) => {
      this.#entryOf(conferenceId, session)?.site.call.requestKeyframe();
    });
    services.mixer.events.on('dtmf', (conferenceId, session, digit) => {
      this.#entryOf(conferenceId, session)?.keys.byMedia(digit);
    });
    services.mixer.events.on('statistics', (conferenceId, statistics) => {
      for (const { site, conferenceId: own } of this.#sites.values()) {
        if (own !== conferenceId) continue;
        site.observe(statistics);
        services.watch.observe(site.call, site.siteId, statistics);
      }
    });
  }

  /** Of the site that the call is; undefined while it is none. */
  siteOf(callId: string): CallFacts['site'] {
    const entry = this.#sites.get(callId);
    if (!entry) return undefined;
    const { site, conferenceId } = entry;
    return {
      muted: site.muted || site.sound.mouth.muted,
      alone: (this.services.conferences.live(conferenceId)?.sites.length ?? 1) <= 1,
      floorOpen: site.call.floor?.open,
    };
  }

  async route(target: CallTarget, caller: Caller): Promise<RouteAnswer> {
    const { attempts, conferences } = this.services;
    if (!attempts.allows(caller.address)) {
      return { accept: false, status: 403, reason: 'too many wrong tries; wait a minute' };
    }
    if (target.user === this.options.accessNumber || this.services.loopBacks.leadsHere(target))
      return this.#largestPicture() ? { accept: true } : { accept: false, status: 486, reason: fullText };
    const found = this.#find(target) ?? this.services.playbacks.find(target);
    const device = found === undefined ? this.pointToPoint?.accountOf(target.user, caller) : undefined;
    if (device !== undefined) return this.#routeToDevice(device);
    if (found === undefined || found === 'wrong-pin') {
      attempts.failed(caller.address);
      return found === undefined
        ? { accept: false, status: 404, reason: 'no conference has this number' }
        : { accept: false, status: 403, reason: 'this number has a PIN: dial NUMBER*PIN' };
    }
    if ('recordingId' in found)
      return this.#largestPicture() ? { accept: true } : { accept: false, status: 486, reason: fullText };
    try {
      conferences.lives.admit(found.conferenceId);
      conferences.live(found.conferenceId)?.admit();
      if (conferences.draining && !conferences.live(found.conferenceId))
        return { accept: false, status: 503, reason: drainingText };
      if (!this.#largestPicture()) return { accept: false, status: 486, reason: fullText };
      return { accept: true };
    } catch (error) {
      return { accept: false, status: 486, reason: messageOf(error) };
    }
  }

  replace(before: Call, call: Call): RouteAnswer {
    const entry = this.#sites.get(before.id);
    if (!entry) return { accept: false, status: 480, reason: 'that call is in no conference' };
    this.#replacing.set(call.id, entry);
    call.on('ended', () => this.#replacing.delete(call.id));
    return { accept: true };
  }

  refer(call: Call, referral: Referral, progress: ReferProgress): number {
    return this.transfers?.refer(call, referral, progress) ?? 603;
  }

  placeOf({ id }: Call): { conferenceId: string; site: SipSite } | undefined {
    return this.#sites.get(id);
  }

  /**
   * The site goes on in another conference, in the same call: same ports, same keys. Nothing is changed when that is
   * full or not open. @throws UserError, ResourceError
   */
  async move(site: SipSite, record: ConferenceRecord): Promise<SipSite> {
    const { call } = site;
    const conference = await this.services.conferences.open(record);
    conference.admit(true);
    const entry = this.#sites.get(call.id);
    if (entry?.site !== site) throw new UserError('not-found', 'The site is not there any more.');
    entry.leave();
    this.log.info({ callId: call.id, from: entry.conferenceId, to: record.conferenceId }, 'site is moved');
    const { name, muted } = site;
    const moved = await this.#admit(call, record, { name, muted });
    if (!moved) throw new UserError('not-found', 'The site has hung up.');
    return moved;
  }

  #routeToDevice(account: string): RouteAnswer {
    if (this.services.conferences.draining) return { accept: false, status: 503, reason: drainingText };
    if (!this.#largestPicture()) return { accept: false, status: 486, reason: fullText };
    return {
      accept: true,
      ring: (call, signal) => this.pointToPoint!.ring(account, call, signal),
    };
  }

  async localMedia(call: Call): Promise<LocalMedia> {
    const { ports } = this.services;
    const { bindAddress, announcedAddress, maxCallBitrate, mediaEncryption } = this.options;
    // Smaller when the machine has no more. Nothing at all left, in the moment since `route`: the call is dropped.
    // Who takes another's place needs no more than that one for long.
    const smallest = this.#replacing.has(call.id) ? pictureClasses.at(-1) : undefined;
    const maxPicture = this.#largestPicture() ?? smallest;
    if (!maxPicture) throw new ResourceError('machine-full', fullText);
    this.#reserve(call, maxPicture);
    const lease = async (): Promise<number> => {
      const port = await ports.takePair();
      call.on('ended', () => ports.release(port));
      return port;
    };
    const stream = (kind: string, port: number) => ({
      id: `${kind}:${call.id}`,
      port,
      rtcpPort: port + 1,
      ssrc: randomInt(1, 0xffffffff),
    });
    const camera = async () => {
      const port = await lease();
      return { id: `camera:${call.id}`, port, rtcpPort: port + 1 };
    };
    return {
      announcedAddress: announcedAddress ?? call.localAddress,
      bindAddress,
      sessionId: String(randomInt(1, 2 ** 47)),
      cname: randomBytes(12).toString('base64url'),
      ...(mediaEncryption !== 'off' && {
        encryption: {
          policy: mediaEncryption,
          secret: randomBytes(32).toString('base64'),
          dtls: this.options.dtlsIdentity,
        },
      }),
      audio: stream('audio', await lease()),
      video: { ...stream('video', await lease()), maxPicture, maxBitrate: maxCallBitrate },
      content: {
        ...stream('content', await lease()),
        maxPicture: { ...maxPicture, frameRate: Math.min(maxPicture.frameRate, maxContentFrameRate) },
        maxBitrate: maxCallBitrate,
        floor: {
          port: await lease(),
          // A BFCP conference for each call. Its number is all that tells the room from a stranger behind a NAT.
          conferenceId: randomInt(1, 2 ** 32),
          userId: roomUserId,
        },
      },
      ...(this.options.cameraControl && { camera: await camera() }),
    };
  }

  #largestPicture(): PictureClass | null {
    return this.services.capacity.largestPicture(this.options.maxFrameRate);
  }

  /** Until its conference counts the room. */
  #reserve(call: Call, picture: PictureClass): void {
    const release = this.services.capacity.reserve(picture);
    this.#reservations.set(call.id, release);
    call.on('ended', () => this.#release(call));
  }

  #release(call: Call): void {
    this.#reservations.get(call.id)?.();
    this.#reservations.delete(call.id);
  }

  /** Rooms whose calls stood when the server was killed come back into their conferences. */
  resume(gateway: SipGateway): void {
    for (const { conferenceId, call: saved } of this.services.calls.list()) {
      this.#resumed.set(saved.id, conferenceId);
      const call = gateway.resume(saved);
      this.log.info({ callId: saved.id, conferenceId }, 'resuming the call of a room');
      call.on('ended', () => this.#forget(call));
    }
  }

  save(call: Call, saved: SavedCall): void {
    // The PIN that was dialled is needed no more.
    const target = { ...saved.target, user: saved.target.user.split('*')[0]! };
    this.#saved.set(call.id, { ...saved, target });
    this.#store(call);
  }

  /** Once it is in a conference, and whenever something else is to be kept of it. */
  #store({ id }: Call): void {
    const call = this.#saved.get(id);
    const conferenceId = this.#sites.get(id)?.conferenceId;
    if (call && conferenceId !== undefined) this.services.calls.save({ conferenceId, call });
  }

  #forget({ id }: Call): void {
    this.#saved.delete(id);
    this.#resumed.delete(id);
    this.services.calls.delete(id);
  }

  /** A call of ours: say before it is answered where it leads. */
  expect(call: Call, destination: Destination): void {
    this.#destinations.set(call.id, destination);
    call.on('ended', () => this.#destinations.delete(call.id));
  }

  established(call: Call): void {
    setTimeout(() => this.#release(call), countedAfterMs);
    const { direction, target } = call;
    const asks = direction === 'incoming' && target.user === this.options.accessNumber;
    if (asks && !this.#resumed.has(call.id)) return this.#ivr.begin(call);
    if (!this.#resumed.has(call.id) && this.services.loopBacks.begin(call)) return;
    const replaced = this.#replacing.get(call.id);
    if (replaced) return this.#takePlace(call, replaced);
    const destination = this.#destinations.get(call.id);
    const recording =
      direction === 'incoming' && !destination ? this.services.playbacks.find(target) : undefined;
    if (recording !== undefined && recording !== 'wrong-pin' && !this.#resumed.has(call.id))
      return this.services.playbacks.begin(call, recording);
    this.#admit(call, destination?.record).then(
      site => site && destination?.entered(site.siteId),
      (error: unknown) => {
        const reason = messageOf(error);
        this.log.warn({ callId: call.id, reason }, 'room not admitted');
        destination?.turnedAway(reason);
        call.hangup(reason);
      },
    );
  }

  /** RFC 3891: the place is this call's now, and the one before is over. Where it could not be taken, that stays. */
  #takePlace(call: Call, { conferenceId, site: before }: Entry): void {
    this.#replacing.delete(call.id);
    const { siteId, joinedAt, sound } = before.saved;
    const place = { siteId, joinedAt, sound, name: nameOf(call.remote), muted: before.muted };
    this.#admit(call, this.services.conferences.byId(conferenceId), place).then(
      () => before.call.hangup('another call has taken its place'),
      (error: unknown) => call.hangup(messageOf(error)),
    );
  }

  /** The call stands: the room is a site of its conference until the call ends. */
  async #admit(
    call: Call,
    chosen: ConferenceRecord | undefined,
    place?: Place,
  ): Promise<SipSite | undefined> {
    const before = this.#resumed.get(call.id);
    const record =
      chosen ?? (before === undefined ? this.#find(call.target) : this.services.conferences.byId(before));
    if (record === undefined || record === 'wrong-pin')
      throw new UserError('not-found', 'the conference has ended');
    const conference = await this.services.conferences.open(record);
    if (call.state === 'ended') return undefined;
    const site = new SipSite(
      nameOf(call.remote),
      call,
      {
        silent: () => conference.vanished(site),
        heard: () => conference.connected(site),
        presenting: () => conference.changed(),
      },
      place ?? conference.awaited(call.id),
    );
    conference.addSipSite(site);
    const control = new RoomControl(conference, site, this.options.keys, {
      offered: () => this.services.conferences.hasChairPin(record.conferenceId),
      take: pin => {
        const { conferences, attempts } = this.services;
        conferences.takeChair(conference, site.siteId, pin, call.remote.address, attempts);
      },
    });
    const keys = new CallKeys(call, digit => control.press(digit));
    const unsubscribe = [
      call.on('dtmf', digit => keys.bySignalling(digit)),
      call.on('arrow', arrow => control.arrow(arrow)),
      call.on('media', () => conference.changed()),
      call.on('contentWanted', wanted => (site.wantsToPresent = wanted)),
      call.on('floorOpened', () => conference.changed()),
      call.on('keyframeRequested', () => {
        // It does not say of which stream.
        for (const stream of [call.media?.video, call.media?.content]) {
          if (stream) this.services.mixer.requestKeyframe(record.conferenceId, stream.session.id);
        }
      }),
      call.on('ended', () => {
        this.#forget(call);
        leave();
      }),
    ];
    const leave = () => {
      for (const off of unsubscribe) off();
      this.#sites.delete(call.id);
      control.close();
      site.letGo();
      conference.remove(site, 'removed');
    };
    this.#sites.set(call.id, { conferenceId: record.conferenceId, site, control, keys, leave });
    conference.connected(site);
    this.#store(call);
    return site;
  }

  #tellNumber({ id }: Call, { number }: ConferenceRecord): void {
    this.#sites.get(id)?.control.tell([`会议号 ${number} · Conference number`]);
  }

  /** `NUMBER` or, where the conference has a PIN, `NUMBER*PIN`. */
  #find(target: CallTarget): ConferenceRecord | 'wrong-pin' | undefined {
    const [number = '', pin = ''] = target.user.split('*');
    return this.services.conferences.byNumber(number, pin);
  }

  #entryOf(conferenceId: string, session: string): Entry | undefined {
    return [...this.#sites.values()].find(({ conferenceId: own, site }) => {
      const { audio, video, content } = site.call.media ?? {};
      return own === conferenceId && [audio?.id, video?.session.id, content?.session.id].includes(session);
    });
  }
}

/** What a room calls itself is for labels alone. */
function nameOf(remote: Caller): string {
  const user = /^sips?:([^@;]+)@/i.exec(remote.uri)?.[1];
  const name = (remote.displayName || user || remote.address).replaceAll(/\p{Cc}/gu, '').trim();
  return name.slice(0, maxNameLength) || remote.address;
}
