import { useSignal } from '@preact/signals';
import type { User } from '../../server/api/identity-operations.js';
import { incompatible, type Role } from '../../server/identity/permissions.js';
import { call } from '../rest/client.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { errorText } from '../ui/error-text.js';
import { SelectField, TextField } from '../ui/field.js';
import { t } from '../ui/i18n/language.js';
import { Notice, tell } from '../ui/notice.js';
import { may, session } from '../ui/session.js';
import { useTask } from '../ui/use-task.js';
import { institutionPath, type Institution } from './institutions.js';
import { RoleChoice } from './role-choice.js';

interface UserDialogProps {
  /** null: a new one. */
  user: User | null;
  institutions: readonly Institution[];
  onPassword: (given: { userName: string; oneTimePassword: string }) => void;
  onClose: () => void;
}

/** One user: name, institution, roles; and what an administrator can do about a lost password or telephone. */
export function UserDialog({ user, institutions, onPassword, onClose }: UserDialogProps) {
  const userName = useSignal(user?.userName ?? '');
  const displayName = useSignal(user?.displayName ?? '');
  const institutionId = useSignal(user?.institutionId ?? '');
  const held = useSignal<Role[]>(user?.roles ?? ['participant']);
  const disabled = useSignal(user?.disabled ?? false);
  const task = useTask();
  const own = user?.userId === session.value?.user?.userId;
  const wrongName = userName.value !== '' && !/^[a-zA-Z0-9._@-]{2,64}$/.test(userName.value);
  const clash = incompatible(held.value);
  const ready =
    displayName.value.trim() !== '' && userName.value !== '' && !wrongName && !clash && may('user:manage');
  const change = () => ({
    displayName: displayName.value.trim(),
    institutionId: institutionId.value === '' ? null : institutionId.value,
    roles: held.value,
  });
  const save = () =>
    task.run(async () => {
      if (user) {
        const params = { userId: user.userId };
        const body = { ...change(), disabled: disabled.value };
        await call('updateUser', { params, body, ifMatch: `"${user.version}"` });
        tell('good', t('users.saved'));
      } else {
        const made = await call('createUser', { body: { userName: userName.value, ...change() } });
        onPassword({ userName: userName.value, oneTimePassword: made.oneTimePassword });
      }
      onClose();
    });
  const resetPassword = () =>
    task.run(async () => {
      const { oneTimePassword } = await call('resetPassword', { params: { userId: user!.userId } });
      onPassword({ userName: user!.userName, oneTimePassword });
      onClose();
    });
  const act = (what: 'resetTotp' | 'endUserSessions') =>
    task.run(async () => {
      await call(what, { params: { userId: user!.userId } });
      tell('good', t('users.done'));
      onClose();
    });
  return (
    <Dialog
      title={user ? user.displayName : t('users.add')}
      onClose={onClose}
      testId="user-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button
            tone="primary"
            busy={task.busy}
            disabled={!ready}
            onClick={() => void save()}
            testId="save-user"
          >
            {t('users.save')}
          </Button>
        </>
      }
    >
      <div class="stack">
        {user && user.origin !== 'local' && <Notice tone="info">{t(`origin.${user.origin}.text`)}</Notice>}
        {!user && (
          <TextField
            label={t('signin.name')}
            hint={t('users.name.hint')}
            error={wrongName ? t('users.name.hint') : undefined}
            value={userName.value}
            onInput={value => (userName.value = value)}
            maxLength={64}
            testId="new-user-name"
          />
        )}
        <TextField
          label={t('users.display-name')}
          value={displayName.value}
          onInput={value => (displayName.value = value)}
          maxLength={120}
          testId="display-name"
        />
        <SelectField
          label={t('users.institution')}
          value={institutionId.value}
          options={[
            { value: '', text: t('users.everywhere') },
            ...institutions.map(({ institutionId: id }) => ({
              value: id,
              text: institutionPath(id, institutions),
            })),
          ]}
          onChange={value => (institutionId.value = value)}
          testId="user-institution"
        />
        <RoleChoice held={held.value} onChange={roles => (held.value = roles)} disabled={own} />
        {own && <p class="quiet">{t('users.own-roles')}</p>}
        {user && !own && (
          <label class="role">
            <input
              type="checkbox"
              checked={disabled.value}
              onChange={event => (disabled.value = event.currentTarget.checked)}
              data-testid="disable-user"
            />
            <span>{t('users.disable')}</span>
          </label>
        )}
        {user && may('user:manage') && (
          <div class="row">
            {user.origin === 'local' && (
              <Button onClick={() => void resetPassword()} testId="reset-password">
                {t('users.reset-password')}
              </Button>
            )}
            {user.secondFactor && (
              <Button onClick={() => void act('resetTotp')}>{t('users.reset-authenticator')}</Button>
            )}
            <Button onClick={() => void act('endUserSessions')}>{t('users.end-sessions')}</Button>
          </div>
        )}
        {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
      </div>
    </Dialog>
  );
}
