import { grants, type Permission, type Reach, type Role } from './permissions.js';

/** Who acts: a user, through a session of a browser or an API key. */
export interface Principal {
  userId: string;
  userName: string;
  /** null: of the whole installation. */
  institutionId: string | null;
  roles: Role[];
  /** To what an API key is narrowed; null: all that the user may. */
  scopes: readonly Permission[] | null;
  via: { kind: 'session' | 'key'; id: string };
  /** What must be put right first; until then only the own account is open. */
  blocked: 'password-expired' | 'second-factor-needed' | null;
}

/** What an operation is about. */
export interface ProtectedObject {
  ownerId: string | null;
  /** null: of the whole installation. */
  institutionId: string | null;
  /** Of a conference: who was invited, and as what. */
  member(userId: string): 'chair' | 'participant' | 'viewer' | null;
}

/** Whether institution `inner` is `outer` or below it. */
export type IsWithin = (inner: string | null, outer: string | null) => boolean;

/** Whether any role gives it at all, on whatever object. */
export function holds(principal: Principal, permission: Permission): boolean {
  if (principal.blocked !== null) return false;
  if (principal.scopes && !principal.scopes.includes(permission)) return false;
  return principal.roles.some(role => grants[role][permission] !== undefined);
}

/** Whether it reaches this object. */
export function reaches(
  principal: Principal,
  permission: Permission,
  object: ProtectedObject,
  isWithin: IsWithin,
): boolean {
  if (!holds(principal, permission)) return false;
  const reachOf: Record<Reach, () => boolean> = {
    institution: () => isWithin(object.institutionId, principal.institutionId),
    own: () => object.ownerId === principal.userId || object.member(principal.userId) === 'chair',
    member: () => object.ownerId === principal.userId || object.member(principal.userId) !== null,
  };
  return principal.roles.some(role => {
    const reach = grants[role][permission];
    return reach !== undefined && reachOf[reach]();
  });
}
