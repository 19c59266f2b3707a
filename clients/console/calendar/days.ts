/** Days of the browser's own time zone, written as "2026-11-23": they compare as text. */
export type Day = string;

export function dayOf(date: Date): Day {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The local beginning of the day; at a change of summer time a day has 23 or 25 hours. */
export function startOf(day: Day): Date {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year!, month! - 1, date);
}

export function addDays(day: Day, count: number): Day {
  const date = startOf(day);
  date.setDate(date.getDate() + count);
  return dayOf(date);
}

/** The same day of another month; its last one, where it is shorter. */
export function addMonths(day: Day, count: number): Day {
  const first = startOf(`${day.slice(0, 7)}-01`);
  first.setMonth(first.getMonth() + count);
  const last = new Date(first.getFullYear(), first.getMonth() + 1, 0).getDate();
  first.setDate(Math.min(Number(day.slice(8)), last));
  return dayOf(first);
}

/** The seven days of its week, from Monday (ISO 8601). */
export function weekOf(day: Day): Day[] {
  const sinceMonday = (startOf(day).getDay() + 6) % 7;
  return Array.from({ length: 7 }, (_, n) => addDays(day, n - sinceMonday));
}

/** The weeks that its month has a part in. */
export function monthOf(day: Day): Day[][] {
  const weeks: Day[][] = [];
  const month = day.slice(0, 7);
  for (
    let week = weekOf(`${month}-01`);
    week.some(one => one.startsWith(month));
    week = weekOf(addDays(week[0]!, 7))
  )
    weeks.push(week);
  return weeks;
}

/** RFC 3339 in UTC with whole seconds, as the calendar's resource wants it. */
export function rfc3339(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What a clock on the wall of the time zone shows: "2026-11-23T09:00". */
export function wallClock(rfc: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit' },
    ...{ day: '2-digit', hour: '2-digit', minute: '2-digit' },
  }).formatToParts(new Date(rfc));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find(part => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
}

/** Whether the browser knows it (IANA's name). */
export function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone !== '';
  } catch {
    return false; // that is how one asks (ECMA-402 §6.5.1)
  }
}
