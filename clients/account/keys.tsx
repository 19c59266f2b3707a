import { useSignal } from '@preact/signals';
import type { Permission } from '../../server/identity/permissions.js';
import { call } from '../rest/client.js';
import { Button } from '../ui/button.js';
import { CopyField } from '../ui/copy-field.js';
import { errorText } from '../ui/error-text.js';
import { SelectField, TextField } from '../ui/field.js';
import { formatDateTime } from '../ui/format.js';
import { formatTag, t } from '../ui/i18n/language.js';
import { Notice, tell } from '../ui/notice.js';
import { session, signedOutBy } from '../ui/session.js';
import { usePolled } from '../ui/use-polled.js';
import { useTask } from '../ui/use-task.js';

const pollIntervalMs = 60_000;
const dayMs = 86_400_000;
const list = () => call('listKeys');

/** API keys: made, shown once, revoked. */
export function Keys() {
  const { value: keys, error, refresh } = usePolled(list, pollIntervalMs);
  const shown = useSignal<string | null>(null);
  const revoke = async (keyId: string) => {
    try {
      await call('deleteKey', { params: { keyId } });
      await refresh();
    } catch (cause) {
      if (!signedOutBy(cause)) tell('problem', errorText(cause));
    }
  };
  return (
    <>
      {error !== null && <Notice tone="warning">{errorText(error)}</Notice>}
      <ul class="account-rows" data-testid="keys">
        {keys?.map(({ keyId, name, scopes, expiresAt }) => (
          <li key={keyId}>
            <div>
              <p>{name}</p>
              <p class="quiet">
                {scopes.map(scope => t(`permission.${scope}`)).join(', ')} ·{' '}
                {expiresAt === null
                  ? t('account.keys.forever')
                  : t('account.keys.until', { time: formatDateTime(expiresAt, formatTag()) })}
              </p>
            </div>
            <Button tone="danger" onClick={() => void revoke(keyId)} testId="revoke-key">
              {t('account.keys.revoke')}
            </Button>
          </li>
        ))}
      </ul>
      {shown.value !== null && (
        <Notice tone="warning" title={t('account.keys.once')}>
          <CopyField label={t('account.keys.key')} value={shown.value} testId="new-key" />
        </Notice>
      )}
      <NewKey
        onMade={key => {
          shown.value = key;
          void refresh();
        }}
      />
    </>
  );
}

function NewKey({ onMade }: { onMade: (key: string) => void }) {
  const name = useSignal('');
  const days = useSignal('90');
  const scopes = useSignal<Permission[]>([]);
  const task = useTask();
  const held = session.value?.user?.permissions ?? [];
  const submit = (event: Event) => {
    event.preventDefault();
    void task.run(async () => {
      const expiresAt =
        days.value === '' ? null : new Date(Date.now() + Number(days.value) * dayMs).toISOString();
      const body = { name: name.value.trim(), scopes: scopes.value, expiresAt };
      onMade((await call('createKey', { body })).key);
      name.value = '';
      scopes.value = [];
    });
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <TextField
        label={t('account.keys.name')}
        value={name.value}
        onInput={value => (name.value = value)}
        maxLength={120}
        testId="key-name"
      />
      <fieldset class="scopes">
        <legend>{t('account.keys.scopes')}</legend>
        {held.map(permission => (
          <label key={permission} class="check">
            <input
              type="checkbox"
              checked={scopes.value.includes(permission)}
              onChange={event => {
                const others = scopes.value.filter(other => other !== permission);
                scopes.value = event.currentTarget.checked ? [...others, permission] : others;
              }}
              data-testid={`scope-${permission}`}
            />
            <span>{t(`permission.${permission}`)}</span>
          </label>
        ))}
      </fieldset>
      <SelectField
        label={t('account.keys.expires')}
        value={days.value}
        options={[
          { value: '30', text: t('account.keys.days', { days: 30 }) },
          { value: '90', text: t('account.keys.days', { days: 90 }) },
          { value: '365', text: t('account.keys.days', { days: 365 }) },
          { value: '', text: t('account.keys.forever') },
        ]}
        onChange={value => (days.value = value)}
      />
      {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
      <Button
        type="submit"
        busy={task.busy}
        disabled={name.value.trim() === '' || scopes.value.length === 0}
        testId="make-key"
      >
        {t('account.keys.make')}
      </Button>
    </form>
  );
}
