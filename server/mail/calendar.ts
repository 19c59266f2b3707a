import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { DateTime } from 'luxon';
import { tzlib_get_ical_block as timeZoneBlock } from 'timezones-ical-library';
import type { Party, Schedule } from '../api/schedule.js';

export interface CalendarEntry {
  conferenceId: string;
  title: string;
  schedule: Schedule;
  sequence: number;
  cancelled: boolean;
  organiser: { name: string; email: string };
  to: Party;
  /** How to join, as text. */
  description: string;
  /** Address of the page. */
  url: string;
}

/**
 * The conference as an entry of a calendar (RFC 5545, RFC 5546), in local time with its time zone, so that recurring
 * ones keep their hour. The same UID each time; `sequence` tells which is newer.
 */
export function calendarOf(entry: CalendarEntry): string {
  const { schedule, organiser, to } = entry;
  const calendar = ical({
    prodId: { company: 'Amphi', product: 'Amphi', language: schedule.language === 'zh' ? 'ZH' : 'EN' },
    method: entry.cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST,
  });
  calendar.timezone({ name: schedule.timeZone, generator: zone => timeZoneBlock(zone)[0] ?? null });
  const start = DateTime.fromISO(schedule.begins, { zone: schedule.timeZone });
  const event = calendar.createEvent({
    id: `${entry.conferenceId}@amphi`,
    sequence: entry.sequence,
    start,
    end: start.plus({ minutes: schedule.minutes }),
    timezone: schedule.timeZone,
    summary: entry.title,
    description: entry.description,
    location: entry.url,
    url: entry.url,
    organizer: organiser,
    status: entry.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    ...(schedule.rrule !== null && { repeating: `RRULE:${schedule.rrule}` }),
  });
  if (to.email !== undefined)
    event.createAttendee({ name: to.name, email: to.email, rsvp: !entry.cancelled });
  return calendar.toString();
}
