import { effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { handOver } from '../room/entry-handoff.js';
import { EntryForm } from '../room/view/entry-page.js';
import { errorText } from '../ui/error-text.js';
import { t } from '../ui/i18n/language.js';
import { tell } from '../ui/notice.js';
import { checkSession, isOperator, isSignedIn, may } from '../ui/session.js';
import { mount, titleFollows } from '../ui/page.js';
import { Shell } from '../ui/shell.js';
import { SignIn } from '../ui/sign-in.js';
import { Conferences } from './conferences.js';
import './home.css';

/** The start page: for guests a way in, for those who run conferences these. */
function HomePage() {
  useEffect(() => void checkSession().catch((error: unknown) => tell('problem', errorText(error))), []);
  const join = (
    <section class="home-box">
      <h2>{t('home.join.title')}</h2>
      <p class="quiet">{t('home.join.text')}</p>
      <EntryForm
        onEntry={entry => {
          handOver(entry);
          location.href = '/join';
        }}
      />
    </section>
  );
  const foot = (
    <footer class="home-foot">
      <a href="/api-reference" data-testid="api-reference">
        {t('nav.reference')}
      </a>
    </footer>
  );
  if (isOperator.value) {
    return (
      <Shell current="home">
        <Conferences joinByNumber={join} />
        {foot}
      </Shell>
    );
  }
  return (
    <Shell>
      <div class="home-guest">
        <header>
          <h1>{t('app.tagline')}</h1>
        </header>
        <div class="home-columns">
          {join}
          {isSignedIn.value === false && (
            <section class="home-box">
              <SignIn />
            </section>
          )}
        </div>
      </div>
      {foot}
    </Shell>
  );
}

/** Who has no conferences begins where the work is. */
effect(() => {
  if (isSignedIn.value !== true || isOperator.value) return;
  if (may('user:read')) location.replace('/users');
  else if (may('audit:read')) location.replace('/audit');
});
titleFollows(() => (isOperator.value ? `${t('home.title')} · ${t('app.name')}` : t('app.name')));
mount(HomePage);
