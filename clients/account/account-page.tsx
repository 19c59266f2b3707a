import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { AuthenticatorForm } from '../ui/authenticator-form.js';
import { Button } from '../ui/button.js';
import { t } from '../ui/i18n/language.js';
import { tell } from '../ui/notice.js';
import { PasswordForm } from '../ui/password-form.js';
import { session } from '../ui/session.js';
import './account.css';
import { Keys } from './keys.js';
import { Sessions } from './sessions.js';

/** What is one's own: password, authenticator, where one is signed in, API keys. */
export function AccountPage() {
  const open = useSignal<'password' | 'authenticator' | null>(null);
  const close = (text: string) => {
    open.value = null;
    tell('good', text);
  };
  return (
    <div class="account">
      <header>
        <h1>{t('account.title')}</h1>
        <p class="quiet">{t('account.name', { name: session.value?.user?.userName ?? '' })}</p>
      </header>
      <Section title={t('account.password')} text={t('account.password.text')}>
        {open.value === 'password' ? (
          <PasswordForm onDone={() => close(t('account.password.done'))} />
        ) : (
          <Button onClick={() => (open.value = 'password')} testId="change-password">
            {t('account.password.change')}
          </Button>
        )}
      </Section>
      <Section title={t('account.authenticator')} text={t('account.authenticator.text')}>
        {open.value === 'authenticator' ? (
          <AuthenticatorForm onDone={() => close(t('account.authenticator.done'))} />
        ) : (
          <Button onClick={() => (open.value = 'authenticator')} testId="set-up-authenticator">
            {t('account.authenticator.set-up')}
          </Button>
        )}
      </Section>
      <Section title={t('account.sessions')} text={t('account.sessions.text')}>
        <Sessions />
      </Section>
      <Section title={t('account.keys')} text={t('account.keys.text')}>
        <Keys />
        <a href="/api-reference">{t('nav.reference')}</a>
      </Section>
    </div>
  );
}

function Section({ title, text, children }: { title: string; text: string; children: ComponentChildren }) {
  return (
    <section class="account-section">
      <div>
        <h2>{title}</h2>
        <p class="quiet">{text}</p>
      </div>
      <div class="stack">{children}</div>
    </section>
  );
}
