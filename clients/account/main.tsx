import { Gate } from '../ui/gate.js';
import { t } from '../ui/i18n/language.js';
import { mount, titleFollows } from '../ui/page.js';
import { AccountPage } from './account-page.js';

titleFollows(() => `${t('account.title')} · ${t('app.name')}`);
mount(() => (
  <Gate page="account">
    <AccountPage />
  </Gate>
));
