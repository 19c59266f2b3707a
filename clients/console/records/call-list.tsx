import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CallLogEntry } from '../../../server/api/call-log-operations.js';
import { call } from '../../rest/client.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { errorText } from '../../ui/error-text.js';
import { SelectField, TextField } from '../../ui/field.js';
import { formatDateTime, formatDuration, formatFraction } from '../../ui/format.js';
import { formatTag, language, t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { useTask } from '../../ui/use-task.js';
import { startOf, addDays } from '../calendar/days.js';
import type { ReportPlace } from './records-page.js';

const pageSize = 50;
const choices = {
  way: ['browser', 'link', 'sip'],
  direction: ['incoming', 'outgoing'],
  result: ['running', 'completed', 'lost', 'unanswered', 'refused'],
} as const;

/** Calls, newest first: a table, on a phone a card for each. */
export function CallList({ onReport }: { onReport: (place: ReportPlace) => void }) {
  const calls = useSignal<CallLogEntry[]>([]);
  const isAll = useSignal(false);
  const filter = {
    from: useSignal(''),
    until: useSignal(''),
    search: useSignal(''),
    way: useSignal(''),
    direction: useSignal(''),
    result: useSignal(''),
  };
  const load = useTask();
  /** Days are the person's own; the server counts in UTC. */
  const query = () => {
    const { from, until, search, way, direction, result } = filter;
    const all = {
      from: momentOf(from.value, 0),
      until: momentOf(until.value, 1),
      search: search.value.trim(),
      ...{ way: way.value, direction: direction.value, result: result.value },
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')) as object;
  };
  const read = (before?: number) =>
    load.run(async () => {
      const page = { limit: pageSize, ...(before !== undefined && { before }) };
      const found = await call('listCallRecords', { query: { ...query(), ...page } });
      calls.value = before === undefined ? found : [...calls.value, ...found];
      isAll.value = found.length < pageSize;
    });
  useEffect(() => void read(), []);
  const chosen = <K extends keyof typeof choices>(
    name: K,
    label: string,
    text: (value: string) => string,
  ) => (
    <SelectField
      label={label}
      value={filter[name].value}
      options={[
        { value: '', text: t('records.all') },
        ...choices[name].map(value => ({ value, text: text(value) })),
      ]}
      onChange={value => (filter[name].value = value)}
      testId={`records-${name}`}
    />
  );
  const day = (name: 'from' | 'until', label: string) => (
    <TextField
      label={label}
      value={filter[name].value}
      placeholder="2026-01-31"
      maxLength={10}
      onInput={value => (filter[name].value = value)}
      testId={`records-${name}`}
    />
  );
  return (
    <>
      <form
        class="records-filter"
        onSubmit={event => {
          event.preventDefault();
          void read();
        }}
      >
        {day('from', t('records.from'))}
        {day('until', t('records.until'))}
        <TextField
          label={t('records.search')}
          value={filter.search.value}
          maxLength={64}
          onInput={value => (filter.search.value = value)}
          testId="records-search"
        />
        {chosen('way', t('records.way'), value => t(`way.${value as 'sip'}`))}
        {chosen('direction', t('records.direction'), value => t(`direction.${value as 'incoming'}`))}
        {chosen('result', t('records.result'), value => t(`result.${value as 'lost'}`))}
        <div class="row">
          <Button type="submit" tone="primary" busy={load.busy} testId="records-find">
            {t('records.find')}
          </Button>
          <ButtonLink
            href={`/api/v1/call-records/export?${new URLSearchParams({ ...query(), language: language.value })}`}
            icon="download"
            download
            testId="records-csv"
          >
            {t('records.csv')}
          </ButtonLink>
        </div>
      </form>
      {load.error !== null && <Notice tone="problem">{errorText(load.error)}</Notice>}
      {calls.value.length > 0 && <CallTable calls={calls.value} onReport={onReport} />}
      {calls.value.length === 0 && !load.busy && <p class="quiet">{t('records.none')}</p>}
      {!isAll.value && calls.value.length > 0 && (
        <Button
          busy={load.busy}
          onClick={() => void read(calls.value.at(-1)!.sequence)}
          testId="records-more"
        >
          {t('records.more')}
        </Button>
      )}
    </>
  );
}

function CallTable({ calls, onReport }: { calls: CallLogEntry[]; onReport: (place: ReportPlace) => void }) {
  const heads = ['site', 'conference', 'began', 'duration', 'media', 'line', 'end'] as const;
  return (
    <table class="records-table" data-testid="call-records">
      <thead>
        <tr>
          {heads.map(head => (
            <th key={head} scope="col">
              {t(`records.${head}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {calls.map(record => (
          <tr key={record.sequence} data-testid="call-record" data-result={record.result}>
            <td class="records-site">
              <strong>{record.name === '' ? record.from : record.name}</strong>
              <small>
                {t(`way.${record.way}`)} · {t(`direction.${record.direction}`)} · {record.from} → {record.to}
              </small>
            </td>
            <td data-label={t('records.conference')}>
              {record.conferenceId === null ? (
                <span class="quiet">{t('records.nowhere')}</span>
              ) : (
                <button
                  type="button"
                  class="records-link"
                  aria-label={t('records.report', { title: record.title })}
                  onClick={() => onReport({ conferenceId: record.conferenceId!, at: record.beganAt })}
                  data-testid="open-report"
                >
                  {record.title}
                </button>
              )}
            </td>
            <td class="figures" data-label={t('records.began')}>
              {formatDateTime(record.beganAt, formatTag())}
            </td>
            <td class="figures" data-label={t('records.duration')}>
              {record.durationS === null ? '–' : formatDuration(record.durationS * 1000)}
            </td>
            <td data-label={t('records.media')}>{mediaText(record)}</td>
            <td data-label={t('records.line')}>
              <LineVerdict {...record.quality} />
            </td>
            <td data-label={t('records.end')}>{endText(record)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** In a word, with the loss. */
export function LineVerdict({ verdict, fractionLost }: CallLogEntry['quality']) {
  if (verdict === null) return <>–</>;
  return (
    <span class="records-verdict" data-verdict={verdict}>
      {t(`quality.${verdict}`)}
      {fractionLost !== null && fractionLost > 0 && (
        <small> {t('records.loss', { loss: formatFraction(fractionLost, formatTag()) })}</small>
      )}
    </span>
  );
}

export function mediaText({ audioCodec, videoCodec, width, height }: CallLogEntry): string {
  const codecs = [videoCodec, audioCodec].filter(codec => codec !== null).join(' + ');
  return [codecs, width === null ? '' : `${width}×${height}`].filter(text => text !== '').join(' · ') || '–';
}

export function endText({ reason }: CallLogEntry): string {
  return reason ? reason.inWords[language.value] : t('records.running');
}

/** RFC 3339 of the midnight of a day of the person's, some days on; empty for what is no day. */
function momentOf(text: string, daysOn: number): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return '';
  return startOf(addDays(text, daysOn)).toISOString();
}
