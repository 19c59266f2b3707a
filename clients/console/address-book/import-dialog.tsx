import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { call, RestError } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { t } from '../../ui/i18n/language.js';
import { Notice, tell } from '../../ui/notice.js';
import { useTask } from '../../ui/use-task.js';

/** Of the resource. */
const maxCharacters = 200_000;
const columns = ['name', 'addresses', 'institution', 'groups', 'cells'] as const;

/** Takes a CSV file in; where rows are wrong, each is told with what is wrong, and nothing is taken. */
export function ImportDialog({ onClose, onChanged }: { onClose: () => void; onChanged: () => void }) {
  const csv = useSignal<string | null>(null);
  const task = useTask();
  const id = useId();
  const tooLarge = csv.value !== null && csv.value.length > maxCharacters;
  const ready = csv.value !== null && !tooLarge;
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    void task.run(async () => {
      const result = await call('importAddressBook', { body: { csv: csv.value! } });
      tell('good', t('book.import.done', result));
      onChanged();
    });
  };
  return (
    <Dialog title={t('book.import.title')} onClose={onClose} testId="import-dialog">
      <form class="stack" onSubmit={submit}>
        <p>{t('book.import.text')}</p>
        <div class="field">
          <label for={id}>{t('book.import.file')}</label>
          <input
            id={id}
            class="input book-file"
            type="file"
            accept=".csv,text/csv"
            onChange={event => {
              const file = event.currentTarget.files?.[0];
              csv.value = null;
              if (file) void task.run(async () => void (csv.value = await file.text()));
            }}
            data-testid="import-file"
          />
        </div>
        {tooLarge && <Notice tone="problem">{t('book.import.large')}</Notice>}
        {task.error !== null && <Refusal error={task.error} />}
        <Button type="submit" tone="primary" busy={task.busy} disabled={!ready} testId="import-submit">
          {t('book.import.submit')}
        </Button>
      </form>
    </Dialog>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { code, rows } = error instanceof RestError ? error : { code: '', rows: [] };
  if (code === 'not-csv') return <Notice tone="problem">{t('book.import.not-csv')}</Notice>;
  if (rows.length === 0) return <Notice tone="problem">{errorText(error)}</Notice>;
  return (
    <>
      <Notice tone="problem">{t('book.import.bad', { count: rows.length })}</Notice>
      <ul class="book-faults" data-testid="import-faults">
        {rows.map(({ row, column, text }) => {
          const known = columns.find(name => name === column);
          return (
            <li key={row}>
              <strong>{t('book.import.row', { row })}</strong> {text !== '' && <q>{text}</q>}
              <br />
              {known ? t(`book.import.${known}`) : column}
            </li>
          );
        })}
      </ul>
    </>
  );
}
