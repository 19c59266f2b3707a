import type { AddressEntry } from '../../../server/api/address-book-operations.js';
import { t } from '../../ui/i18n/language.js';
import { institutionPath } from '../../users/institutions.js';
import type { Place } from './all-entries.js';

/** A row for each entry, on a phone a card. */
export function EntryTable(props: {
  entries: readonly AddressEntry[];
  institutions: readonly Place[];
  onCall: (entry: AddressEntry) => void;
  onEdit: (entry: AddressEntry) => void;
}) {
  const { entries, institutions, onCall, onEdit } = props;
  return (
    <table class="book-table">
      <thead>
        <tr>
          {(['name', 'addresses', 'groups', 'state'] as const).map(head => (
            <th key={head} scope="col">
              {t(`book.${head}`)}
            </th>
          ))}
          <td />
        </tr>
      </thead>
      <tbody>
        {entries.map(entry => (
          <tr key={entry.entryId} data-testid="entry">
            <td class="book-name">
              <strong>{entry.displayName}</strong>
              {entry.institutionId !== null && (
                <small>{institutionPath(entry.institutionId, institutions)}</small>
              )}
            </td>
            <td class="book-addresses">{entry.addresses.join(', ')}</td>
            <td>{entry.groups.join(' · ')}</td>
            <td>
              <span class="book-presence" data-presence={entry.presence}>
                {t(`presence.${entry.presence}`)}
              </span>
            </td>
            <td class="book-actions">
              <button
                type="button"
                class="button secondary"
                aria-label={t('book.call.entry', { name: entry.displayName })}
                onClick={() => onCall(entry)}
                data-testid="entry-call"
              >
                <span>{t('book.call')}</span>
              </button>
              {institutions.some(
                place => place.changeable && place.institutionId === entry.institutionId,
              ) && (
                <button
                  type="button"
                  class="button quiet"
                  aria-label={t('book.edit.entry', { name: entry.displayName })}
                  onClick={() => onEdit(entry)}
                  data-testid="entry-edit"
                >
                  <span>{t('book.edit')}</span>
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
