import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AddressEntry } from '../../../server/api/address-book-operations.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog, Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { TextField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { Notice, tell } from '../../ui/notice.js';
import { useTask } from '../../ui/use-task.js';
import { allEntries, type Place } from './all-entries.js';

/** A new group (`name` null), or one that is renamed, gets other members, or is dissolved. */
export function GroupDialog(props: {
  name: string | null;
  groups: readonly string[];
  institutions: readonly Place[];
  onClose: () => void;
  /** null: it is dissolved. */
  onChanged: (name: string | null) => void;
}) {
  const { name, groups, institutions, onClose, onChanged } = props;
  const newName = useSignal(name ?? '');
  const search = useSignal('');
  const entries = useSignal<AddressEntry[] | null>(null);
  const members = useSignal<ReadonlySet<string>>(new Set());
  const dissolving = useSignal(false);
  const task = useTask();
  useEffect(() => {
    void task.run(async () => {
      const all = (await allEntries(null)).filter(entry =>
        institutions.some(place => place.changeable && place.institutionId === entry.institutionId),
      );
      const inIt = all.filter(entry => name !== null && entry.groups.includes(name));
      members.value = new Set(inIt.map(({ entryId }) => entryId));
      entries.value = all;
    });
  }, [name]);
  const wantedName = newName.value.trim();
  const isTaken = wantedName !== name && groups.includes(wantedName);
  const ready = wantedName !== '' && !isTaken && members.value.size > 0 && entries.value !== null;
  /** Entries name their groups, so those change whose membership does, or whose group's name. */
  const put = async (next: string | null) => {
    for (const { entryId, presence: _, ...entry } of entries.value!) {
      const others = entry.groups.filter(group => group !== name);
      const inIt = next !== null && members.value.has(entryId);
      const changed = inIt ? [...others, next] : others;
      if (changed.length === entry.groups.length && changed.every(group => entry.groups.includes(group)))
        continue;
      await call('updateAddressEntry', { params: { entryId }, body: { ...entry, groups: changed } });
    }
    tell('good', t('book.group.saved'));
    onChanged(next);
  };
  const choose = (entryId: string, on: boolean) => {
    const next = new Set(members.value);
    if (on) next.add(entryId);
    else next.delete(entryId);
    members.value = next;
  };
  if (dissolving.value && task.error === null)
    return (
      <ConfirmDialog
        title={t('book.group.delete.title', { name: name! })}
        text={t('book.group.delete.text')}
        confirm={t('book.group.delete')}
        busy={task.busy}
        onConfirm={() => void task.run(() => put(null))}
        onClose={() => (dissolving.value = false)}
      />
    );
  const wanted = search.value.trim().toLocaleLowerCase();
  const shown = (entries.value ?? []).filter(({ displayName, addresses }) =>
    [displayName, ...addresses].some(text => text.toLocaleLowerCase().includes(wanted)),
  );
  return (
    <Dialog title={name ?? t('book.group.new')} onClose={onClose} testId="group-dialog">
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          if (ready) void task.run(() => put(wantedName));
        }}
      >
        {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
        <TextField
          label={t('book.group.name')}
          value={newName.value}
          maxLength={64}
          required
          autoFocus
          error={isTaken ? t('book.group.taken') : undefined}
          onInput={text => (newName.value = text)}
          testId="group-name"
        />
        <fieldset class="address-book stack">
          <legend>{t('book.group.members')}</legend>
          <TextField
            label={t('book.group.find')}
            value={search.value}
            maxLength={64}
            onInput={text => (search.value = text)}
            testId="group-search"
          />
          <ul class="address-entries">
            {shown.map(({ entryId, displayName, addresses }) => (
              <li key={entryId}>
                <label data-testid="group-member">
                  <input
                    type="checkbox"
                    checked={members.value.has(entryId)}
                    onChange={event => choose(entryId, event.currentTarget.checked)}
                  />
                  <span class="address-name">
                    <strong>{displayName}</strong> <small>{addresses[0]}</small>
                  </span>
                </label>
              </li>
            ))}
          </ul>
        </fieldset>
        <div class="row book-dialog-actions">
          {name !== null && (
            <Button tone="danger" onClick={() => (dissolving.value = true)} testId="group-delete">
              {t('book.group.delete')}
            </Button>
          )}
          <Button type="submit" tone="primary" busy={task.busy} disabled={!ready} testId="group-save">
            {t('book.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
