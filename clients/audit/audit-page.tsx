import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../rest/client.js';
import { Button, ButtonLink } from '../ui/button.js';
import { errorText } from '../ui/error-text.js';
import { TextField } from '../ui/field.js';
import { formatDateTime } from '../ui/format.js';
import { formatTag, t } from '../ui/i18n/language.js';
import { Notice } from '../ui/notice.js';
import { signedOutBy } from '../ui/session.js';
import { useTask } from '../ui/use-task.js';
import './audit.css';

type AuditRecord = Awaited<ReturnType<typeof call<'listAudit'>>>[number];
type Verification = Awaited<ReturnType<typeof call<'verifyAudit'>>>;

const pageSize = 100;
const names = ['from', 'until', 'actor', 'action'] as const;

/** For auditors: who did what, and whether anybody has altered it. */
export function AuditPage() {
  const filter = { from: useSignal(''), until: useSignal(''), actor: useSignal(''), action: useSignal('') };
  const records = useSignal<AuditRecord[]>([]);
  const isAll = useSignal(false);
  const verification = useSignal<Verification | null>(null);
  const load = useTask();
  const verify = useTask();
  const query = (): Record<string, string> =>
    Object.fromEntries(
      names.map(name => [name, filter[name].value.trim()]).filter(([, value]) => value !== ''),
    ) as Record<string, string>;
  const read = (after?: number) =>
    load.run(async () => {
      try {
        const page = { limit: pageSize, ...(after !== undefined && { after }) };
        const found = await call('listAudit', { query: { ...query(), ...page } });
        records.value = after === undefined ? found : [...records.value, ...found];
        isAll.value = found.length < pageSize;
      } catch (error) {
        if (!signedOutBy(error)) throw error;
      }
    });
  useEffect(() => void read(), []);
  const field = (name: (typeof names)[number], label: string, placeholder = '') => (
    <TextField
      label={label}
      value={filter[name].value}
      onInput={value => (filter[name].value = value)}
      placeholder={placeholder}
      maxLength={64}
      testId={`audit-${name}`}
    />
  );
  return (
    <div class="audit">
      <header class="audit-head">
        <h1>{t('audit.title')}</h1>
        <div class="row">
          <Button
            busy={verify.busy}
            onClick={() =>
              void verify.run(async () => {
                verification.value = await call('verifyAudit');
              })
            }
            testId="verify-audit"
          >
            {t('audit.verify')}
          </Button>
          {(['csv', 'jsonl'] as const).map(format => (
            <ButtonLink
              key={format}
              href={`/api/v1/audit/export?${new URLSearchParams({ ...query(), format })}`}
              icon="download"
              download
              testId={`export-${format}`}
            >
              {t(format === 'csv' ? 'audit.export.csv' : 'audit.export.jsonl')}
            </ButtonLink>
          ))}
        </div>
      </header>
      {verification.value && <Verdict {...verification.value} />}
      <form
        class="audit-filter"
        onSubmit={event => {
          event.preventDefault();
          void read();
        }}
      >
        {field('from', t('audit.from'), '2026-01-31')}
        {field('until', t('audit.until'), '2026-12-31')}
        {field('actor', t('audit.actor'))}
        {field('action', t('audit.action'))}
        <Button type="submit" busy={load.busy} testId="audit-search">
          {t('audit.search')}
        </Button>
      </form>
      {load.error !== null && <Notice tone="problem">{errorText(load.error)}</Notice>}
      <div class="audit-scroll" tabIndex={0} role="region" aria-label={t('audit.title')}>
        <table class="audit-table" data-testid="audit-records">
          <thead>
            <tr>
              <th>{t('audit.number')}</th>
              <th>{t('audit.at')}</th>
              <th>{t('audit.actor')}</th>
              <th>{t('audit.source')}</th>
              <th>{t('audit.action')}</th>
              <th>{t('audit.object')}</th>
              <th>{t('audit.result')}</th>
            </tr>
          </thead>
          <tbody>
            {records.value.map(record => (
              <tr key={record.sequence} class={record.result === 'ok' ? undefined : 'refused'}>
                <td class="figures">{record.sequence}</td>
                <td class="figures">{formatDateTime(record.at, formatTag())}</td>
                <td>{record.actorName}</td>
                <td>{record.source}</td>
                <td title={record.detail}>{record.action}</td>
                <td>{record.object}</td>
                <td>{record.result}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {records.value.length === 0 && !load.busy && <p class="quiet">{t('audit.none')}</p>}
      {!isAll.value && records.value.length > 0 && (
        <Button
          busy={load.busy}
          onClick={() => void read(records.value.at(-1)!.sequence)}
          testId="audit-more"
        >
          {t('audit.more')}
        </Button>
      )}
    </div>
  );
}

function Verdict({ brokenAt, records, headSequence, headHash }: Verification) {
  if (brokenAt !== null) {
    return (
      <Notice tone="problem" title={t('audit.broken')} testId="audit-verdict">
        {t('audit.broken.text', { sequence: brokenAt })}
      </Notice>
    );
  }
  return (
    <Notice tone="good" title={t('audit.intact')} testId="audit-verdict">
      {t('audit.intact.text', { records, sequence: headSequence, hash: headHash.slice(0, 16) })}
    </Notice>
  );
}
