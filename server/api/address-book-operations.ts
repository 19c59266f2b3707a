import Type, { type Static } from 'typebox';
import { closed, type Operation } from './operation.js';

const printable = '^[^\\u0000-\\u001f\\u007f]+$';
const Name = Type.String({ minLength: 1, maxLength: 64, pattern: printable });

const NewAddressEntry = Type.Object(
  {
    displayName: Name,
    institutionId: Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()], {
      description: 'Whose entry it is; null: of the whole installation, seen by all',
    }),
    addresses: Type.Array(
      Type.String({ minLength: 1, maxLength: 256, pattern: '^[^\\s\\u0000-\\u001f]+$' }),
      {
        minItems: 1,
        maxItems: 8,
        uniqueItems: true,
        description: 'As for dialling: SIP URI, number, or name of a registered device; the first is called',
      },
    ),
    groups: Type.Array(Name, {
      maxItems: 32,
      uniqueItems: true,
      description: 'Names of the groups that it is in; a group is there as long as one entry names it',
    }),
  },
  closed,
);
export type NewAddressEntry = Static<typeof NewAddressEntry>;

export const AddressEntry = Type.Object(
  {
    entryId: Type.String(),
    ...NewAddressEntry.properties,
    presence: Type.Enum(['in-conference', 'available', 'offline', 'unknown'], {
      description:
        'available: registered here; offline: an account that is not registered; unknown: no account here, nothing tells',
    }),
  },
  closed,
);
export type AddressEntry = Static<typeof AddressEntry>;

const EntryId = Type.Object({ entryId: Type.String({ minLength: 1, maxLength: 64 }) }, closed);
const csv = 'RFC 4180 with the header name,addresses,institution,groups; several in a cell are parted by ;';

export const addressBookOperations = {
  listAddressBook: {
    method: 'GET',
    path: '/address-book',
    access: 'endpoint:read',
    summary: 'Whom one may call, by name, and whether they are there',
    query: Type.Object(
      {
        search: Type.Optional(
          Type.String({ maxLength: 64, description: 'Part of a name, an address or a group' }),
        ),
        group: Type.Optional(Type.String({ maxLength: 64, description: 'Those of this group alone' })),
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Default 0' })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default 100' })),
      },
      closed,
    ),
    result: Type.Object(
      {
        entries: Type.Array(AddressEntry),
        total: Type.Integer({ description: 'That were found' }),
        groups: Type.Array(Type.String(), { description: 'Of all entries that the asker sees' }),
        institutions: Type.Array(
          Type.Object(
            {
              institutionId: Type.Union([Type.String(), Type.Null()]),
              parentId: Type.Union([Type.String(), Type.Null()]),
              name: Type.String({ description: 'Empty: the whole installation' }),
              changeable: Type.Boolean({ description: 'The asker may change its entries' }),
            },
            closed,
          ),
          { description: 'Whose entries the asker sees' },
        ),
      },
      closed,
    ),
  },
  createAddressEntry: {
    method: 'POST',
    path: '/address-book',
    access: 'endpoint:manage',
    summary: 'A new entry',
    body: NewAddressEntry,
    result: AddressEntry,
  },
  updateAddressEntry: {
    method: 'PUT',
    path: '/address-book/:entryId',
    access: 'endpoint:manage',
    summary: 'Changes an entry',
    params: EntryId,
    body: NewAddressEntry,
    result: AddressEntry,
  },
  deleteAddressEntry: {
    method: 'DELETE',
    path: '/address-book/:entryId',
    access: 'endpoint:manage',
    summary: 'Deletes an entry',
    params: EntryId,
  },
  exportAddressBook: {
    method: 'GET',
    path: '/address-book-export',
    access: 'endpoint:read',
    summary: `All entries that the asker sees: ${csv}`,
    result: Type.String(),
    produces: 'text/csv',
  },
  importAddressBook: {
    method: 'POST',
    path: '/address-book-import',
    access: 'endpoint:manage',
    summary: 'Adds entries, or changes those of the same name and institution; all lines, or none',
    body: Type.Object({ csv: Type.String({ maxLength: 200_000, description: csv }) }, closed),
    result: Type.Object({ added: Type.Integer(), changed: Type.Integer() }, closed),
  },
} as const satisfies Record<string, Operation>;

export { NewAddressEntry as NewAddressEntrySchema };
