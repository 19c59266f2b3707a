import Type, { type Static } from 'typebox';
import { closed, type Operation } from './operation.js';

const AccountName = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
  description: 'User name and address of the device',
});
const DisplayName = Type.String({ minLength: 1, maxLength: 120, description: 'In pictures and lists' });
const InstitutionId = Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()], {
  description: 'Whose device it is; null: of the whole installation',
});
const Aliases = Type.Array(Type.String({ pattern: '^[0-9]{2,15}$' }), {
  maxItems: 16,
  uniqueItems: true,
  description: 'Numbers that it is called by: E.164 without the plus, or short ones',
});
const Password = Type.String({
  pattern: '^[!#-\\[\\]-~]{10,64}$',
  description:
    '10–64 printable ASCII characters without space, quote and backslash. Absent: the server makes one',
});
const Realm = Type.String({ description: 'What the device may have to be told beside name and password' });

const Registration = Type.Object(
  {
    contact: Type.String({ description: 'URI' }),
    address: Type.String({ description: 'ADDRESS:PORT that it registered from' }),
    protocol: Type.Enum(['UDP', 'TCP', 'TLS', 'WSS']),
    userAgent: Type.String({ description: 'Product, when it tells' }),
    expiresAt: Type.String({ description: 'RFC 3339' }),
  },
  closed,
);

export const SipAccount = Type.Object(
  {
    accountName: Type.String(),
    displayName: Type.String(),
    institutionId: Type.Union([Type.String(), Type.Null()]),
    aliases: Type.Array(Type.String()),
    disabled: Type.Boolean({ description: 'Cannot register, nor call' }),
    createdAt: Type.String({ description: 'RFC 3339' }),
    registrations: Type.Array(Registration, { description: 'Where its devices are now' }),
  },
  closed,
);
export type SipAccount = Static<typeof SipAccount>;

const NewSipAccount = Type.Object(
  {
    accountName: AccountName,
    displayName: DisplayName,
    institutionId: InstitutionId,
    aliases: Type.Optional(Aliases),
    password: Type.Optional(Password),
  },
  closed,
);
const SipAccountChange = Type.Object(
  {
    displayName: DisplayName,
    institutionId: InstitutionId,
    aliases: Aliases,
    disabled: Type.Boolean(),
  },
  closed,
);
const Secret = { password: Type.String({ description: 'Shown once' }), realm: Realm };
const Named = Type.Object({ accountName: Type.String({ minLength: 1, maxLength: 64 }) }, closed);

/** Devices that register by SIP: rooms, telephones, soft-phones. */
export const sipAccountOperations = {
  listSipAccounts: {
    method: 'GET',
    path: '/sip-accounts',
    access: 'endpoint:read',
    summary: 'Accounts of SIP devices, and where they are registered',
    result: Type.Array(SipAccount),
  },
  createSipAccount: {
    method: 'POST',
    path: '/sip-accounts',
    access: 'endpoint:manage',
    summary: 'An account for a SIP device; its password is shown this once',
    body: NewSipAccount,
    result: Type.Object({ account: SipAccount, ...Secret }, closed),
  },
  getSipAccount: {
    method: 'GET',
    path: '/sip-accounts/:accountName',
    access: 'endpoint:read',
    summary: 'One account',
    params: Named,
    result: SipAccount,
  },
  updateSipAccount: {
    method: 'PUT',
    path: '/sip-accounts/:accountName',
    access: 'endpoint:manage',
    summary: 'Changes names and numbers; a disabled account is signed off at once',
    params: Named,
    body: SipAccountChange,
    result: SipAccount,
  },
  resetSipPassword: {
    method: 'POST',
    path: '/sip-accounts/:accountName/password',
    access: 'endpoint:manage',
    summary: 'A new password, shown this once; the device is signed off',
    params: Named,
    body: Type.Object({ password: Type.Optional(Password) }, closed),
    result: Type.Object(Secret, closed),
  },
  deleteSipAccount: {
    method: 'DELETE',
    path: '/sip-accounts/:accountName',
    access: 'endpoint:manage',
    summary: 'Deletes the account; its device is signed off',
    params: Named,
  },
} as const satisfies Record<string, Operation>;
