import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { RestError } from '../rest/client.js';
import { AuthenticatorForm } from './authenticator-form.js';
import { Button, IconButton } from './button.js';
import { codeText, errorText } from './error-text.js';
import { TextField } from './field.js';
import { t } from './i18n/language.js';
import { Notice, tell } from './notice.js';
import { PasswordForm } from './password-form.js';
import { checkSession, session, signIn, signInByKey, signOnLabel, signOut } from './session.js';
import './sign-in.css';
import { useTask } from './use-task.js';

/** Name and password, then what the account still lacks: a password of one's own, an authenticator. */
export function SignIn() {
  // Asked for once: the steps after it need it again.
  const password = useSignal('');
  const byKey = useSignal(false);
  const blocked = session.value?.user?.blocked ?? null;
  const done = () => void checkSession().catch((error: unknown) => tell('problem', errorText(error)));
  if (blocked === 'password-expired') {
    return (
      <Step title={t('signin.password.title')} text={t('signin.password.text')}>
        <PasswordForm
          {...(password.value !== '' && { current: password.value })}
          onDone={chosen => {
            password.value = chosen;
            done();
          }}
        />
      </Step>
    );
  }
  if (blocked === 'second-factor-needed') {
    return (
      <Step title={t('signin.authenticator.title')} text={t('signin.authenticator.text')}>
        <AuthenticatorForm {...(password.value !== '' && { password: password.value })} onDone={done} />
      </Step>
    );
  }
  return (
    <div class="stack" data-testid="sign-in">
      <div class="stack-tight">
        <h2>{t('signin.title')}</h2>
        <p class="quiet">{t(byKey.value ? 'signin.key.text' : 'signin.text')}</p>
      </div>
      {byKey.value ? <KeyForm /> : <NameForm onPassword={typed => (password.value = typed)} />}
      <SignOn />
      <button
        type="button"
        class="text-button"
        onClick={() => (byKey.value = !byKey.value)}
        data-testid="sign-in-other"
      >
        {t(byKey.value ? 'signin.by-name' : 'signin.by-key')}
      </button>
    </div>
  );
}

/** To the single sign-on of the house, where there is one; and what it said when it led back without success. */
function SignOn() {
  const label = useSignal<string | null>(null);
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    problem.value = new URLSearchParams(location.search).get('signInError');
    if (problem.value !== null) history.replaceState(history.state, '', location.pathname);
    void signOnLabel()
      .then(given => (label.value = given))
      .catch(() => undefined); // that the server is away is told elsewhere
  }, []);
  return (
    <>
      {problem.value !== null && (
        <Notice tone="problem" testId="sign-on-error">
          {codeText(problem.value) ?? t('error.sign-on-failed')}
        </Notice>
      )}
      {label.value !== null && (
        <Button
          wide
          onClick={() => location.assign(`/sign-in/oidc?from=${encodeURIComponent(location.pathname)}`)}
          testId="sign-on"
        >
          {t('signin.sign-on', { label: label.value })}
        </Button>
      )}
    </>
  );
}

function Step(props: { title: string; text: string; children: preact.ComponentChildren }) {
  return (
    <div class="stack" data-testid="sign-in-step">
      <div class="stack-tight">
        <h2>{props.title}</h2>
        <p class="quiet">{props.text}</p>
      </div>
      {props.children}
      <button
        type="button"
        class="text-button"
        onClick={() => void signOut().catch((error: unknown) => tell('problem', errorText(error)))}
      >
        {t('signin.other-user')}
      </button>
    </div>
  );
}

function NameForm({ onPassword }: { onPassword: (password: string) => void }) {
  const userName = useSignal('');
  const password = useSignal('');
  const code = useSignal('');
  const asksCode = useSignal(false);
  const task = useTask();
  const submit = (event: Event) => {
    event.preventDefault();
    if (userName.value.trim() === '' || password.value === '') return;
    void task.run(async () => {
      onPassword(password.value);
      try {
        await signIn(userName.value.trim(), password.value, code.value.trim());
      } catch (error) {
        const first = !asksCode.value;
        asksCode.value ||= error instanceof RestError && error.code === 'code-needed';
        if (!(asksCode.value && first)) throw error;
      }
    });
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <TextField
        label={t('signin.name')}
        value={userName.value}
        onInput={value => (userName.value = value)}
        autoComplete="username"
        maxLength={120}
        testId="user-name"
      />
      <TextField
        label={t('signin.password')}
        value={password.value}
        onInput={value => (password.value = value)}
        type="password"
        autoComplete="current-password"
        maxLength={128}
        testId="password"
      />
      {asksCode.value && (
        <TextField
          label={t('signin.code')}
          hint={t('signin.code.hint')}
          value={code.value}
          onInput={value => (code.value = value)}
          autoComplete="one-time-code"
          maxLength={32}
          autoFocus
          testId="code"
        />
      )}
      <Problem error={task.error} />
      <Button type="submit" tone="primary" wide busy={task.busy} testId="sign-in-submit">
        {t('signin.submit')}
      </Button>
    </form>
  );
}

function KeyForm() {
  const token = useSignal('');
  const task = useTask();
  const submit = (event: Event) => {
    event.preventDefault();
    if (token.value.trim() !== '') void task.run(() => signInByKey(token.value.trim()));
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <TextField
        label={t('signin.key')}
        value={token.value}
        onInput={value => (token.value = value)}
        type="password"
        maxLength={128}
        testId="token"
      />
      <Problem error={task.error} />
      <Button type="submit" tone="primary" wide busy={task.busy} testId="sign-in-submit">
        {t('signin.submit')}
      </Button>
    </form>
  );
}

function Problem({ error }: { error: unknown }) {
  if (error === null) return null;
  return (
    <Notice tone="problem" testId="sign-in-error">
      {errorText(error)}
    </Notice>
  );
}

export function SignOutButton() {
  if (!session.value?.user) return null;
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
