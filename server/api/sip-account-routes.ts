import { UserError } from '../../base/errors.js';
import { formatHostPort } from '../../sip-gateway/sip/message/grammar.js';
import type { SavedBinding } from '../../sip-gateway/registrar/binding.js';
import type { SipAccounts } from '../endpoints/sip-accounts.js';
import type { Identity } from '../identity/identity.js';
import type { Permission } from '../identity/permissions.js';
import type { Principal } from '../identity/principal.js';
import type { SipAccountRecord } from '../store/sip-account-records.js';
import { own } from './identity-routes.js';
import type { Handlers } from './rest-routes.js';
import type { SipAccount, sipAccountOperations } from './sip-account-operations.js';

/** What is registered of an account now. */
export type BindingsOf = (accountName: string) => readonly SavedBinding[];

export function sipAccountHandlers(
  accounts: SipAccounts,
  bindingsOf: BindingsOf,
  identity: Identity,
): Pick<Handlers, keyof typeof sipAccountOperations> {
  const { realm } = accounts;
  const found = (accountName: string): SipAccountRecord => {
    const account = accounts.records.find(accountName);
    if (!account) throw new UserError('not-found', 'There is no such account.');
    return account;
  };
  const describe = (account: SipAccountRecord): SipAccount => ({
    ...account,
    registrations: bindingsOf(account.accountName).map(registrationOf),
  });
  const mayIn = (principal: Principal, permission: Permission, institutionId: string | null) =>
    identity.may(principal, permission, identity.institutionObject(institutionId));
  const checkPlace = (principal: Principal, institutionId: string | null) => {
    const isKnown =
      institutionId === null ||
      identity.access.institutions().some(place => place.institutionId === institutionId);
    if (!isKnown || !mayIn(principal, 'endpoint:manage', institutionId))
      throw new UserError('no-such-institution', 'There is no such institution, or it is not yours.');
  };
  return {
    listSipAccounts: request =>
      accounts.records
        .list()
        .filter(({ institutionId }) => mayIn(own(request), 'endpoint:read', institutionId))
        .map(describe),
    createSipAccount: (request, { body: { aliases = [], password, ...rest } }) => {
      checkPlace(own(request), rest.institutionId);
      const created = accounts.create({ ...rest, aliases, disabled: false }, password);
      request.auditDetail = { accountName: rest.accountName, aliases };
      return { account: describe(created.account), password: created.password, realm };
    },
    getSipAccount: (_request, { params }) => describe(found(params.accountName)),
    updateSipAccount: (request, { params, body }) => {
      const account = found(params.accountName);
      checkPlace(own(request), body.institutionId);
      request.auditDetail = body;
      return describe(accounts.update(account, body));
    },
    resetSipPassword: (_request, { params, body }) => {
      const { accountName } = found(params.accountName);
      return { password: accounts.setPassword(accountName, body.password), realm };
    },
    deleteSipAccount: (_request, { params }) => {
      accounts.delete(found(params.accountName).accountName);
      return undefined;
    },
  };
}

function registrationOf({
  contact,
  flow,
  userAgent,
  expiresAtMs,
}: SavedBinding): SipAccount['registrations'][number] {
  const { protocol, remote } = flow;
  const address = formatHostPort(remote.address, remote.port);
  return { contact, address, protocol, userAgent, expiresAt: new Date(expiresAtMs).toISOString() };
}
