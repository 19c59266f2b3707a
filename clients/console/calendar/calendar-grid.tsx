import { useEffect, useRef } from 'preact/hooks';
import type { operations } from '../../../server/api/rest.js';
import type { Static } from 'typebox';
import { formatTime } from '../../ui/format.js';
import { formatTag, t } from '../../ui/i18n/language.js';
import { addDays, addMonths, dayOf, startOf, type Day } from './days.js';

export type CalendarEntry = Static<(typeof operations)['listCalendar']['result']>[number];

/** Of a day in the month's view; the week shows all. */
const shownADay = 4;
const steps: Record<string, (day: Day) => Day> = {
  ArrowLeft: day => addDays(day, -1),
  ArrowRight: day => addDays(day, 1),
  ArrowUp: day => addDays(day, -7),
  ArrowDown: day => addDays(day, 7),
  PageUp: day => addMonths(day, -1),
  PageDown: day => addMonths(day, 1),
};

interface GridProps {
  weeks: Day[][];
  /** "2026-11": days of other months are paler; null: a week is shown. */
  month: string | null;
  chosen: Day;
  entries: readonly CalendarEntry[];
  onChoose: (day: Day) => void;
  onPlan: (day: Day) => void;
  onOpen: (conferenceId: string) => void;
}

/**
 * Weeks as rows of days. Arrow keys go from day to day, page keys from month to month; pressing a day plans something on
 * it. Where it is narrow, days stand below each other and those without anything are left out.
 */
export function CalendarGrid(props: GridProps) {
  const { weeks, month, chosen, entries, onChoose, onPlan, onOpen } = props;
  const root = useRef<HTMLDivElement>(null);
  const byKey = useRef(false);
  useEffect(() => {
    if (!byKey.current) return;
    byKey.current = false;
    root.current?.querySelector<HTMLElement>('[tabindex="0"].calendar-date')?.focus();
  }, [chosen]);
  const tag = formatTag();
  const today = dayOf(new Date());
  const weekday = new Intl.DateTimeFormat(tag, { weekday: 'short' });
  const full = new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long' });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step || !(event.target as HTMLElement).matches('.calendar-date')) return;
    event.preventDefault();
    byKey.current = true;
    onChoose(step(chosen));
  };
  return (
    <div class={`calendar-grid${month === null ? ' week' : ''}`} ref={root} onKeyDown={onKeyDown}>
      <div class="calendar-weekdays" aria-hidden="true">
        {weeks[0]!.map(day => (
          <span key={day}>{weekday.format(startOf(day))}</span>
        ))}
      </div>
      {weeks.flat().map(day => {
        const ofDay = entries.filter(entry => isOn(entry, day));
        const shown = month === null ? ofDay : ofDay.slice(0, shownADay);
        const quiet = month !== null && !day.startsWith(month);
        return (
          <section
            key={day}
            class={`calendar-day${quiet ? ' other' : ''}${day === today ? ' today' : ''}${ofDay.length === 0 ? ' empty' : ''}`}
            aria-label={full.format(startOf(day))}
            data-testid="calendar-day"
            data-day={day}
          >
            <button
              type="button"
              class="calendar-date"
              tabIndex={day === chosen ? 0 : -1}
              aria-label={t('calendar.new.on', { day: full.format(startOf(day)) })}
              aria-current={day === today ? 'date' : undefined}
              aria-disabled={day < today}
              onClick={() => day >= today && onPlan(day)}
            >
              <span class="calendar-number">{Number(day.slice(8))}</span>
              <span class="calendar-full">{full.format(startOf(day))}</span>
            </button>
            <ul>
              {shown.map(entry => (
                <li key={entry.conferenceId + entry.beginsAt}>
                  <Entry entry={entry} tag={tag} onOpen={onOpen} isWeek={month === null} />
                </li>
              ))}
            </ul>
            {shown.length < ofDay.length && (
              <span class="quiet calendar-rest">
                {t('calendar.more', { count: ofDay.length - shown.length })}
              </span>
            )}
          </section>
        );
      })}
    </div>
  );
}

function Entry(props: {
  entry: CalendarEntry;
  tag: string;
  isWeek: boolean;
  onOpen: (conferenceId: string) => void;
}) {
  const { entry, tag, isWeek, onOpen } = props;
  const { conferenceId, title, beginsAt, endsAt, state } = entry;
  const until = isWeek ? `–${formatTime(endsAt, tag)}` : '';
  return (
    <button
      type="button"
      class={`calendar-entry ${state}`}
      title={title}
      onClick={() => onOpen(conferenceId)}
      data-testid="calendar-entry"
      data-conference-id={conferenceId}
    >
      <span class="figures">
        {formatTime(beginsAt, tag)}
        {until}
      </span>{' '}
      <span class="calendar-what">{title}</span>
      <span class="visually-hidden"> {t(`calendar.state.${state}`)}</span>
    </button>
  );
}

/** It takes place on the day, at least in part. */
function isOn({ beginsAt, endsAt }: CalendarEntry, day: Day): boolean {
  return (
    Date.parse(beginsAt) < startOf(addDays(day, 1)).getTime() && Date.parse(endsAt) > startOf(day).getTime()
  );
}
