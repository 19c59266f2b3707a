import { randomBytes } from 'node:crypto';
import { Compile } from 'typebox/compile';
import { formatCsv, parseCsv } from '../../base/csv.js';
import { UserError } from '../../base/errors.js';
import type { PresenceOf } from '../endpoints/presence.js';
import type { Identity } from '../identity/identity.js';
import type { Permission } from '../identity/permissions.js';
import type { Principal } from '../identity/principal.js';
import type { AddressRecord, AddressRecords } from '../store/address-records.js';
import {
  NewAddressEntrySchema,
  type AddressEntry,
  type addressBookOperations,
  type NewAddressEntry,
} from './address-book-operations.js';
import { own } from './identity-routes.js';
import { RowsError } from './problem.js';
import type { Handlers } from './rest-routes.js';

const checkEntry = Compile(NewAddressEntrySchema);
const header = ['name', 'addresses', 'institution', 'groups'];

export function addressBookHandlers(
  records: AddressRecords,
  presence: () => PresenceOf,
  identity: Identity,
): Pick<Handlers, keyof typeof addressBookOperations> {
  const may = (principal: Principal, permission: Permission, institutionId: string | null) =>
    identity.may(principal, permission, identity.institutionObject(institutionId));
  const visible = (principal: Principal) =>
    records
      .list()
      .filter(
        ({ institutionId }) => institutionId === null || may(principal, 'endpoint:read', institutionId),
      );
  const described = (entry: AddressRecord, presenceOf = presence()): AddressEntry => ({
    ...entry,
    presence: presenceOf(entry.addresses),
  });
  const changeable = (principal: Principal, entryId: string): AddressRecord => {
    const entry = records.find(entryId);
    if (!entry || !may(principal, 'endpoint:manage', entry.institutionId))
      throw new UserError('not-found', 'There is no such entry, or it is not yours.');
    return entry;
  };
  const isPlace = (principal: Principal, institutionId: string | null) => {
    const isKnown =
      institutionId === null ||
      identity.access.institutions().some(place => place.institutionId === institutionId);
    return isKnown && may(principal, 'endpoint:manage', institutionId);
  };
  const placesOf = (principal: Principal) => {
    const whole = { institutionId: null, parentId: null, name: '' };
    return [whole, ...identity.access.institutions()]
      .filter(({ institutionId }) => institutionId === null || may(principal, 'endpoint:read', institutionId))
      .map(({ institutionId, parentId, name }) => {
        const changeable = may(principal, 'endpoint:manage', institutionId);
        return { institutionId, parentId, name, changeable };
      });
  };
  const checkPlace = (principal: Principal, institutionId: string | null) => {
    if (!isPlace(principal, institutionId))
      throw new UserError('no-such-institution', 'There is no such institution, or it is not yours.');
  };
  return {
    listAddressBook: (request, { query: { search = '', group, offset = 0, limit = 100 } }) => {
      const all = visible(own(request));
      const entries = all.filter(
        entry => (group === undefined || entry.groups.includes(group)) && matches(entry, search.trim()),
      );
      const presenceOf = presence();
      return {
        entries: entries.slice(offset, offset + limit).map(entry => described(entry, presenceOf)),
        total: entries.length,
        institutions: placesOf(own(request)),
        groups: [...new Set(all.flatMap(entry => entry.groups))].sort((a, b) => a.localeCompare(b)),
      };
    },
    createAddressEntry: (request, { body }) => {
      checkPlace(own(request), body.institutionId);
      const entry = { entryId: newId(), ...body };
      records.put([entry]);
      request.auditDetail = { entryId: entry.entryId, displayName: entry.displayName };
      return described(entry);
    },
    updateAddressEntry: (request, { params, body }) => {
      const { entryId } = changeable(own(request), params.entryId);
      checkPlace(own(request), body.institutionId);
      records.put([{ entryId, ...body }]);
      request.auditDetail = { displayName: body.displayName };
      return described({ entryId, ...body });
    },
    deleteAddressEntry: (request, { params }) => {
      records.delete(changeable(own(request), params.entryId).entryId);
      return undefined;
    },
    exportAddressBook: (request, _input, reply) => {
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="address-book.csv"');
      const rows = visible(own(request)).map(({ displayName, addresses, institutionId, groups }) => [
        displayName,
        addresses.join(';'),
        institutionId ?? '',
        groups.join(';'),
      ]);
      return formatCsv([header, ...rows]);
    },
    importAddressBook: (request, { body }) => {
      const entries = entriesOf(body.csv, institutionId => isPlace(own(request), institutionId));
      const known = new Map(records.list().map(entry => [keyOf(entry), entry.entryId]));
      const before = new Set(known.values());
      const saved = new Map<string, AddressRecord>();
      for (const entry of entries) {
        const entryId = known.get(keyOf(entry)) ?? newId();
        known.set(keyOf(entry), entryId);
        saved.set(entryId, { entryId, ...entry });
      }
      records.put([...saved.values()]);
      const changed = [...saved.keys()].filter(entryId => before.has(entryId)).length;
      const result = { added: saved.size - changed, changed };
      request.auditDetail = result;
      return result;
    },
  };
}

function newId(): string {
  return randomBytes(9).toString('base64url');
}

function keyOf({ displayName, institutionId }: NewAddressEntry): string {
  return JSON.stringify([displayName, institutionId]);
}

function matches({ displayName, addresses, groups }: AddressRecord, search: string): boolean {
  const wanted = search.toLocaleLowerCase();
  return [displayName, ...addresses, ...groups].some(text => text.toLocaleLowerCase().includes(wanted));
}

/** @throws UserError `invalid`: no such CSV; RowsError: with what is wrong in each row */
function entriesOf(csv: string, isPlace: (institutionId: string | null) => boolean): NewAddressEntry[] {
  const rows = parseCsv(csv);
  if (!rows || rows[0]?.join() !== header.join())
    throw new UserError('not-csv', `This is not CSV with the header ${header.join()}.`);
  const faults: RowsError['rows'] = [];
  const places = new Map<string | null, boolean>();
  const entries = rows.slice(1).map((row, index) => {
    const [displayName = '', addresses = '', institution = '', groups = ''] = row.map(cell => cell.trim());
    const entry = {
      displayName,
      addresses: partsOf(addresses),
      institutionId: institution === '' ? null : institution,
      groups: partsOf(groups),
    };
    if (!places.has(entry.institutionId)) places.set(entry.institutionId, isPlace(entry.institutionId));
    const column = wrongColumn(entry, row.length, places.get(entry.institutionId)!);
    if (column !== null) faults.push({ row: index + 2, column, text: displayName.slice(0, 64) });
    return entry;
  });
  if (faults.length === 0) return entries;
  const list = faults.slice(0, 20).map(({ row, column, text }) => `Row ${row}, ${column}: ${text}`);
  throw new RowsError(faults, `Nothing was taken; put these right first. ${list.join('; ')}`);
}

/** The first of the header's; `cells`: there are more than it has. */
function wrongColumn(entry: NewAddressEntry, cells: number, isPlace: boolean): string | null {
  if (cells > header.length) return 'cells';
  const plain = { displayName: 'x', addresses: ['x'], institutionId: null, groups: [] };
  if (!checkEntry.Check({ ...plain, displayName: entry.displayName })) return 'name';
  if (!checkEntry.Check({ ...plain, addresses: entry.addresses })) return 'addresses';
  if (!isPlace) return 'institution';
  return checkEntry.Check(entry) ? null : 'groups';
}

function partsOf(cell: string): string[] {
  return [...new Set(cell.split(';').map(part => part.trim()))].filter(part => part !== '');
}
