import { UserError, messageOf } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import type { Party, Schedule, ScheduleRequest, ScheduleState } from '../../api/schedule.js';
import type { BookingRecord, BookingRecords, OccurrenceRecord } from '../../store/booking-records.js';
import type { ConferenceRecord } from '../../store/conference-records.js';
import type { Conference } from '../conference.js';
import type { ConferenceDirectory } from '../conference-directory.js';
import { alternativesTo, conflictsOf, later, type Conflict, type Taken, type Wanted } from './conflicts.js';
import { occurrencesOf, type Occurrence } from './occurrences.js';

export type MailKind = 'invitation' | 'update' | 'cancellation' | 'reminder';

/** What those who were invited are to be told. */
export interface Announcement {
  kind: MailKind;
  record: ConferenceRecord;
  schedule: Schedule;
  sequence: number;
  /** Of a reminder: the time that it is about. */
  occurrence?: Occurrence;
  to: readonly Party[];
}

export interface SchedulerServices {
  conferences: Pick<ConferenceDirectory, 'byId' | 'live' | 'lives'>;
  bookings: BookingRecords;
  /** Ports of 720p30 that the machine has. */
  units: () => number;
  /** Calls rooms into the conference. */
  dial: (record: ConferenceRecord, rooms: { address: string; displayName: string }[]) => void;
  announce: (announcement: Announcement) => void;
  log: Log;
}

const tickMs = 2_000;
const minuteMs = 60_000;
const warnedBeforeMs = 5 * minuteMs;
const noticeMs = 30_000;
/** A reminder comes at most so long before. */
const lookAheadMs = 14 * 24 * 60 * minuteMs;
const searchedAheadMs = 8 * 24 * 60 * minuteMs;
/** Comparisons of times for which other times are looked for. */
const affordable = 20_000;

const defaults = {
  rrule: null,
  hdUnits: 0,
  parties: [],
  earlyMinutes: 15,
  remindMinutes: null,
  dialOut: true,
  language: 'zh',
} as const;

/**
 * Conferences that have a time: what stands against one, and what is done when it comes: reminding, calling rooms,
 * telling that the end is near, ending. What was done is in the store, so that a restart does nothing twice; what became
 * due while the server was away is done when it is back, as far as it still makes sense.
 */
export class Scheduler {
  #timer: NodeJS.Timeout | undefined;
  readonly #notices = new Set<NodeJS.Timeout>();

  constructor(
    private readonly services: SchedulerServices,
    private readonly now: () => number = Date.now,
  ) {}

  start(): void {
    this.tick();
    this.#timer = setInterval(() => this.tick(), tickMs);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const timer of this.#notices) clearTimeout(timer);
  }

  /** Undefined: it has no time. */
  find(conferenceId: string): ScheduleState | undefined {
    const booking = this.services.bookings.find(conferenceId);
    if (!booking) return undefined;
    const occurrences = this.services.bookings
      .occurrences(conferenceId)
      .map(({ beginsAt, endsAt, state }) => ({ beginsAt, endsAt, state }));
    return { schedule: scheduleOf(booking), occurrences, version: booking.version };
  }

  /** @throws UserError `bad-schedule`, `no-capacity`, `conflict` */
  set(record: ConferenceRecord, request: ScheduleRequest, organiserId: string): ScheduleState {
    const { bookings, announce, conferences } = this.services;
    const { conferenceId } = record;
    const { force = false, ...wishes } = request;
    const schedule: Schedule = { ...defaults, parties: [], ...wishes };
    const before = bookings.find(conferenceId);
    const occurrences = this.#coming(schedule);
    this.#refuse(this.#check(schedule, occurrences, conferenceId), force);
    const booking = {
      conferenceId,
      schedule: JSON.stringify(schedule),
      organiserId: before?.organiserId ?? organiserId,
      version: (before?.version ?? 0) + 1,
      sequence: before ? before.sequence + 1 : 0,
    };
    bookings.save(booking, occurrences);
    this.#settle(conferenceId);
    const { begins, timeZone, minutes, rrule } = schedule;
    conferences.lives.note(conferenceId, 'scheduled', { begins, timeZone, minutes, rrule });
    const known = before ? scheduleOf(before).parties : [];
    const isKnown = ({ email }: Party) => known.some(other => other.email === email);
    const isGone = ({ email }: Party) => !schedule.parties.some(other => other.email === email);
    const common = { record, schedule, sequence: booking.sequence };
    announce({ ...common, kind: 'update', to: schedule.parties.filter(isKnown) });
    announce({ ...common, kind: 'invitation', to: schedule.parties.filter(party => !isKnown(party)) });
    announce({ ...common, kind: 'cancellation', to: known.filter(isGone) });
    return this.find(conferenceId)!;
  }

