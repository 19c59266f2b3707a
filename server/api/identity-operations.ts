/** REST resources of who may do what: own account, users, groups, institutions, members and links of a conference. */
import Type, { type Static } from 'typebox';
import { allPermissions, roles } from '../identity/permissions.js';
import { closed, type Operation } from './operation.js';

const Id = Type.String({ minLength: 1, maxLength: 64 });
const Time = Type.String({
  maxLength: 40,
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
  description: 'RFC 3339',
});
const Name = Type.String({ minLength: 1, maxLength: 120 });
const Password = Type.String({ minLength: 1, maxLength: 128 });
const RoleName = Type.Enum([...roles]);
const Scope = Type.Enum(allPermissions);
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const Session = Type.Object(
  {
    operator: Type.Boolean({ description: 'May make conferences' }),
    user: nullable(
      Type.Object(
        {
          userId: Type.String(),
          userName: Type.String(),
          roles: Type.Array(RoleName),
          permissions: Type.Array(Scope),
          blocked: nullable(
            Type.Enum(['password-expired', 'second-factor-needed'], {
              description: 'Until that is put right, only the own account is open',
            }),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type Session = Static<typeof Session>;

export const User = Type.Object(
  {
    userId: Type.String(),
    userName: Type.String(),
    displayName: Type.String(),
    institutionId: nullable(Type.String({ description: 'null: the whole installation' })),
    roles: Type.Array(RoleName),
    disabled: Type.Boolean(),
    origin: Type.Enum(['local', 'ldap', 'oidc'], {
      description: 'Where the password is: here, or elsewhere',
    }),
    locked: Type.Boolean({ description: 'After wrong passwords; a new one-time password unlocks' }),
    secondFactor: Type.Boolean({ description: 'An authenticator is set up' }),
    version: Type.Integer({ description: 'For If-Match' }),
    createdAt: Type.String(),
  },
  closed,
);
export type User = Static<typeof User>;

const UserChange = {
  displayName: Name,
  institutionId: nullable(Id),
  roles: Type.Array(RoleName, { maxItems: roles.length, uniqueItems: true }),
};
const OneTimePassword = Type.String({ description: 'Shown once; must be changed at the first log-in' });
const Group = Type.Object(
  {
    groupId: Type.String(),
    name: Type.String(),
    roles: Type.Array(RoleName),
    memberIds: Type.Array(Type.String()),
  },
  closed,
);
const NewGroup = Type.Object(
  { name: Name, roles: UserChange.roles, memberIds: Type.Array(Id, { maxItems: 10_000, uniqueItems: true }) },
  closed,
);
const Institution = Type.Object(
  {
    institutionId: Type.String(),
    parentId: nullable(Type.String()),
    kind: Type.Enum(['region', 'hospital', 'department']),
    name: Type.String(),
  },
  closed,
);
const MemberRole = Type.Enum(['chair', 'participant', 'viewer']);
const UserId = Type.Object({ userId: Id }, closed);
const ConferenceId = Type.Object({ conferenceId: Id }, closed);

export const identityOperations = {
  getSession: { method: 'GET', path: '/session', access: 'public', summary: 'Who am I?', result: Session },
  createSession: {
    method: 'POST',
    path: '/session',
    access: 'public',
    summary: 'Sign in by name and password, or with an API key; sets a cookie',
    body: Type.Union([
      Type.Object({ token: Type.String({ minLength: 1, maxLength: 128 }) }, closed),
      Type.Object(
        {
          userName: Name,
          password: Password,
          code: Type.Optional(
            Type.String({ maxLength: 32, description: 'Of the authenticator, or a recovery code' }),
          ),
        },
        closed,
      ),
    ]),
    result: Session,
  },
  deleteSession: { method: 'DELETE', path: '/session', access: 'public', summary: 'Sign out' },
  getSignOn: {
    method: 'GET',
    path: '/session/sign-on',
    access: 'public',
    summary: 'Whether there is a single sign-on (begins at /sign-in/oidc), and whether this session is by it',
    result: Type.Object(
      {
        label: nullable(Type.String({ description: 'null: there is none' })),
        current: Type.Boolean({ description: 'Sign out there, too: /sign-in/oidc/end' }),
      },
      closed,
    ),
  },
  changePassword: {
    method: 'PUT',
    path: '/account/password',
    access: 'account',
    summary: 'Change the own password; ends all other sessions',
    body: Type.Object({ current: Password, password: Password }, closed),
  },
  listSessions: {
    method: 'GET',
    path: '/account/sessions',
    access: 'account',
    summary: 'Where I am signed in',
    result: Type.Array(
      Type.Object(
        {
          sessionId: Type.String(),
          current: Type.Boolean(),
          createdAt: Type.String(),
          lastSeenAt: Type.String(),
          source: Type.String(),
          userAgent: Type.String(),
        },
        closed,
      ),
    ),
  },
  endSession: {
    method: 'DELETE',
    path: '/account/sessions/:sessionId',
    access: 'account',
    summary: 'End one of my sessions',
    params: Type.Object({ sessionId: Id }, closed),
  },
  beginTotp: {
    method: 'POST',
    path: '/account/totp',
    access: 'account',
    summary: 'A secret for an authenticator (RFC 6238); it counts when a code of it was confirmed',
    result: Type.Object(
      { secret: Type.String(), address: Type.String({ description: 'otpauth:, what the QR code holds' }) },
      closed,
    ),
  },
  confirmTotp: {
    method: 'PUT',
    path: '/account/totp',
    access: 'account',
    summary: 'Set up the authenticator; gives recovery codes, shown once',
    body: Type.Object(
      {
        password: Password,
        secret: Type.String({ pattern: '^[A-Z2-7]{32}$' }),
        code: Type.String({ pattern: '^[0-9]{6}$' }),
      },
      closed,
    ),
    result: Type.Object({ recoveryCodes: Type.Array(Type.String()) }, closed),
  },
  listKeys: {
    method: 'GET',
    path: '/account/keys',
    access: 'account',
    summary: 'My API keys',
    result: Type.Array(
      Type.Object(
        {
          keyId: Type.String(),
          name: Type.String(),
          scopes: Type.Array(Scope),
          createdAt: Type.String(),
          expiresAt: nullable(Type.String()),
        },
        closed,
      ),
    ),
  },
  createKey: {
    method: 'POST',
    path: '/account/keys',
    access: 'account',
    summary: 'A new API key, shown once: Authorization: Bearer KEY',
    body: Type.Object(
      {
        name: Name,
        scopes: Type.Array(Scope, { minItems: 1, maxItems: allPermissions.length, uniqueItems: true }),
        expiresAt: nullable(Time),
      },
      closed,
    ),
    result: Type.Object({ keyId: Type.String(), key: Type.String() }, closed),
  },
  deleteKey: {
    method: 'DELETE',
    path: '/account/keys/:keyId',
    access: 'account',
    summary: 'Revoke an API key',
    params: Type.Object({ keyId: Id }, closed),
  },
  listUsers: {
    method: 'GET',
    path: '/users',
    access: 'user:read',
    summary: 'Users of the own institution and those below',
    result: Type.Array(User),
  },
  createUser: {
    method: 'POST',
    path: '/users',
    access: 'user:manage',
    summary: 'A new user with a one-time password',
    body: Type.Object(
      { userName: Type.String({ pattern: '^[a-zA-Z0-9._@-]{2,64}$' }), ...UserChange },
      closed,
    ),
    result: Type.Object({ user: User, oneTimePassword: OneTimePassword }, closed),
  },
  getUser: {
    method: 'GET',
    path: '/users/:userId',
    access: 'user:read',
    summary: 'One user',
    params: UserId,
    result: User,
  },
  updateUser: {
    method: 'PUT',
    path: '/users/:userId',
    access: 'user:manage',
    summary: 'Change a user; needs If-Match with the version that was read',
    ifMatch: true,
    params: UserId,
    body: Type.Object({ ...UserChange, disabled: Type.Boolean() }, closed),
    result: User,
  },
  deleteUser: {
    method: 'DELETE',
    path: '/users/:userId',
    access: 'user:manage',
    summary: 'Delete a user; the audit keeps the name',
    params: UserId,
  },
  resetPassword: {
    method: 'POST',
    path: '/users/:userId/password',
    access: 'user:manage',
    summary: 'A new one-time password; unlocks, ends all sessions',
    params: UserId,
    result: Type.Object({ oneTimePassword: OneTimePassword }, closed),
  },
  resetTotp: {
    method: 'DELETE',
    path: '/users/:userId/totp',
    access: 'user:manage',
    summary: 'The authenticator was lost: it is set up anew; ends all sessions',
    params: UserId,
  },
  endUserSessions: {
    method: 'DELETE',
    path: '/users/:userId/sessions',
    access: 'user:manage',
    summary: 'Sign a user out everywhere',
    params: UserId,
  },
  listGroups: {
    method: 'GET',
    path: '/groups',
    access: 'user:read',
    object: 'installation',
    summary: 'Groups, and the roles that they give to their members',
    result: Type.Array(Group),
  },
  createGroup: {
    method: 'POST',
    path: '/groups',
    access: 'user:manage',
    object: 'installation',
    summary: 'A new group',
    body: NewGroup,
    result: Group,
  },
  updateGroup: {
    method: 'PUT',
    path: '/groups/:groupId',
    access: 'user:manage',
    object: 'installation',
    summary: 'Change a group, its roles and members',
    params: Type.Object({ groupId: Id }, closed),
    body: NewGroup,
    result: Group,
  },
  deleteGroup: {
    method: 'DELETE',
    path: '/groups/:groupId',
    access: 'user:manage',
    object: 'installation',
    summary: 'Delete a group; its members stay',
    params: Type.Object({ groupId: Id }, closed),
  },
  listInstitutions: {
    method: 'GET',
    path: '/institutions',
    access: 'user:read',
    summary: 'The own institution and those below: region, hospital, department',
    result: Type.Array(Institution),
  },
  createInstitution: {
    method: 'POST',
    path: '/institutions',
    access: 'user:manage',
    summary: 'A new institution below one that the administrator looks after',
    body: Type.Object(
      { parentId: nullable(Id), kind: Type.Enum(['region', 'hospital', 'department']), name: Name },
      closed,
    ),
    result: Institution,
  },
  listMembers: {
    method: 'GET',
    path: '/conferences/:conferenceId/members',
    access: 'conference:read',
    summary: 'Users who may see, chair or play it',
    params: ConferenceId,
    result: Type.Array(Type.Object({ userId: Type.String(), role: MemberRole }, closed)),
  },
  setMember: {
    method: 'PUT',
    path: '/conferences/:conferenceId/members/:memberId',
    access: 'conference:control',
    summary: 'Make a user chair, participant or viewer of this conference',
    params: Type.Object({ conferenceId: Id, memberId: Id }, closed),
    body: Type.Object({ role: MemberRole }, closed),
  },
  removeMember: {
    method: 'DELETE',
    path: '/conferences/:conferenceId/members/:memberId',
    access: 'conference:control',
    summary: 'The user has nothing to do with this conference any more',
    params: Type.Object({ conferenceId: Id, memberId: Id }, closed),
  },
  listLinks: {
    method: 'GET',
    path: '/conferences/:conferenceId/links',
    access: 'conference:control',
    summary: 'Links to join by that expire',
    params: ConferenceId,
    result: Type.Array(Type.Object({ linkId: Type.String(), expiresAt: Type.String() }, closed)),
  },
  createLink: {
    method: 'POST',
    path: '/conferences/:conferenceId/links',
    access: 'conference:control',
    summary: 'A link to join by, good until it expires; shown once',
    params: ConferenceId,
    body: Type.Object({ expiresAt: Time }, closed),
    result: Type.Object(
      { linkId: Type.String(), link: Type.String({ description: 'Path: /join/…' }) },
      closed,
    ),
  },
  deleteLink: {
    method: 'DELETE',
    path: '/conferences/:conferenceId/links/:linkId',
    access: 'conference:control',
    summary: 'The link leads nowhere any more',
    params: Type.Object({ conferenceId: Id, linkId: Id }, closed),
  },
} as const satisfies Record<string, Operation>;
