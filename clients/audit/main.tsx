import { Gate } from '../ui/gate.js';
import { t } from '../ui/i18n/language.js';
import { mount, titleFollows } from '../ui/page.js';
import { AuditPage } from './audit-page.js';

titleFollows(() => `${t('audit.title')} · ${t('app.name')}`);
mount(() => (
  <Gate page="audit" needs="audit:read">
    <AuditPage />
  </Gate>
));