  /** @returns whether there was something to cancel */
  cancel(record: ConferenceRecord): boolean {
    const { bookings, conferences, announce } = this.services;
    const { conferenceId } = record;
    const booking = bookings.find(conferenceId);
    if (!booking) return false;
    const schedule = scheduleOf(booking);
    bookings.delete(conferenceId);
    const free = { opensAt: null, endsAt: null };
    if (conferences.lives.of(conferenceId).state === 'running') conferences.lives.change(conferenceId, free);
    else conferences.lives.move(conferenceId, 'open', free);
    conferences.lives.note(conferenceId, 'cancelled');
    announce({
      kind: 'cancellation',
      record,
      schedule,
      sequence: booking.sequence + 1,
      to: schedule.parties,
    });
    return true;
  }

  /**
   * What stands against a time, and up to three times that would do. @param except the conference that shall take it: its
   * old time is no conflict. @throws UserError `bad-schedule`
   */
  check(request: ScheduleRequest, except: string | null): { conflicts: Conflict[]; alternatives: string[] } {
    const { force: _force, ...wishes } = request;
    const schedule: Schedule = { ...defaults, parties: [], ...wishes };
    return this.#check(schedule, this.#coming(schedule), except);
  }

  /** What is planned for the time, in order. */
  between(from: string, until: string): OccurrenceRecord[] {
    return this.services.bookings.between(from, until);
  }

  freeBusy(who: string, from: string, until: string): Occurrence[] {
    return this.#taken(from, until, null)
      .filter(taken => taken.who.includes(who.toLowerCase()))
      .map(({ beginsAt, endsAt }) => ({ beginsAt, endsAt }));
  }

  /** @throws UserError `not-scheduled` when nothing with an end takes place */
  extend(conferenceId: string, minutes: number): { endsAt: string; conflicts: Conflict[] } {
    const { bookings, conferences } = this.services;
    const occurrence = bookings.occurrences(conferenceId).find(({ state }) => state === 'begun');
    const booking = bookings.find(conferenceId);
    if (!occurrence || !booking)
      throw new UserError(
        'not-scheduled',
        'No planned time of this conference has begun: there is no end to move.',
      );
    const endsAt = later(occurrence.endsAt, minutes * minuteMs);
    const span = { beginsAt: occurrence.endsAt, endsAt };
    const { conflicts } = this.#check(scheduleOf(booking), [span], conferenceId);
    bookings.update({ ...occurrence, endsAt, warned: 0 });
    conferences.lives.change(conferenceId, { endsAt });
    conferences.lives.note(conferenceId, 'extended', { minutes, endsAt, conflicts: conflicts.length });
    conferences.live(conferenceId)?.setNotice(null);
    return { endsAt, conflicts };
  }

  /** Does what is due. */
  tick(): void {
    const { bookings, log } = this.services;
    for (const occurrence of bookings.due(this.#at(lookAheadMs))) {
      const { conferenceId } = occurrence;
      try {
        const record = this.services.conferences.byId(conferenceId);
        const booking = bookings.find(conferenceId);
        if (record && booking) this.#advance(occurrence, record, booking);
      } catch (error) {
        log.error({ conferenceId, reason: messageOf(error) }, 'schedule of a conference cannot go on');
      }
    }
  }

  #advance(occurrence: OccurrenceRecord, record: ConferenceRecord, booking: BookingRecord): void {
    const { bookings, announce } = this.services;
    const schedule = scheduleOf(booking);
    const [nowMs, beginsMs] = [this.now(), Date.parse(occurrence.beginsAt)];
    const endsMs = Date.parse(occurrence.endsAt);
    const update = (change: Partial<OccurrenceRecord>) => {
      occurrence = { ...occurrence, ...change };
      bookings.update(occurrence);
    };
    if (nowMs >= endsMs) {
      update({ state: 'over' });
      return void this.#end(record.conferenceId);
    }
    const { remindMinutes } = schedule;
    if (remindMinutes !== null && occurrence.reminded === 0 && nowMs >= beginsMs - remindMinutes * minuteMs) {
      update({ reminded: 1 });
      const { sequence } = booking;
      if (nowMs < beginsMs)
        announce({ kind: 'reminder', record, schedule, sequence, occurrence, to: schedule.parties });
    }
    if (occurrence.state === 'planned' && nowMs >= beginsMs) {
      update({ state: 'begun' });
      if (schedule.dialOut) this.#dial(record, schedule.parties);
    }
    const live = this.services.conferences.live(record.conferenceId);
    if (live && occurrence.warned === 0 && nowMs >= endsMs - warnedBeforeMs) {
      update({ warned: 1 });
      this.#warn(live, Math.ceil((endsMs - nowMs) / minuteMs));
    }
  }

