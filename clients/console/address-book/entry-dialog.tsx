import { useSignal } from '@preact/signals';
import type { AddressEntry } from '../../../server/api/address-book-operations.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog, Dialog } from '../../ui/dialog.js';
import { errorText } from '../../ui/error-text.js';
import { SelectField, TextField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { Notice, tell } from '../../ui/notice.js';
import { useTask } from '../../ui/use-task.js';
import { institutionPath } from '../../users/institutions.js';
import { linesOf, type Place } from './all-entries.js';
import { LinesField } from './lines-field.js';

/** A new entry (`entry` null), or one to be changed or removed. */
export function EntryDialog(props: {
  entry: AddressEntry | null;
  groups: readonly string[];
  institutions: readonly Place[];
  onClose: () => void;
  onChanged: () => void;
}) {
  const { entry, groups, institutions, onClose, onChanged } = props;
  const name = useSignal(entry?.displayName ?? '');
  const addresses = useSignal(entry?.addresses.join('\n') ?? '');
  const inGroups = useSignal(entry?.groups.join('\n') ?? '');
  const places = institutions.filter(({ changeable }) => changeable);
  const institutionId = useSignal((entry ?? places[0])?.institutionId ?? '');
  const removing = useSignal(false);
  const task = useTask();
  const displayName = name.value.trim();
  const ready = displayName !== '' && linesOf(addresses.value).length > 0;
  const save = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    void task.run(async () => {
      const body = {
        displayName,
        addresses: linesOf(addresses.value),
        groups: linesOf(inGroups.value),
        institutionId: institutionId.value === '' ? null : institutionId.value,
      };
      if (entry) await call('updateAddressEntry', { params: { entryId: entry.entryId }, body });
      else await call('createAddressEntry', { body });
      tell('good', t('book.saved', { name: displayName }));
      onChanged();
    });
  };
  const remove = () =>
    task.run(async () => {
      await call('deleteAddressEntry', { params: { entryId: entry!.entryId } });
      tell('good', t('book.deleted', { name: entry!.displayName }));
      onChanged();
    });
  if (removing.value && task.error === null)
    return (
      <ConfirmDialog
        title={t('book.delete.title', { name: entry!.displayName })}
        text={t('book.delete.text')}
        confirm={t('book.delete')}
        busy={task.busy}
        onConfirm={() => void remove()}
        onClose={() => (removing.value = false)}
      />
    );
  return (
    <Dialog title={entry?.displayName ?? t('book.new')} onClose={onClose} testId="entry-dialog">
      <form class="stack" onSubmit={save}>
        {task.error !== null && <Notice tone="problem">{errorText(task.error)}</Notice>}
        <TextField
          label={t('book.name')}
          value={name.value}
          maxLength={64}
          required
          autoFocus
          onInput={text => (name.value = text)}
          testId="entry-name"
        />
        <LinesField
          label={t('book.addresses.label')}
          hint={t('book.addresses.hint')}
          value={addresses.value}
          onInput={text => (addresses.value = text)}
          testId="entry-addresses"
        />
        <LinesField
          label={t('book.groups.label')}
          {...(groups.length > 0 && { hint: t('book.groups.hint', { groups: groups.join(' · ') }) })}
          value={inGroups.value}
          onInput={text => (inGroups.value = text)}
          testId="entry-groups"
        />
        {places.length > 1 && (
          <SelectField
            label={t('book.institution')}
            value={institutionId.value}
            options={places.map(place => ({
              value: place.institutionId ?? '',
              text: institutionPath(place.institutionId, institutions),
            }))}
            onChange={value => (institutionId.value = value)}
            testId="entry-institution"
          />
        )}
        <div class="row book-dialog-actions">
          {entry && (
            <Button tone="danger" onClick={() => (removing.value = true)} testId="entry-delete">
              {t('book.delete')}
            </Button>
          )}
          <Button type="submit" tone="primary" busy={task.busy} disabled={!ready} testId="entry-save">
            {t('book.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
