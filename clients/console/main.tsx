import { Gate } from '../ui/gate.js';
import { t } from '../ui/i18n/language.js';
import { mount, titleFollows } from '../ui/page.js';
import { ConsolePage } from './view/console-page.js';
import './view/console.css';

/** The operator's console. */
function Page() {
  return (
    <Gate page="console" needs="conference:create" wide>
      <ConsolePage />
    </Gate>
  );
}

titleFollows(() => `${t('console.title')} · ${t('app.name')}`);
mount(Page);