  #dial(record: ConferenceRecord, parties: readonly Party[]): void {
    const rooms = parties.flatMap(({ address, name }) =>
      address === undefined ? [] : [{ address, displayName: name }],
    );
    if (rooms.length === 0) return;
    const { dial, conferences, log } = this.services;
    const { conferenceId } = record;
    for (const room of rooms) {
      try {
        dial(record, [room]);
        conferences.lives.note(conferenceId, 'dialled', room);
      } catch (error) {
        const reason = messageOf(error);
        conferences.lives.note(conferenceId, 'dialled', { ...room, reason });
        log.warn({ conferenceId, reason }, 'a room of a planned conference cannot be called');
      }
    }
  }

  #warn(live: Conference, minutes: number): void {
    live.note('end-near', { minutes });
    live.setNotice([`会议将于 ${minutes} 分钟后结束 · The conference ends in ${minutes} min`]);
    const timer = setTimeout(() => {
      this.#notices.delete(timer);
      if (!live.closed) live.setNotice(null);
    }, noticeMs);
    this.#notices.add(timer);
  }

  async #end(conferenceId: string): Promise<void> {
    const { conferences, log } = this.services;
    try {
      await conferences.live(conferenceId)?.end('conference-ended');
      this.#settle(conferenceId);
    } catch (error) {
      log.error({ conferenceId, reason: messageOf(error) }, 'conference whose time is over cannot be ended');
    }
  }

  /** Brings its life in line with its times. */
  #settle(conferenceId: string): void {
    const { bookings, conferences } = this.services;
    const { lives } = conferences;
    const booking = bookings.find(conferenceId);
    if (!booking || !conferences.byId(conferenceId)) return;
    const next = bookings.occurrences(conferenceId).find(({ state }) => state !== 'over');
    const { state } = lives.of(conferenceId);
    if (!next) {
      if (state !== 'ended' && state !== 'running') lives.move(conferenceId, 'ended', { opensAt: null });
      return;
    }
    const opensAt = later(next.beginsAt, -scheduleOf(booking).earlyMinutes * minuteMs);
    const time = { opensAt, endsAt: next.endsAt };
    if (state === 'running') lives.change(conferenceId, time);
    else lives.move(conferenceId, 'scheduled', time);
  }

  #coming(schedule: Schedule): Occurrence[] {
    const now = this.#at(0);
    const occurrences = occurrencesOf(schedule).filter(({ endsAt }) => endsAt > now);
    if (occurrences.length === 0)
      throw new UserError('bad-schedule', 'That time is over. Choose a later one.');
    return occurrences;
  }

  #check(schedule: Schedule, occurrences: readonly Occurrence[], except: string | null) {
    const wanted: Wanted = { occurrences, who: whoOf(schedule.parties), hdUnits: schedule.hdUnits };
    const taken = this.#taken(
      occurrences[0]!.beginsAt,
      later(occurrences.at(-1)!.endsAt, searchedAheadMs),
      except,
    );
    const units = this.services.units();
    const conflicts = conflictsOf(wanted, taken, units);
    const isAffordable = conflicts.length > 0 && occurrences.length * taken.length <= affordable;
    return { conflicts, alternatives: isAffordable ? alternativesTo(wanted, taken, units) : [] };
  }

  #refuse(
    { conflicts, alternatives }: { conflicts: Conflict[]; alternatives: string[] },
    force: boolean,
  ): void {
    const instead = alternatives.length === 0 ? '' : ` Free instead: ${alternatives.join(', ')}.`;
    const capacity = conflicts.find(({ kind }) => kind === 'capacity');
    if (capacity)
      throw new UserError(
        'no-capacity',
        `At ${capacity.beginsAt} the machine lacks ${capacity.what}. Reserve less, or choose another time.${instead}`,
      );
    const [first] = conflicts;
    if (first && !force)
      throw new UserError(
        'conflict',
        `${first.what} is in another conference from ${first.beginsAt} to ${first.endsAt}.${instead} Or plan it all the same, with "force".`,
      );
  }

  #taken(from: string, until: string, except: string | null): Taken[] {
    const known = new Map<string, Omit<Taken, keyof Occurrence>>();
    return this.services.bookings
      .between(from, until)
      .filter(({ conferenceId, state }) => conferenceId !== except && state !== 'over')
      .map(({ conferenceId, beginsAt, endsAt }) => {
        const rest = known.get(conferenceId) ?? this.#describe(conferenceId);
        known.set(conferenceId, rest);
        return { ...rest, beginsAt, endsAt };
      });
  }

  #describe(conferenceId: string): Omit<Taken, keyof Occurrence> {
    const schedule = scheduleOf(this.services.bookings.find(conferenceId)!);
    return { conferenceId, who: whoOf(schedule.parties), hdUnits: schedule.hdUnits };
  }

  #at(aheadMs: number): string {
    return new Date(this.now() + aheadMs).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}

function scheduleOf({ schedule }: BookingRecord): Schedule {
  return JSON.parse(schedule) as Schedule;
}

/** How rooms and people are told apart. */
function whoOf(parties: readonly Party[]): string[] {
  return parties.flatMap(({ email, address }) =>
    [email, address].filter(one => one !== undefined).map(one => one.toLowerCase()),
  );
}
