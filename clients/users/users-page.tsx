import { useSignal } from '@preact/signals';
import type { User } from '../../server/api/identity-operations.js';
import { call } from '../rest/client.js';
import { Button } from '../ui/button.js';
import { CopyField } from '../ui/copy-field.js';
import { Dialog } from '../ui/dialog.js';
import { errorText } from '../ui/error-text.js';
import { TextField } from '../ui/field.js';
import { t } from '../ui/i18n/language.js';
import { Notice } from '../ui/notice.js';
import { may, session } from '../ui/session.js';
import { usePolled } from '../ui/use-polled.js';
import { Groups } from './groups.js';
import { Institutions, institutionPath } from './institutions.js';
import { UserDialog } from './user-dialog.js';
import './users.css';

const pollIntervalMs = 15_000;
const pageSize = 50;
const load = async () => {
  const [users, institutions] = await Promise.all([call('listUsers'), call('listInstitutions')]);
  return { users, institutions };
};

/** For administrators: who there is, what they may, and where they belong. */
export function UsersPage() {
  const { value, error, refresh } = usePolled(load, pollIntervalMs);
  const search = useSignal('');
  const shown = useSignal(pageSize);
  const edited = useSignal<User | 'new' | null>(null);
  const password = useSignal<{ userName: string; oneTimePassword: string } | null>(null);
  const institutions = value?.institutions ?? [];
  // Groups are of the whole installation: who belongs to a part of it does not see them.
  const own = value?.users.find(({ userId }) => userId === session.value?.user?.userId);
  const ofWholeInstallation = own?.institutionId === null;
  const wanted = search.value.trim().toLowerCase();
  const found = (value?.users ?? []).filter(user =>
    [user.userName, user.displayName, institutionPath(user.institutionId, institutions)].some(text =>
      text.toLowerCase().includes(wanted),
    ),
  );
  return (
    <div class="users">
      <section class="users-list">
        <header class="users-head">
          <h1>{t('users.title')}</h1>
          {may('user:manage') && (
            <Button tone="primary" icon="plus" onClick={() => (edited.value = 'new')} testId="add-user">
              {t('users.add')}
            </Button>
          )}
        </header>
        <TextField
          label={t('users.search')}
          value={search.value}
          onInput={text => (search.value = text)}
          testId="search-users"
        />
        {error !== null && <Notice tone="warning">{errorText(error)}</Notice>}
        <ul class="users-rows" data-testid="users">
          {found.slice(0, shown.value).map(user => (
            <li key={user.userId}>
              <button
                type="button"
                onClick={() => (edited.value = user)}
                data-testid={`user-${user.userName}`}
              >
                <span>
                  <strong>{user.displayName}</strong> <span class="quiet">{user.userName}</span>
                </span>
                <span class="quiet">{institutionPath(user.institutionId, institutions)}</span>
                <span class="users-marks">
                  {user.origin !== 'local' && <span class="mark quiet">{t(`origin.${user.origin}`)}</span>}
                  {user.roles.map(role => (
                    <span key={role} class="mark">
                      {t(`role.${role}`)}
                    </span>
                  ))}
                  {user.disabled && <span class="mark warning">{t('users.disabled')}</span>}
                  {user.locked && <span class="mark warning">{t('users.locked')}</span>}
                </span>
              </button>
            </li>
          ))}
        </ul>
        {value && found.length === 0 && <p class="quiet">{t('users.none')}</p>}
        {found.length > shown.value && (
          <Button onClick={() => (shown.value += pageSize)}>
            {t('users.more', { count: found.length - shown.value })}
          </Button>
        )}
      </section>
      <div class="users-aside">
        <Institutions institutions={institutions} onChanged={() => void refresh()} />
        {ofWholeInstallation && <Groups users={value?.users ?? []} />}
      </div>
      {edited.value !== null && (
        <UserDialog
          user={edited.value === 'new' ? null : edited.value}
          institutions={institutions}
          onPassword={given => (password.value = given)}
          onClose={() => {
            edited.value = null;
            void refresh();
          }}
        />
      )}
      {password.value && (
        <Dialog
          title={t('users.password.title', { name: password.value.userName })}
          onClose={() => (password.value = null)}
          testId="one-time-password-dialog"
        >
          <div class="stack">
            <p>{t('users.password.text')}</p>
            <CopyField
              label={t('users.password.label')}
              value={password.value.oneTimePassword}
              testId="one-time-password"
            />
          </div>
        </Dialog>
      )}
    </div>
  );
}
