import { useEffect } from 'preact/hooks';
import { errorText } from '../ui/error-text.js';
import { t } from '../ui/i18n/language.js';
import { tell } from '../ui/notice.js';
import { checkSession, isOperator } from '../ui/operator.js';
import { mount, titleFollows } from '../ui/page.js';
import { Shell } from '../ui/shell.js';
import { SignInForm, SignOutButton } from '../ui/sign-in.js';
import { ConsolePage } from './view/console-page.js';
import './view/console.css';

/** The operator's console. */
function Page() {
  useEffect(() => void checkSession().catch((error: unknown) => tell('problem', errorText(error))), []);
  if (isOperator.value === null) return <Shell current="console">{null}</Shell>;
  if (!isOperator.value) {
    return (
      <Shell narrow>
        <section class="console-sign-in stack">
          <h1>{t('console.title')}</h1>
          <p class="quiet">{t('signin.text')}</p>
          <SignInForm />
        </section>
      </Shell>
    );
  }
  return (
    <Shell current="console" extra={<SignOutButton />} wide>
      <ConsolePage />
    </Shell>
  );
}

titleFollows(() => `${t('console.title')} · ${t('app.name')}`);
mount(Page);
