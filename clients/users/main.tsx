import { Gate } from '../ui/gate.js';
import { t } from '../ui/i18n/language.js';
import { mount, titleFollows } from '../ui/page.js';
import { UsersPage } from './users-page.js';

titleFollows(() => `${t('users.title')} · ${t('app.name')}`);
mount(() => (
  <Gate page="users" needs="user:read">
    <UsersPage />
  </Gate>
));
