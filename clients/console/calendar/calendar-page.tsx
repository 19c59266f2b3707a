import { useSignal } from '@preact/signals';
import { useCallback } from 'preact/hooks';
import type { TemplateContent } from '../../../server/api/templates.js';
import { call } from '../../rest/client.js';
import { Button, IconButton } from '../../ui/button.js';
import { errorText } from '../../ui/error-text.js';
import { formatTag, t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { usePolled } from '../../ui/use-polled.js';
import { CalendarGrid } from './calendar-grid.js';
import './calendar.css';
import { addDays, addMonths, dayOf, monthOf, rfc3339, startOf, weekOf, type Day } from './days.js';
import { PlanDialog } from './plan-dialog.js';
import { TemplatesDialog } from './templates-dialog.js';

/** Others plan, too. */
const refreshMs = 15_000;
/** Of the resource. */
const maxShown = 500;

/** Planned conferences by month or week, in the browser's time zone; planning, changing and cancelling them. */
export function CalendarPage() {
  const day = useSignal<Day>(dayOf(new Date()));
  const span = useSignal<'month' | 'week'>('month');
  /** What is edited: a conference, or a new one on a day. */
  const edited = useSignal<{ conferenceId: string } | { day: Day; template?: TemplateContent } | null>(null);
  const showsTemplates = useSignal(false);
  const weeks = span.value === 'month' ? monthOf(day.value) : [weekOf(day.value)];
  const [first, last] = [weeks[0]![0]!, weeks.at(-1)![6]!];
  const load = useCallback(() => {
    const query = { from: rfc3339(startOf(first)), until: rfc3339(startOf(addDays(last, 1))) };
    return call('listCalendar', { query: { ...query, limit: maxShown } });
  }, [first, last]);
  const { value, error, refresh } = usePolled(load, refreshMs);
  const move = (by: number) => {
    day.value = span.value === 'month' ? addMonths(day.value, by) : addDays(day.value, 7 * by);
  };
  return (
    <div class="calendar" data-testid="calendar" data-first={first}>
      <header class="calendar-head">
        <h1>{headingOf(day.value, span.value)}</h1>
        <div class="row">
          <IconButton
            icon="chevronLeft"
            label={t('calendar.before')}
            onClick={() => move(-1)}
            tooltip="none"
            testId="calendar-before"
          />
          <Button onClick={() => (day.value = dayOf(new Date()))} testId="calendar-today">
            {t('calendar.today')}
          </Button>
          <IconButton
            icon="chevronRight"
            label={t('calendar.after')}
            onClick={() => move(1)}
            tooltip="none"
            testId="calendar-after"
          />
        </div>
        <div class="calendar-spans" role="group" aria-label={t('calendar.span')}>
          {(['month', 'week'] as const).map(one => (
            <button
              key={one}
              type="button"
              aria-pressed={span.value === one}
              onClick={() => (span.value = one)}
              data-testid={`calendar-${one}`}
            >
              {t(`calendar.${one}`)}
            </button>
          ))}
        </div>
        <Button icon="copy" onClick={() => (showsTemplates.value = true)} testId="templates">
          {t('template.all')}
        </Button>
        <Button
          tone="primary"
          icon="plus"
          onClick={() => (edited.value = { day: nextFree(day.value) })}
          testId="plan-new"
        >
          {t('calendar.new')}
        </Button>
      </header>
      {error !== null && <Notice tone="problem">{errorText(error)}</Notice>}
      <CalendarGrid
        weeks={weeks}
        month={span.value === 'month' ? day.value.slice(0, 7) : null}
        chosen={day.value}
        entries={value ?? []}
        onChoose={chosen => (day.value = chosen)}
        onPlan={planned => (edited.value = { day: planned })}
        onOpen={conferenceId => (edited.value = { conferenceId })}
      />
      {value?.length === 0 && <p class="quiet">{t('calendar.none')}</p>}
      <p class="quiet calendar-zone">
        {t('calendar.zone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
      </p>
      {showsTemplates.value && (
        <TemplatesDialog
          onClose={() => (showsTemplates.value = false)}
          onPlan={template => {
            showsTemplates.value = false;
            edited.value = { day: nextFree(day.value), template };
          }}
        />
      )}
      {edited.value && (
        <PlanDialog
          edited={edited.value}
          onClose={() => (edited.value = null)}
          onChanged={() => {
            edited.value = null;
            void refresh();
          }}
        />
      )}
    </div>
  );
}

function nextFree(day: Day): Day {
  const today = dayOf(new Date());
  return day < today ? today : day;
}

function headingOf(day: Day, span: 'month' | 'week'): string {
  const tag = formatTag();
  if (span === 'month')
    return new Intl.DateTimeFormat(tag, { year: 'numeric', month: 'long' }).format(startOf(day));
  const week = weekOf(day);
  return new Intl.DateTimeFormat(tag, { dateStyle: 'medium' }).formatRange(
    startOf(week[0]!),
    startOf(week[6]!),
  );
}
