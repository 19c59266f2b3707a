/**
 * Who may do what. Every REST operation and every signalling message names, next to its schema, the permission that
 * it needs; a role gives permissions, each as far as it reaches. Nothing else decides.
 */
export const permissions = {
  'conference:create': 'Make a conference',
  'conference:read': 'See a conference, its sites and how they are',
  'conference:control': 'Layouts, microphones, cameras, calls: all that changes a running conference',
  'conference:record': 'Start and stop its recording',
  'conference:delete': 'End it for ever',
  'recording:read': 'See and play recordings',
  'recording:share': 'Give recordings a number that rooms dial',
  'recording:delete': 'Delete recordings for ever',
  'record:read': 'See call records and statistics',
  'endpoint:read': 'See devices, their accounts and the address book',
  'endpoint:manage': 'Change devices, their accounts and the address book',
  'webhook:manage': 'Have events sent to other systems',
  'system:read': 'Metrics and the state of the server',
  'system:manage': 'Drain the server before it is stopped',
  'user:read': 'See users, groups and institutions',
  'user:manage': 'Change users, groups, institutions and roles',
  'audit:read': 'Read, verify and export the audit',
} as const;
export type Permission = keyof typeof permissions;
export const allPermissions = Object.keys(permissions) as Permission[];

/**
 * What an operation asks for: nothing; the unguessable link in its path; that somebody is signed in, for what is
 * their own (password, sessions, keys); or a permission.
 */
export type Access = 'public' | 'link' | 'account' | Permission;

/** Of signalling: before `join`; of any site that has joined; or a permission for the conference it is in. */
export type SignallingAccess = 'public' | 'joined' | Permission;

export const roles = ['operator', 'chair', 'participant', 'viewer', 'auditor', 'administrator'] as const;
export type Role = (typeof roles)[number];

/**
 * How far a permission reaches: everything of the holder's institution and those below it; conferences that the
 * holder has made or chairs; conferences that the holder is a member of.
 */
export type Reach = 'institution' | 'own' | 'member';

/** The whole of it. An auditor reads the audit and can do nothing else; an administrator does not run conferences. */
export const grants: Record<Role, Partial<Record<Permission, Reach>>> = {
  operator: {
    'conference:create': 'institution',
    'conference:read': 'institution',
    'conference:control': 'institution',
    'conference:record': 'institution',
    'conference:delete': 'institution',
    'recording:read': 'institution',
    'recording:share': 'institution',
    'recording:delete': 'institution',
    'record:read': 'institution',
    'endpoint:read': 'institution',
    'endpoint:manage': 'institution',
    'webhook:manage': 'institution',
    'system:read': 'institution',
  },
  chair: {
    'conference:create': 'own',
    'conference:read': 'member',
    'conference:control': 'own',
    'conference:record': 'own',
    'conference:delete': 'own',
    'recording:read': 'member',
    'recording:share': 'own',
    'endpoint:read': 'institution',
  },
  participant: { 'conference:read': 'member' },
  viewer: { 'recording:read': 'member' },
  auditor: { 'audit:read': 'institution' },
  administrator: {
    'user:read': 'institution',
    'user:manage': 'institution',
    'system:read': 'institution',
    'system:manage': 'institution',
  },
};

/** Roles that nobody may hold together: who is watched does not hold the watch. */
export function incompatible(held: readonly Role[]): boolean {
  return held.includes('auditor') && held.length > 1;
}
