import { useSignal } from '@preact/signals';
import { t } from '../../ui/i18n/language.js';
import { CallList } from './call-list.js';
import { ReportView } from './report-view.js';
import { UsageView } from './usage-view.js';
import './records.css';

/** Of a conference, the time that it took place then. */
export interface ReportPlace {
  conferenceId: string;
  at: string;
}

/** What was: calls, the report of a conference, statistics. */
export function RecordsPage() {
  const part = useSignal<'calls' | 'usage'>('calls');
  const report = useSignal<ReportPlace | null>(null);
  if (report.value) return <ReportView place={report.value} onBack={() => (report.value = null)} />;
  return (
    <div class="records" data-testid="records">
      <header class="records-head">
        <h1>{t('records.title')}</h1>
        <div class="records-parts" role="group" aria-label={t('records.parts')}>
          {(['calls', 'usage'] as const).map(one => (
            <button
              key={one}
              type="button"
              aria-pressed={part.value === one}
              onClick={() => (part.value = one)}
              data-testid={`records-${one}`}
            >
              {t(`records.${one}`)}
            </button>
          ))}
        </div>
      </header>
      {part.value === 'calls' ? <CallList onReport={place => (report.value = place)} /> : <UsageView />}
    </div>
  );
}
