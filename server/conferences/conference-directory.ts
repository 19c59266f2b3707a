import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { Compile } from 'typebox/compile';
import { Emitter } from '../../base/emitter.js';
import { ResourceError, UserError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { ForwardingRoom } from '../../sfu/forwarding/forwarding-room.js';
import type { WorkerPool } from '../../sfu/workers/worker-pool.js';
import type { AttemptLimit } from '../identity/attempt-limit.js';
import { sha256 } from '../identity/secrets.js';
import type { ConferenceRecord, ConferenceRecords } from '../store/conference-records.js';
import { recordedPicture } from './composition-plan.js';
import type { CompositionServices } from './composition.js';
import { automaticView, ViewWish } from '../api/views.js';
import { Conference, type Before, type ConferenceLimits } from './conference.js';
import type { Lives } from './life/lives.js';
import { parseRun } from './life/saved-run.js';

/** Numbers that nobody chose have this many digits: long enough that guessing one takes years at the allowed rate. */
const numberDigits = 9;
export const drainingText = 'This server is about to be stopped and opens no conference. Try again later.';
const checkView = Compile(ViewWish);

export interface DirectoryEvents {
  created: (record: ConferenceRecord) => void;
  deleted: (conferenceId: string) => void;
  /** Somebody is about to be in it; nobody is yet. */
  opened: (conference: Conference) => void;
}

/** All conferences: what is stored of each, and the live object while somebody is in it. */
export class ConferenceDirectory extends Emitter<DirectoryEvents> {
  readonly #live = new Map<string, Promise<Conference>>();
  /** For those who ask synchronously: what of `#live` is there already. */
  readonly #open = new Map<string, Conference>();
  /** Set before the server is stopped: conferences that run go on, no other opens. */
  draining = false;
  /** A recording is called by it. */
  isTakenElsewhere: (number: string) => boolean = () => false;

  constructor(
    private readonly records: ConferenceRecords,
    private readonly workers: WorkerPool,
    private readonly services: Omit<CompositionServices, 'admitRecording'>,
    private readonly limits: ConferenceLimits & { maxRecordings: number },
    private readonly log: Log,
    readonly lives: Lives,
  ) {
    super();
  }

  list(): ConferenceRecord[] {
    return this.records.list();
  }

  /** @throws UserError `number-taken` */
  create(options: { title: string; pin?: string; chairPin?: string; number?: string }): ConferenceRecord {
    if (options.number !== undefined && this.#isTaken(options.number)) {
      throw new UserError(
        'number-taken',
        `The number ${options.number} belongs to another conference or a recording. Choose another.`,
      );
    }
    const record: ConferenceRecord = {
      conferenceId: randomBytes(9).toString('base64url'),
      title: options.title,
      number: options.number ?? this.#freeNumber(),
      pin: options.pin ?? null,
      chairPin: options.chairPin ?? null,
      link: randomBytes(18).toString('base64url'),
      createdAt: new Date().toISOString(),
    };
    this.records.insert(record);
    this.log.info({ conferenceId: record.conferenceId }, 'conference created');
    this.lives.note(record.conferenceId, 'created', { title: record.title, number: record.number });
    queueMicrotask(() => this.emit('created', record)); // whose it is has been noted by then
    return record;
  }

  byId(conferenceId: string): ConferenceRecord | undefined {
    return this.records.find('conference_id', conferenceId);
  }

  /** By its own link, or by one that expires. */
  byLink(link: string): ConferenceRecord | undefined {
    const now = new Date().toISOString();
    return this.records.find('link', link) ?? this.records.findLinked(sha256(link), now);
  }

  /** 'wrong-pin' also when a PIN is given where there is none. */
  byNumber(number: string, pin: string): ConferenceRecord | 'wrong-pin' | undefined {
    const record = this.records.find('number', number);
    if (!record) return undefined;
    return equal(record.pin ?? '', pin) ? record : 'wrong-pin';
  }

  hasChairPin(conferenceId: string): boolean {
    return (this.byId(conferenceId)?.chairPin ?? null) !== null;
  }

  setChairPin(conferenceId: string, chairPin: string | null): void {
    this.records.setChairPin(conferenceId, chairPin);
    this.lives.note(conferenceId, 'chair-pin', { set: chairPin !== null });
  }

  /**
   * Makes a site that knows the PIN chair, for its stay. Wrong tries count for `source`.
   *
   * @throws UserError `too-many-requests`, `not-found` where there is no such PIN, `wrong-pin`
   */
  takeChair(
    conference: Conference,
    siteId: string,
    pin: string,
    source: string,
    attempts: AttemptLimit,
  ): void {
    if (!attempts.allows(source))
      throw new UserError('too-many-requests', 'Too many wrong tries from this address. Wait a minute.');
    const { chairPin = null } = this.byId(conference.conferenceId) ?? {};
    if (chairPin === null)
      throw new UserError('not-found', 'This conference has no PIN for its chair. An operator can set one.');
    if (!equal(chairPin, pin)) {
      attempts.failed(source);
      throw new UserError('wrong-pin', 'The PIN is wrong. Ask the one who planned the conference.');
    }
    conference.setChair(siteId);
  }

  /** Whether a conference is called by it. */
  isNumber(number: string): boolean {
    return this.records.find('number', number) !== undefined;
  }

  /** Whether there is such a conference, and it has a PIN. */
  hasPin(number: string): boolean {
    return (this.records.find('number', number)?.pin ?? null) !== null;
  }

  /** The live conference, if somebody is in it. */
  live(conferenceId: string): Conference | undefined {
    return this.#open.get(conferenceId);
  }

  get allLive(): Conference[] {
    return [...this.#open.values()];
  }

  /**
   * The live conference; opened when nobody is in it yet.
   *
   * @throws ResourceError `draining`, UserError `too-early`, `conference-over`
   */
  async open(record: ConferenceRecord): Promise<Conference> {
    const { conferenceId } = record;
    const known = this.#live.get(conferenceId);
    if (known) return known;
    if (this.draining) throw new ResourceError('draining', drainingText);
    this.lives.admit(conferenceId);
    return this.#begin(record);
  }

  /** Conferences that ran when the server crashed run on, and wait for their sites: so many. */
  async resume(): Promise<number> {
    let resumed = 0;
    for (const { conferenceId, life, run } of this.lives.interrupted()) {
      const record = this.byId(conferenceId);
      if (!record || life.startedAt === null) continue;
      const { startedAt, locked } = life;
      await this.#begin(record, { startedAt, locked, run: parseRun(run) });
      this.log.info({ conferenceId }, 'conference goes on after a crash');
      resumed++;
    }
    return resumed;
  }

  #begin(record: ConferenceRecord, before?: Before): Promise<Conference> {
    const { conferenceId } = record;
    const opening = this.#openNew(record, before);
    this.#live.set(conferenceId, opening);
    opening.catch(() => this.#live.delete(conferenceId)); // the caller gets the error
    return opening;
  }

  /** Ends it for everybody and forgets it. @returns whether there was one */
  async delete(conferenceId: string): Promise<boolean> {
    if (!this.byId(conferenceId)) return false;
    await this.live(conferenceId)?.end('conference-ended');
    if (!this.records.delete(conferenceId)) return false;
    this.lives.note(conferenceId, 'deleted');
    this.log.info({ conferenceId }, 'conference deleted');
    this.emit('deleted', conferenceId);
    return true;
  }

  /** What was chosen for the conference; also while nobody is in it. */
  view(conferenceId: string): ViewWish {
    const stored = this.records.view(conferenceId);
    const view: unknown = stored === undefined ? automaticView : JSON.parse(stored);
    // What an older version has stored may not be a view any more.
    return checkView.Check(view) ? view : automaticView;
  }

  setView(conferenceId: string, view: ViewWish): void {
    this.records.setView(conferenceId, JSON.stringify(view));
    const live = this.live(conferenceId);
    if (live) live.views.setConferenceView(view);
    else this.lives.note(conferenceId, 'layout', { view });
  }

  async close(): Promise<void> {
    await Promise.all(this.allLive.map(conference => conference.end('server-stopping')));
  }

  async #openNew(record: ConferenceRecord, before?: Before): Promise<Conference> {
    const log = this.log.child({ conferenceId: record.conferenceId });
    const services = { ...this.services, admitRecording: () => this.#admitRecording() };
    const room = await ForwardingRoom.open(this.workers, log);
    const view = this.view(record.conferenceId);
    const conference = new Conference(record, room, services, this.limits, log, view, this.lives, before);
    this.#open.set(record.conferenceId, conference);
    conference.on('ended', () => {
      this.#live.delete(record.conferenceId);
      this.#open.delete(record.conferenceId);
    });
    this.emit('opened', conference);
    return conference;
  }

  #admitRecording(): void {
    this.services.capacity.admitEncoder(recordedPicture);
    const running = this.allLive.filter(conference => conference.recording.state).length;
    if (running < this.limits.maxRecordings) return;
    throw new ResourceError(
      'recorder-full',
      `${running} recordings run already, as many as may. Stop one first.`,
    );
  }

  #freeNumber(): string {
    for (;;) {
      const number = String(randomInt(10 ** (numberDigits - 1), 10 ** numberDigits));
      if (!this.#isTaken(number)) return number;
    }
  }

  #isTaken(number: string): boolean {
    return this.isNumber(number) || this.isTakenElsewhere(number);
  }
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
