import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()], { default: null });
const text = (defaultText?: string) =>
  Type.String({ minLength: 1, maxLength: 1000, ...(defaultText !== undefined && { default: defaultText }) });
/** The same names as in `server/identity/permissions.ts`, which this may not import; a test holds them together. */
const RoleName = Type.Enum(['operator', 'chair', 'participant', 'viewer', 'auditor', 'administrator']);

/** Who is in such a group gets these roles, in that institution (name or id; null: the whole installation). */
const RoleMapping = Type.Object(
  {
    group: text(),
    roles: Type.Array(RoleName, { minItems: 1, uniqueItems: true }),
    institution: Type.Union([text(), Type.Null()]),
  },
  closed,
);
export type RoleMapping = Static<typeof RoleMapping>;

export const LdapConfig = Type.Object(
  {
    url: Type.String({ pattern: '^ldaps?://[^/?#]+/?$' }),
    startTls: Type.Boolean({ default: false }),
    ca: nullable(text()),
    bindDn: text(),
    bindPassword: text(),
    base: text(),
    userFilter: Type.String({
      pattern: '^\\(.*\\{user\\}.*\\)$',
      default: '(&(objectClass=person)(uid={user}))',
    }),
    attributes: Type.Object(
      {
        id: text('entryUUID'),
        userName: text('uid'),
        displayName: text('cn'),
        groups: nullable(text()),
      },
      { ...closed, default: {} },
    ),
    groupBase: nullable(text()),
    groupFilter: Type.String({ pattern: '^\\(.*\\{dn\\}.*\\)$', default: '(member={dn})' }),
    roles: Type.Array(RoleMapping, { minItems: 1 }),
    timeoutS: Type.Number({ minimum: 0.1, maximum: 60, default: 5 }),
    recheckMinutes: Type.Number({ minimum: 1, default: 15 }),
  },
  closed,
);
export type LdapConfig = Static<typeof LdapConfig>;

export const OidcConfig = Type.Object(
  {
    issuer: Type.String({ pattern: '^https://' }),
    clientId: text(),
    clientSecret: text(),
    address: Type.String({ pattern: '^https://[^/?#]+$' }),
    label: Type.String({ minLength: 1, maxLength: 60, default: 'Single sign-on' }),
    scope: text('openid profile email'),
    claims: Type.Object(
      {
        userName: text('preferred_username'),
        displayName: text('name'),
        groups: text('groups'),
      },
      { ...closed, default: {} },
    ),
    roles: Type.Array(RoleMapping, { minItems: 1 }),
    timeoutS: Type.Number({ minimum: 0.1, maximum: 60, default: 5 }),
  },
  closed,
);
export type OidcConfig = Static<typeof OidcConfig>;

export const IdentityConfig = Type.Object(
  { ldap: nullable(LdapConfig), oidc: nullable(OidcConfig) },
  { ...closed, default: {} },
);
