import { useSignal } from '@preact/signals';
import { useCallback } from 'preact/hooks';
import type { AddressEntry } from '../../../server/api/address-book-operations.js';
import { call } from '../../rest/client.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { EmptyState } from '../../ui/card.js';
import { errorText } from '../../ui/error-text.js';
import { TextField } from '../../ui/field.js';
import { t } from '../../ui/i18n/language.js';
import { Notice } from '../../ui/notice.js';
import { may, signedOutBy } from '../../ui/session.js';
import { usePolled } from '../../ui/use-polled.js';
import './address-book.css';
import { allEntries } from './all-entries.js';
import { CallEntriesDialog } from './call-entries-dialog.js';
import { EntryDialog } from './entry-dialog.js';
import { EntryTable } from './entry-table.js';
import { GroupDialog } from './group-dialog.js';
import { ImportDialog } from './import-dialog.js';

/** Who is there changes. */
const presenceMs = 5_000;
const pageSize = 100;
/** Of the resource. */
const maxShown = 500;

/** What is open above the list. */
type Opened =
  | { what: 'entry'; entry: AddressEntry | null }
  | { what: 'group'; name: string | null }
  | { what: 'call'; name: string; entries: AddressEntry[] }
  | { what: 'import' };

/** Whom one may call: found, called, grouped, changed, brought in and taken out as CSV. */
export function AddressBookPage() {
  const search = useSignal('');
  const group = useSignal<string | null>(null);
  const limit = useSignal(pageSize);
  const opened = useSignal<Opened | null>(null);
  const [wanted, inGroup, shown] = [search.value.trim(), group.value, limit.value];
  const load = useCallback(
    () =>
      call('listAddressBook', {
        query: {
          limit: shown,
          ...(wanted !== '' && { search: wanted }),
          ...(inGroup !== null && { group: inGroup }),
        },
      }),
    [wanted, inGroup, shown],
  );
  const { value, error, refresh } = usePolled(load, presenceMs);
  const mayChange = may('endpoint:manage');
  const { entries = [], total = 0, groups = [], institutions = [] } = value ?? {};
  const close = () => (opened.value = null);
  const changed = () => {
    close();
    void refresh();
  };
  const callGroup = async (name: string) => {
    try {
      opened.value = { what: 'call', name, entries: await allEntries(name) };
    } catch (cause) {
      signedOutBy(cause);
    }
  };
  const isEmpty = value !== undefined && total === 0 && wanted === '' && inGroup === null;
  return (
    <div class="book" data-testid="address-book-page">
      <header class="book-head">
        <h1>{t('book.title')}</h1>
        <div class="row">
          {mayChange && (
            <>
              <Button
                tone="primary"
                icon="plus"
                onClick={() => (opened.value = { what: 'entry', entry: null })}
                testId="entry-new"
              >
                {t('book.new')}
              </Button>
              <Button onClick={() => (opened.value = { what: 'import' })} testId="book-import">
                {t('book.import')}
              </Button>
            </>
          )}
          <ButtonLink href="/api/v1/address-book-export" icon="download" download testId="book-export">
            {t('book.export')}
          </ButtonLink>
        </div>
      </header>
      {error !== null && <Notice tone="problem">{errorText(error)}</Notice>}
      {isEmpty ? (
        <EmptyState icon="room" title={t('book.empty')}>
          {t('book.empty.text')}
        </EmptyState>
      ) : (
        value && (
          <>
            <Groups
              groups={groups}
              chosen={inGroup}
              mayChange={mayChange}
              onChoose={name => (group.value = name)}
              onNew={() => (opened.value = { what: 'group', name: null })}
            />
            <TextField
              label={t('book.search')}
              value={search.value}
              maxLength={64}
              onInput={text => (search.value = text)}
              testId="entry-search"
            />
            {inGroup !== null && (
              <div class="row" role="group" aria-label={inGroup}>
                <Button tone="primary" onClick={() => void callGroup(inGroup)} testId="group-call">
                  {t('book.group.call')}
                </Button>
                {mayChange && (
                  <Button
                    onClick={() => (opened.value = { what: 'group', name: inGroup })}
                    testId="group-edit"
                  >
                    {t('book.group.edit')}
                  </Button>
                )}
              </div>
            )}
            {entries.length > 0 ? (
              <EntryTable
                entries={entries}
                institutions={institutions}
                onCall={entry => (opened.value = { what: 'call', name: entry.displayName, entries: [entry] })}
                onEdit={entry => (opened.value = { what: 'entry', entry })}
              />
            ) : (
              <p class="quiet">{t('book.none')}</p>
            )}
            {total > entries.length && (
              <div class="row">
                <span class="quiet">{t('book.shown', { shown: entries.length, count: total })}</span>
                {shown < maxShown && (
                  <Button onClick={() => (limit.value = Math.min(maxShown, shown + pageSize))}>
                    {t('book.more')}
                  </Button>
                )}
              </div>
            )}
          </>
        )
      )}
      {opened.value?.what === 'entry' && (
        <EntryDialog
          entry={opened.value.entry}
          groups={groups}
          institutions={institutions}
          onClose={close}
          onChanged={changed}
        />
      )}
      {opened.value?.what === 'group' && (
        <GroupDialog
          name={opened.value.name}
          groups={groups}
          institutions={institutions}
          onClose={close}
          onChanged={name => {
            group.value = name;
            changed();
          }}
        />
      )}
      {opened.value?.what === 'call' && <CallEntriesDialog {...opened.value} onClose={close} />}
      {opened.value?.what === 'import' && <ImportDialog onClose={close} onChanged={changed} />}
    </div>
  );
}

function Groups(props: {
  groups: readonly string[];
  chosen: string | null;
  mayChange: boolean;
  onChoose: (name: string | null) => void;
  onNew: () => void;
}) {
  const { groups, chosen, mayChange, onChoose, onNew } = props;
  return (
    <div class="book-groups" role="group" aria-label={t('book.groups')}>
      {[null, ...groups].map(name => (
        <button
          key={name ?? ''}
          type="button"
          aria-pressed={chosen === name}
          onClick={() => onChoose(name)}
          data-testid="book-group-choice"
        >
          {name ?? t('book.groups.all')}
        </button>
      ))}
      {mayChange && (
        <Button tone="quiet" icon="plus" onClick={onNew} testId="group-new">
          {t('book.group.new')}
        </Button>
      )}
    </div>
  );
}
