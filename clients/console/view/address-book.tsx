import { useSignal, type Signal } from '@preact/signals';
import { useCallback } from 'preact/hooks';
import type { AddressEntry } from '../../../server/api/address-book-operations.js';
import { call } from '../../rest/client.js';
import { Button } from '../../ui/button.js';
import { errorText } from '../../ui/error-text.js';
import { SelectField, TextField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { usePolled } from '../../ui/use-polled.js';
import './address-book.css';

/** Entries by their ids; they stay chosen while one searches on. */
export type Chosen = ReadonlyMap<string, AddressEntry>;

const presenceMs = 5_000;
/** As many as one call may have rooms. */
const shownEntries = 50;

/** Where entries, or all of a group, are chosen to be called; with who is there now. */
export function AddressBook({ chosen }: { chosen: Signal<Chosen> }) {
  const search = useSignal('');
  const group = useSignal('');
  const [wanted, inGroup] = [search.value, group.value];
  const load = useCallback(
    () =>
      call('listAddressBook', {
        query: {
          limit: shownEntries,
          ...(wanted.trim() !== '' && { search: wanted.trim() }),
          ...(inGroup !== '' && { group: inGroup }),
        },
      }),
    [wanted, inGroup],
  );
  const { value, error } = usePolled(load, presenceMs);
  if (!value) return error === null ? null : <Notice tone="problem">{errorText(error)}</Notice>;
  const { entries, total, groups } = value;
  if (total === 0 && wanted === '' && inGroup === '') return null;
  const choose = (which: AddressEntry[], on: boolean) => {
    const next = new Map(chosen.value);
    for (const entry of which) {
      if (on) next.set(entry.entryId, entry);
      else next.delete(entry.entryId);
    }
    chosen.value = next;
  };
  return (
    <fieldset class="address-book stack" data-testid="address-book">
      <legend>{t('console.call.book')}</legend>
      <div class="address-book-search">
        <TextField
          label={t('console.call.search')}
          value={wanted}
          maxLength={64}
          onInput={text => (search.value = text)}
          testId="book-search"
        />
        {groups.length > 0 && (
          <SelectField
            label={t('console.call.group')}
            value={inGroup}
            options={[
              { value: '', text: t('console.call.group.all') },
              ...groups.map(name => ({ value: name, text: name })),
            ]}
            onChange={name => (group.value = name)}
            testId="book-group"
          />
        )}
      </div>
      {inGroup !== '' && (
        <Button onClick={() => choose(entries, true)} testId="book-choose-group">
          {t('console.call.group.choose')}
        </Button>
      )}
      <ul class="address-entries">
        {entries.map(entry => (
          <li key={entry.entryId}>
            <label data-testid="book-entry">
              <input
                type="checkbox"
                checked={chosen.value.has(entry.entryId)}
                onChange={event => choose([entry], event.currentTarget.checked)}
              />
              <span class="address-name">
                <strong>{entry.displayName}</strong> <small>{entry.addresses[0]}</small>
              </span>
              <span class="presence" data-presence={entry.presence}>
                {t(`presence.${entry.presence}`)}
              </span>
            </label>
          </li>
        ))}
      </ul>
      {total > entries.length && (
        <p class="field-note">{t('console.call.found', { count: total, shown: entries.length })}</p>
      )}
    </fieldset>
  );
}
