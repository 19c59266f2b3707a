import { DateTime } from 'luxon';
import rrule from 'rrule';
import { UserError } from '../../../base/errors.js';

/** When a conference takes place, as people say it. */
export interface When {
  /** Local time of the first one: 2026-11-23T09:00. */
  begins: string;
  /** IANA: Asia/Shanghai. */
  timeZone: string;
  minutes: number;
  /** RFC 5545 §3.3.10, without DTSTART; null: once. */
  rrule: string | null;
}

/** RFC 3339, UTC. */
export interface Occurrence {
  beginsAt: string;
  endsAt: string;
}

const maxOccurrences = 366;

/**
 * Each time that it takes place. The rule is followed in local time and then brought to UTC, so that nine o'clock stays
 * nine o'clock over a change of summer time. @throws UserError `bad-schedule`
 */
export function occurrencesOf({ begins, timeZone, minutes, rrule: rule }: When): Occurrence[] {
  if (!DateTime.local().setZone(timeZone).isValid)
    throw new UserError('bad-schedule', `${timeZone} is no time zone. Name one like Asia/Shanghai.`);
  const first = DateTime.fromISO(begins, { zone: timeZone });
  if (!first.isValid) throw new UserError('bad-schedule', `${begins} is no time in ${timeZone}.`);
  const starts = rule === null ? [first] : recurring(first, rule, timeZone);
  return starts.map(start => ({ beginsAt: utc(start), endsAt: utc(start.plus({ minutes })) }));
}

function recurring(first: DateTime, rule: string, timeZone: string): DateTime[] {
  const dates = parse(first, rule, timeZone).all((_, n) => n <= maxOccurrences);
  if (dates.length === 0) throw new UserError('bad-schedule', 'The rule gives no time at all.');
  if (dates.length > maxOccurrences)
    throw new UserError(
      'bad-schedule',
      `A rule ends after ${maxOccurrences} times at most: use COUNT or UNTIL.`,
    );
  return dates.map(date =>
    DateTime.fromJSDate(date, { zone: 'utc' }).setZone(timeZone, { keepLocalTime: true }),
  );
}

/** The library's times are local ones that are written as if they were UTC. */
function parse(first: DateTime, rule: string, timeZone: string) {
  try {
    const options = rrule.RRule.parseString(rule);
    if ((options.count ?? 0) === 0 && !options.until)
      throw new UserError('bad-schedule', 'A recurring conference ends: add COUNT or UNTIL to its rule.');
    if (
      options.freq === undefined ||
      options.freq > rrule.RRule.DAILY ||
      (options.count ?? 0) > maxOccurrences
    )
      throw new UserError(
        'bad-schedule',
        `Daily, weekly, monthly or yearly, ${maxOccurrences} times at most.`,
      );
    const isUtc = /UNTIL=[0-9T]+Z/.test(rule);
    const until =
      options.until && isUtc ? floating(DateTime.fromJSDate(options.until).setZone(timeZone)) : options.until;
    return new rrule.RRule({ ...options, dtstart: floating(first), ...(until && { until }) });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('bad-schedule', `This rule makes no sense (RFC 5545): ${rule}`, { cause: error });
  }
}

function floating(time: DateTime): Date {
  return time.setZone('utc', { keepLocalTime: true }).toJSDate();
}

function utc(time: DateTime): string {
  return time.toUTC().toISO({ suppressMilliseconds: true })!;
}
