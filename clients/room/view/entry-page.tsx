import { useSignal } from '@preact/signals';
import { Button } from '../../ui/button.js';
import { errorText } from '../../ui/error-text.js';
import { TextField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { Shell } from '../../ui/shell.js';
import type { Entry } from '../entry-handoff.js';

/** Asks for number and PIN. */
export function EntryPage(props: { number: string; error: unknown; onEntry: (entry: Entry) => void }) {
  return (
    <Shell narrow>
      <div class="stack">
        <h1>{t('entry.title')}</h1>
        <p class="quiet">{t('entry.text')}</p>
        {props.error !== null && <Notice tone="problem">{errorText(props.error)}</Notice>}
        <EntryForm number={props.number} onEntry={props.onEntry} />
      </div>
    </Shell>
  );
}

/** The two fields; the start page has them too. */
export function EntryForm(props: { number?: string; onEntry: (entry: Entry) => void }) {
  const number = useSignal(props.number ?? '');
  const pin = useSignal('');
  const wrong = useSignal(false);
  const submit = (event: Event) => {
    event.preventDefault();
    const digits = number.value.replace(/\s/g, '');
    wrong.value = !/^\d{1,32}$/.test(digits);
    if (!wrong.value) props.onEntry({ number: digits, pin: pin.value.trim() });
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <TextField
        label={t('entry.number')}
        value={number.value}
        onInput={value => (number.value = value)}
        inputMode="numeric"
        maxLength={32}
        error={wrong.value ? t('entry.number.wrong') : undefined}
        testId="entry-number"
      />
      <TextField
        label={t('entry.pin')}
        value={pin.value}
        onInput={value => (pin.value = value)}
        type="password"
        inputMode="numeric"
        maxLength={32}
        testId="entry-pin"
      />
      <Button type="submit" tone="primary" wide testId="entry-submit">
        {t('home.join.submit')}
      </Button>
    </form>
  );
}
