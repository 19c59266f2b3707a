import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Permission } from '../../server/identity/permissions.js';
import { errorText } from './error-text.js';
import { t } from './i18n/language.js';
import { Notice, tell } from './notice.js';
import { checkSession, isSignedIn, may } from './session.js';
import { Shell, type PageName } from './shell.js';
import { SignIn } from './sign-in.js';

interface GateProps {
  page: PageName;
  /** Absent: whoever is signed in. */
  needs?: Permission;
  wide?: boolean;
  children: ComponentChildren;
}

/** A page for those who are signed in and may see it; others sign in here, and go on where they were. */
export function Gate({ page, needs, wide, children }: GateProps) {
  useEffect(() => void checkSession().catch((error: unknown) => tell('problem', errorText(error))), []);
  if (isSignedIn.value === null) return <Shell current={page}>{null}</Shell>;
  if (!isSignedIn.value) {
    return (
      <Shell narrow>
        <SignIn />
      </Shell>
    );
  }
  if (needs && !may(needs)) {
    return (
      <Shell narrow>
        <Notice tone="warning" title={t('gate.title')} testId="not-yours">
          {t('gate.text')}
        </Notice>
      </Shell>
    );
  }
  return (
    <Shell current={page} {...(wide && { wide })}>
      {children}
    </Shell>
  );
}
