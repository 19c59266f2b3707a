import { UserError } from '../../base/errors.js';
import type { Identity } from '../identity/identity.js';
import { incompatible, type Permission, type Role } from '../identity/permissions.js';
import type { Principal } from '../identity/principal.js';
import { newId, newSecret, sha256 } from '../identity/secrets.js';
import type { GroupRecords } from '../store/group-records.js';
import type { UserRecord } from '../store/user-records.js';
import type { User, identityOperations } from './identity-operations.js';
import { own } from './identity-routes.js';
import type { Handlers } from './rest-routes.js';
import { checkVersionGiven } from './version-given.js';

type UserHandlers = Pick<
  Handlers,
  Exclude<
    keyof typeof identityOperations,
    | 'getSession'
    | 'createSession'
    | 'deleteSession'
    | 'endSession'
    | 'listSessions'
    | 'changePassword'
    | 'getSignOn'
    | 'beginTotp'
    | 'confirmTotp'
    | 'listKeys'
    | 'createKey'
    | 'deleteKey'
  >
>;

/** What administrators do: users, groups, institutions; and who is a member of a conference. */
export function userHandlers(
  identity: Identity,
  groups: GroupRecords,
  isConference: (conferenceId: string) => boolean,
): UserHandlers {
  const { accounts, access, credentials } = identity;
  const found = (userId: string): UserRecord => {
    const user = accounts.records.find('userId', userId);
    if (!user) throw new UserError('not-found', 'There is no such user.');
    return user;
  };
  const describe = (user: UserRecord): User => {
    const { userId, userName, displayName, institutionId, roles, disabled, origin, version, createdAt } =
      user;
    const secondFactor = user.totpSecret !== null;
    const locked = accounts.isLocked(user);
    return {
      userId,
      userName,
      displayName,
      institutionId,
      roles,
      disabled,
      origin,
      locked,
      secondFactor,
      version,
      createdAt,
    };
  };
  const mayIn = (principal: Principal, permission: Permission, institutionId: string | null) =>
    identity.may(principal, permission, identity.institutionObject(institutionId));
  const checkPlace = (principal: Principal, institutionId: string | null) => {
    const known =
      institutionId === null || access.institutions().some(place => place.institutionId === institutionId);
    if (!known || !mayIn(principal, 'user:manage', institutionId))
      throw new UserError('no-such-institution', 'There is no such institution, or it is not yours.');
  };
  const checkRoles = (roles: Role[]) => {
    if (incompatible(roles))
      throw new UserError(
        'incompatible-roles',
        'An auditor can have no other role: who is watched does not watch.',
      );
  };
  /** Nobody raises or removes themselves: it takes a second administrator. */
  const checkOther = (principal: Principal, userId: string) => {
    if (principal.userId === userId)
      throw new UserError('own-account', 'Another administrator has to do this to your account.');
  };
  const checkGroup = (principal: Principal, roles: Role[], memberIds: string[]) => {
    checkRoles(roles);
    for (const userId of memberIds) checkRoles([...new Set([...found(userId).roles, ...roles])]);
    if (memberIds.includes(principal.userId)) checkOther(principal, principal.userId);
  };
  return {
    listUsers: request =>
      accounts.records
        .list()
        .filter(user => mayIn(own(request), 'user:read', user.institutionId))
        .map(describe),
    createUser: async (request, { body }) => {
      checkPlace(own(request), body.institutionId);
      checkRoles(body.roles);
      const { userId } = accounts.create(body);
      request.auditDetail = { userId, userName: body.userName, roles: body.roles };
      const oneTimePassword = await accounts.resetPassword(userId);
      return { user: describe(found(userId)), oneTimePassword };
    },
    getUser: (_request, { params }, reply) => {
      const user = found(params.userId);
      reply.header('etag', `"${user.version}"`);
      return describe(user);
    },
    updateUser: (request, { params, body }, reply) => {
      const principal = own(request);
      const user = found(params.userId);
      checkPlace(principal, body.institutionId);
      checkRoles([...new Set([...body.roles, ...accounts.records.groupRoles(user.userId)])]);
      const rises =
        body.disabled || JSON.stringify([...body.roles].sort()) !== JSON.stringify([...user.roles].sort());
      if (rises || body.institutionId !== user.institutionId) checkOther(principal, user.userId);
      checkVersionGiven(request, user.version);
      checkOrigin(user, body);
      accounts.records.update(user.userId, { ...body, refusedByOrigin: false, version: user.version + 1 });
      request.auditDetail = {
        userName: user.userName,
        before: user.roles,
        after: body.roles,
        disabled: body.disabled,
      };
      if (body.disabled) credentials.deleteSessionsOf(user.userId);
      reply.header('etag', `"${user.version + 1}"`);
      return describe(found(user.userId));
    },
    deleteUser: (request, { params }) => {
      const { userId, userName } = found(params.userId);
      checkOther(own(request), userId);
      request.auditDetail = { userName };
      accounts.records.delete(userId);
      return undefined;
    },
    resetPassword: async (request, { params }) => {
      const { userId, userName } = found(params.userId);
      checkOther(own(request), userId);
      request.auditDetail = { userName };
      const oneTimePassword = await accounts.resetPassword(userId);
      credentials.deleteSessionsOf(userId);
      return { oneTimePassword };
    },
    resetTotp: (request, { params }) => {
      const { userId } = found(params.userId);
      checkOther(own(request), userId);
      accounts.records.update(userId, { totpSecret: null, totpLastStep: null });
      accounts.records.setRecoveryCodes(userId, []);
      credentials.deleteSessionsOf(userId);
      return undefined;
    },
    endUserSessions: (_request, { params }) => {
      credentials.deleteSessionsOf(found(params.userId).userId);
      return undefined;
    },
    listGroups: () => groups.list(),
    createGroup: (request, { body }) => {
      checkGroup(own(request), body.roles, body.memberIds);
      const group = { groupId: newId(), ...body };
      checkGroupName(groups, group);
      groups.put(group);
      return group;
    },
    updateGroup: (request, { params, body }) => {
      const before = groups.list().find(group => group.groupId === params.groupId);
      if (!before) throw new UserError('not-found', 'There is no such group.');
      checkGroup(own(request), body.roles, body.memberIds);
      if (before.memberIds.includes(own(request).userId)) checkOther(own(request), own(request).userId);
      const group = { groupId: params.groupId, ...body };
      checkGroupName(groups, group);
      groups.put(group);
      return group;
    },
    deleteGroup: (_request, { params }) => {
      if (!groups.delete(params.groupId)) throw new UserError('not-found', 'There is no such group.');
      return undefined;
    },
    listInstitutions: request =>
      access.institutions().filter(place => mayIn(own(request), 'user:read', place.institutionId)),
    createInstitution: (request, { body }) => {
      checkPlace(own(request), body.parentId);
      const institution = { institutionId: newId(), ...body };
      access.insertInstitution(institution);
      return institution;
    },
    listMembers: (_request, { params }) => access.members(params.conferenceId),
    setMember: (_request, { params, body }) => {
      access.setMember(params.conferenceId, found(params.memberId).userId, body.role);
      return undefined;
    },
    removeMember: (_request, { params }) => {
      access.removeMember(params.conferenceId, params.memberId);
      return undefined;
    },
    listLinks: (_request, { params }) => access.linksOf(params.conferenceId),
    createLink: (_request, { params, body }) => {
      if (!isConference(params.conferenceId))
        throw new UserError('not-found', 'There is no such conference.');
      const expiresAt = new Date(body.expiresAt);
      if (Number.isNaN(expiresAt.getTime()) || expiresAt.getTime() <= Date.now())
        throw new UserError('expired', 'The link would have expired already. Choose a time to come.');
      const secret = newSecret();
      const linkId = newId();
      access.insertLink({
        linkHash: sha256(secret),
        linkId,
        conferenceId: params.conferenceId,
        expiresAt: expiresAt.toISOString(),
      });
      return { linkId, link: `/join/${secret}` };
    },
    deleteLink: (_request, { params }) => {
      if (!access.deleteLink(params.conferenceId, params.linkId))
        throw new UserError('not-found', 'There is no such link.');
      return undefined;
    },
  };
}

/** What comes from elsewhere would be written over at the next sign-in. */
function checkOrigin(user: UserRecord, change: { roles: Role[]; institutionId: string | null }): void {
  if (user.origin === 'local') return;
  const same = [...user.roles].sort().join() === [...change.roles].sort().join();
  if (!same || user.institutionId !== change.institutionId)
    throw new UserError(
      'roles-elsewhere',
      'Roles and institution come from the groups of the directory or single sign-on. Change them there.',
    );
}

function checkGroupName(groups: GroupRecords, { groupId, name }: { groupId: string; name: string }): void {
  if (groups.list().some(other => other.name === name && other.groupId !== groupId))
    throw new UserError('group-name-taken', 'There is a group of that name already. Choose another.');
}
