import { useSignal } from '@preact/signals';
import { passwordRules, type PasswordRule } from '../../server/identity/password-policy.js';
import { call } from '../rest/client.js';
import { Button } from './button.js';
import { errorText } from './error-text.js';
import { TextField } from './field.js';
import { t } from './i18n/language.js';
import type { PlainKey } from './i18n/translate.js';
import { Icon } from './icons.js';
import { Notice } from './notice.js';
import { session } from './session.js';
import './sign-in.css';
import { useTask } from './use-task.js';

const textOf: Record<PasswordRule, PlainKey> = {
  length: 'password.rule.length',
  classes: 'password.rule.classes',
  name: 'password.rule.name',
  variety: 'password.rule.variety',
};

/** Another password for the one who is signed in. `current`: was typed just before. */
export function PasswordForm({ current, onDone }: { current?: string; onDone: (password: string) => void }) {
  const before = useSignal('');
  const password = useSignal('');
  const again = useSignal('');
  const task = useTask();
  const userName = session.value?.user?.userName ?? '';
  const rules = (Object.keys(passwordRules) as PasswordRule[]).map(rule => ({
    rule,
    holds: password.value !== '' && passwordRules[rule].holds(password.value, userName),
  }));
  const differs = again.value !== '' && again.value !== password.value;
  const ready = rules.every(({ holds }) => holds) && again.value === password.value;
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    void task.run(async () => {
      await call('changePassword', { body: { current: current ?? before.value, password: password.value } });
      onDone(password.value);
    });
  };
  return (
    <form class="stack" onSubmit={submit} noValidate data-testid="password-form">
      {current === undefined && (
        <TextField
          label={t('password.current')}
          value={before.value}
          onInput={value => (before.value = value)}
          type="password"
          autoComplete="current-password"
          maxLength={128}
          testId="password-current"
        />
      )}
      <TextField
        label={t('password.new')}
        value={password.value}
        onInput={value => (password.value = value)}
        type="password"
        autoComplete="new-password"
        maxLength={128}
        testId="password-new"
      />
      <ul class="password-rules" aria-label={t('password.rules')}>
        {rules.map(({ rule, holds }) => (
          <li key={rule} class={holds ? 'holds' : undefined} data-testid={`rule-${rule}`}>
            <Icon name={holds ? 'check' : 'info'} size={16} />
            <span>{t(textOf[rule])}</span>
            <span class="visually-hidden">{t(holds ? 'password.rule.holds' : 'password.rule.open')}</span>
          </li>
        ))}
      </ul>
      <TextField
        label={t('password.again')}
        error={differs ? t('password.differs') : undefined}
        value={again.value}
        onInput={value => (again.value = value)}
        type="password"
        autoComplete="new-password"
        maxLength={128}
        testId="password-again"
      />
      {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
      <Button type="submit" tone="primary" wide busy={task.busy} disabled={!ready} testId="password-submit">
        {t('password.submit')}
      </Button>
    </form>
  );
}
