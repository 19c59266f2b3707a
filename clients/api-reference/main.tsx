import { useEffect } from 'preact/hooks';
import { errorText } from '../ui/error-text.js';
import { t } from '../ui/i18n/language.js';
import { tell } from '../ui/notice.js';
import { mount, titleFollows } from '../ui/page.js';
import { checkSession } from '../ui/session.js';
import { Shell } from '../ui/shell.js';
import { ReferencePage } from './reference-page.js';

/** Open to everybody, as the document is; who is signed in keeps the navigation. */
function Page() {
  useEffect(() => void checkSession().catch((error: unknown) => tell('problem', errorText(error))), []);
  return (
    <Shell>
      <ReferencePage />
    </Shell>
  );
}

titleFollows(() => `${t('reference.title')} · ${t('app.name')}`);
mount(Page);
