import { useSignal } from '@preact/signals';
import { useCallback } from 'preact/hooks';
import type { Usage } from '../../../server/api/usage-operations.js';
import { call } from '../../rest/client.js';
import { ButtonLink } from '../../ui/button.js';
import { errorText } from '../../ui/error-text.js';
import { SelectField } from '../../ui/field.js';
import { formatTag, language, t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { usePolled } from '../../ui/use-polled.js';
import { addDays, addMonths, dayOf, type Day } from '../calendar/days.js';
import { BarChart } from './bar-chart.js';

type Period = 'day' | 'week' | 'month';

const refreshMs = 60_000;

/** How much took place: by day for two weeks, by week for a quarter, by month for a year. */
export function UsageView() {
  const period = useSignal<Period>('day');
  const chosen = period.value;
  const until = dayOf(new Date());
  const query = {
    period: chosen,
    from: firstDay(chosen, until),
    until,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  const load = useCallback(() => call('getUsage', { query }), [chosen, until]);
  const { value, error } = usePolled(load, refreshMs);
  return (
    <>
      <div class="row usage-head">
        <SelectField
          label={t('usage.period')}
          value={chosen}
          options={(['day', 'week', 'month'] as const).map(one => ({ value: one, text: t(`usage.${one}`) }))}
          onChange={one => (period.value = one as Period)}
          testId="usage-period"
        />
        <ButtonLink
          href={`/api/v1/usage/export?${new URLSearchParams({ ...query, language: language.value })}`}
          icon="download"
          download
          testId="usage-csv"
        >
          {t('records.csv')}
        </ButtonLink>
      </div>
      {error !== null && <Notice tone="problem">{errorText(error)}</Notice>}
      {value && <UsageFigures {...value} />}
    </>
  );
}

function UsageFigures({ buckets, institutions }: Usage) {
  const number = (value: number) =>
    new Intl.NumberFormat(formatTag(), { maximumFractionDigits: 1 }).format(value);
  const minutes = (value: number) => t('usage.minutes', { count: number(value) });
  const sum = (of: (bucket: Usage['buckets'][number]) => number) =>
    buckets.reduce((total, bucket) => total + of(bucket), 0);
  const charts = [
    { name: 'conferences', of: bucket => bucket.conferences, total: sum(bucket => bucket.conferences) },
    { name: 'hours', of: bucket => bucket.siteMinutes / 60, total: sum(bucket => bucket.siteMinutes / 60) },
    {
      name: 'peak',
      of: bucket => bucket.peakSites,
      total: Math.max(0, ...buckets.map(bucket => bucket.peakSites)),
    },
  ] satisfies { name: string; of: (bucket: Usage['buckets'][number]) => number; total: number }[];
  return (
    <div class="usage" data-testid="usage">
      <div class="usage-charts">
        {charts.map(({ name, of, total }) => (
          <BarChart
            key={name}
            title={t(`usage.${name as 'peak'}`)}
            newest={number(total)}
            bars={buckets.map(bucket => ({
              value: of(bucket),
              text: `${bucket.begins}: ${number(of(bucket))}`,
            }))}
          />
        ))}
      </div>
      <div class="usage-lists">
        <section>
          <h2>{t('usage.ways')}</h2>
          <dl>
            {(['browser', 'link', 'sip'] as const).map(way => (
              <div key={way}>
                <dt>{t(`way.${way}`)}</dt>
                <dd class="figures">{minutes(sum(bucket => bucket.minutesByWay[way]))}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h2>{t('usage.institutions')}</h2>
          <dl>
            {institutions.map(institution => (
              <div key={institution.institutionId}>
                <dt>{institution.institutionId === null ? t('usage.house') : institution.name}</dt>
                <dd class="figures">{minutes(institution.minutes)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <h2>{t('usage.table')}</h2>
      <table class="usage-table">
        <thead>
          <tr>
            {(['begins', 'conferences', 'hours', 'peak'] as const).map(head => (
              <th key={head} scope="col">
                {t(`usage.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buckets.toReversed().map(({ begins, conferences, siteMinutes, peakSites }) => (
            <tr key={begins}>
              <td class="figures">{begins}</td>
              <td class="figures">{conferences}</td>
              <td class="figures">{number(siteMinutes / 60)}</td>
              <td class="figures">{peakSites}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function firstDay(period: Period, until: Day): Day {
  if (period === 'day') return addDays(until, -13);
  return period === 'week' ? addDays(until, -7 * 12) : addMonths(until, -11);
}
