import { useSignal } from '@preact/signals';
import type { User } from '../../server/api/identity-operations.js';
import { incompatible, type Role } from '../../server/identity/permissions.js';
import { call } from '../rest/client.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { errorText } from '../ui/error-text.js';
import { TextField } from '../ui/field.js';
import { t } from '../ui/i18n/language.js';
import { Notice } from '../ui/notice.js';
import { may } from '../ui/session.js';
import { usePolled } from '../ui/use-polled.js';
import { useTask } from '../ui/use-task.js';
import { RoleChoice } from './role-choice.js';

type Group = Awaited<ReturnType<typeof call<'listGroups'>>>[number];

const pollIntervalMs = 15_000;
const load = () => call('listGroups');
/** Of the users that are found, so many are offered at once. */
const offered = 8;

/** Groups of users: each gives its roles to its members. */
export function Groups({ users }: { users: readonly User[] }) {
  const { value: groups, refresh } = usePolled(load, pollIntervalMs);
  const edited = useSignal<Group | 'new' | null>(null);
  if (!groups) return null;
  return (
    <section class="institutions" data-testid="groups">
      <h2>{t('groups.title')}</h2>
      <p class="quiet">{t('groups.text')}</p>
      <ul class="group-rows">
        {groups.map(group => (
          <li key={group.groupId}>
            <button type="button" onClick={() => (edited.value = group)} data-testid="group">
              <strong>{group.name}</strong>{' '}
              <span class="quiet">{t('groups.members', { count: group.memberIds.length })}</span>
              <span class="users-marks">
                {group.roles.map(role => (
                  <span key={role} class="mark">
                    {t(`role.${role}`)}
                  </span>
                ))}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {may('user:manage') && (
        <Button onClick={() => (edited.value = 'new')} testId="add-group">
          {t('groups.add')}
        </Button>
      )}
      {edited.value !== null && (
        <GroupDialog
          group={edited.value === 'new' ? null : edited.value}
          users={users}
          onClose={() => {
            edited.value = null;
            void refresh();
          }}
        />
      )}
    </section>
  );
}

interface GroupDialogProps {
  /** null: a new one. */
  group: Group | null;
  users: readonly User[];
  onClose: () => void;
}

function GroupDialog({ group, users, onClose }: GroupDialogProps) {
  const name = useSignal(group?.name ?? '');
  const held = useSignal<Role[]>(group?.roles ?? []);
  const members = useSignal<readonly string[]>(group?.memberIds ?? []);
  const task = useTask();
  const body = () => ({ name: name.value.trim(), roles: held.value, memberIds: [...members.value] });
  const run = (act: () => Promise<unknown>) =>
    void task.run(async () => {
      await act();
      onClose();
    });
  const save = () =>
    group
      ? call('updateGroup', { params: { groupId: group.groupId }, body: body() })
      : call('createGroup', { body: body() });
  const ready = name.value.trim() !== '' && !incompatible(held.value) && may('user:manage');
  return (
    <Dialog
      title={group ? group.name : t('groups.add')}
      onClose={onClose}
      testId="group-dialog"
      actions={
        <>
          {group && may('user:manage') && (
            <Button
              tone="danger"
              busy={task.busy}
              onClick={() => run(() => call('deleteGroup', { params: { groupId: group.groupId } }))}
              testId="delete-group"
            >
              {t('groups.dissolve')}
            </Button>
          )}
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button
            tone="primary"
            busy={task.busy}
            disabled={!ready}
            onClick={() => run(save)}
            testId="save-group"
          >
            {t('users.save')}
          </Button>
        </>
      }
    >
      <div class="stack">
        <TextField
          label={t('groups.name')}
          value={name.value}
          onInput={value => (name.value = value)}
          maxLength={120}
          testId="group-name"
        />
        <RoleChoice held={held.value} onChange={roles => (held.value = roles)} />
        <Members users={users} memberIds={members.value} onChange={ids => (members.value = ids)} />
        {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
      </div>
    </Dialog>
  );
}

/** Who is in it, and who is found by name to come in. */
function Members(props: {
  users: readonly User[];
  memberIds: readonly string[];
  onChange: (memberIds: string[]) => void;
}) {
  const { users, memberIds, onChange } = props;
  const search = useSignal('');
  const wanted = search.value.trim().toLowerCase();
  const found = users.filter(
    ({ userId, userName, displayName }) =>
      !memberIds.includes(userId) && `${userName} ${displayName}`.toLowerCase().includes(wanted),
  );
  const without = (userId: string) => memberIds.filter(id => id !== userId);
  return (
    <fieldset class="roles">
      <legend>{t('groups.members', { count: memberIds.length })}</legend>
      <div class="row">
        {memberIds.map(userId => (
          <Button key={userId} icon="close" onClick={() => onChange(without(userId))} testId="group-member">
            {users.find(user => user.userId === userId)?.displayName ?? userId}
          </Button>
        ))}
      </div>
      <TextField
        label={t('groups.find')}
        value={search.value}
        onInput={value => (search.value = value)}
        testId="group-find"
      />
      {wanted !== '' && (
        <div class="row">
          {found.slice(0, offered).map(({ userId, displayName }) => (
            <Button
              key={userId}
              icon="plus"
              onClick={() => {
                onChange([...memberIds, userId]);
                search.value = '';
              }}
              testId="group-offer"
            >
              {displayName}
            </Button>
          ))}
          {found.length === 0 && <p class="quiet">{t('users.none')}</p>}
        </div>
      )}
    </fieldset>
  );
}
