import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CallLogEntry } from '../../../server/api/call-log-operations.js';
import type { ConferenceReport } from '../../../server/api/usage-operations.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { errorText } from '../../ui/error-text.js';
import { SelectField } from '../../ui/field.js';
import { formatDateTime, formatDuration, formatFraction, formatMs, formatTime } from '../../ui/format.js';
import { formatTag, t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { useTask } from '../../ui/use-task.js';
import { endText, mediaText } from './call-list.js';
import type { ReportPlace } from './records-page.js';

/** After a conference: who was there, how each line was, what was recorded. Made to be printed. */
export function ReportView({ place, onBack }: { place: ReportPlace; onBack: () => void }) {
  const report = useSignal<ConferenceReport | null>(null);
  const load = useTask();
  const read = (at: string) =>
    load.run(async () => {
      const { conferenceId } = place;
      report.value = await call('getReport', { params: { conferenceId }, query: { at } });
    });
  useEffect(() => void read(place.at), [place]);
  return (
    <div class="records report" data-testid="report">
      <div class="row report-actions">
        <Button icon="chevronLeft" onClick={onBack} testId="report-back">
          {t('report.back')}
        </Button>
        <Button onClick={() => print()} testId="report-print">
          {t('report.print')}
        </Button>
      </div>
      {load.error !== null && <Notice tone="problem">{errorText(load.error)}</Notice>}
      {report.value && <Report report={report.value} onChoose={at => void read(at)} />}
    </div>
  );
}

function Report({ report, onChoose }: { report: ConferenceReport; onChoose: (at: string) => void }) {
  const { title, number, sites, recordings, runs, startedAt } = report;
  return (
    <>
      <h1>{t('report.title', { title })}</h1>
      <p>
        {t('report.number', { number })} · {timeText(report)}
      </p>
      {runs.length > 1 && (
        <SelectField
          label={t('report.run')}
          value={startedAt}
          options={runs.toReversed().map(run => ({ value: run.startedAt, text: timeText(run) }))}
          onChange={onChoose}
          testId="report-run"
        />
      )}
      <h2>{t('report.sites')}</h2>
      <ul class="report-sites">
        {sites.map(site => (
          <li key={site.sequence} data-testid="report-site">
            <h3>
              {site.name} <small>{t(`way.${site.way}`)}</small>
            </h3>
            <p class="figures">
              {t('report.came')} {formatTime(site.beganAt, formatTag())} ·{' '}
              {site.endedAt !== null && `${t('report.left')} ${formatTime(site.endedAt, formatTag())} · `}
              {formatDuration((site.durationS ?? 0) * 1000)} · {endText(site)}
            </p>
            <p class="records-verdict" data-verdict={site.quality.verdict ?? 'none'}>
              {t(`report.verdict.${site.quality.verdict ?? 'none'}`)}
            </p>
            <p class="quiet">{figuresText(site)}</p>
          </li>
        ))}
      </ul>
      <h2>{t('report.recordings')}</h2>
      {recordings.length === 0 && <p class="quiet">{t('report.recordings.none')}</p>}
      <ul>
        {recordings.map(recording => (
          <li key={recording.recordingId}>
            <a href={`/recordings/${recording.recordingId}`}>
              {formatDateTime(recording.startedAt, formatTag())}
            </a>{' '}
            · {formatDuration(recording.durationMs)}
          </li>
        ))}
      </ul>
    </>
  );
}

function figuresText(site: CallLogEntry): string {
  const { fractionLost, fractionLostMax, jitterMaxMs, roundTripMs } = site.quality;
  const media = mediaText(site);
  if (fractionLost === null || fractionLostMax === null) return media;
  const figures = t('report.figures', {
    loss: formatFraction(fractionLost, formatTag()),
    worst: formatFraction(fractionLostMax, formatTag()),
    jitter: formatMs(jitterMaxMs),
    roundTrip: formatMs(roundTripMs),
  });
  return media === '–' ? figures : `${media} · ${figures}`;
}

function timeText({ startedAt, endedAt }: Pick<ConferenceReport, 'startedAt' | 'endedAt'>): string {
  const from = formatDateTime(startedAt, formatTag());
  if (endedAt === null) return t('report.still', { from });
  const sameDay = new Date(startedAt).toDateString() === new Date(endedAt).toDateString();
  const until = sameDay ? formatTime(endedAt, formatTag()) : formatDateTime(endedAt, formatTag());
  return t('report.time', { from, until });
}
