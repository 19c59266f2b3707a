import { useEffect, useMemo } from 'preact/hooks';
import { errorText } from '../ui/error-text.js';
import { t } from '../ui/i18n/language.js';
import { tell } from '../ui/notice.js';
import { checkSession, isOperator } from '../ui/operator.js';
import { mount, titleFollows } from '../ui/page.js';
import { Shell } from '../ui/shell.js';
import { SignInForm, SignOutButton } from '../ui/sign-in.js';
import { recordingIdOf } from './address.js';
import { RecordingList } from './recording-list.js';
import { RecordingPage } from './recording-page.js';

/** `/recordings` is the list, `/recordings/ID` one of them; both are for the operator. */
function PlayerPage() {
  const recordingId = useMemo(() => recordingIdOf(location.pathname), []);
  useEffect(() => void checkSession().catch((error: unknown) => tell('problem', errorText(error))), []);
  if (isOperator.value === false) {
    return (
      <Shell narrow current="recordings">
        <div class="stack">
          <h1>{t('signin.title')}</h1>
          <p class="quiet">{t('signin.text')}</p>
          <SignInForm />
        </div>
      </Shell>
    );
  }
  return (
    <Shell current="recordings" extra={<SignOutButton />}>
      {isOperator.value &&
        (recordingId === null ? <RecordingList /> : <RecordingPage recordingId={recordingId} />)}
    </Shell>
  );
}

titleFollows(() => `${t('recordings.title')} · ${t('app.name')}`);
mount(PlayerPage);
