import { useSignal } from '@preact/signals';
import { Button, IconButton } from './button.js';
import { errorText } from './error-text.js';
import { TextField } from './field.js';
import { t } from './i18n/language.js';
import { Notice, tell } from './notice.js';
import { isOperator, signIn, signOut } from './operator.js';

/** Asks for the operator token. */
export function SignInForm() {
  const token = useSignal('');
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (token.value.trim() === '') return;
    busy.value = true;
    error.value = null;
    try {
      await signIn(token.value.trim());
    } catch (cause) {
      error.value = cause;
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="stack" onSubmit={event => void submit(event)} noValidate data-testid="sign-in">
      <TextField
        label={t('signin.token')}
        value={token.value}
        onInput={value => (token.value = value)}
        type="password"
        autoComplete="current-password"
        maxLength={128}
        testId="token"
      />
      {error.value !== null && (
        <Notice tone="problem" testId="sign-in-error">
          {errorText(error.value)}
        </Notice>
      )}
      <Button type="submit" tone="secondary" wide busy={busy.value} testId="sign-in-submit">
        {t('signin.submit')}
      </Button>
    </form>
  );
}

export function SignOutButton() {
  if (!isOperator.value) return null;
  return (
    <IconButton
      icon="signOut"
      label={t('signin.out')}
      tooltip="below"
      onClick={() => void signOut().catch((error: unknown) => tell('problem', errorText(error)))}
      testId="sign-out"
    />
  );
}
