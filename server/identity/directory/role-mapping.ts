import type { RoleMapping } from '../../../config/identity-schema.js';
import type { Role } from '../permissions.js';

/** What somebody may here, by the groups that they have elsewhere. */
export interface Entitlement {
  roles: Role[];
  /** Name or id of the institution; null: the whole installation. */
  institution: string | null;
}

/**
 * The first entry that fits gives the institution; others of the same institution add their roles. Those of another
 * one are left out, since a user has one institution and roles must not reach further than was written.
 *
 * @param groups distinguished names, or names as a single sign-on has them
 * @returns null: no group gives anything here
 */
export function entitlementOf(
  groups: readonly string[],
  mapping: readonly RoleMapping[],
): Entitlement | null {
  const held = new Set(groups.map(comparable));
  const fitting = mapping.filter(({ group }) => held.has(comparable(group)));
  const institution = fitting[0]?.institution;
  if (institution === undefined) return null;
  const same = fitting.filter(entry => entry.institution === institution);
  return { roles: [...new Set(same.flatMap(entry => entry.roles))], institution };
}

/** Directories differ in case and in spaces around the commas (RFC 4514 §2, RFC 4517 §4.2.15). */
function comparable(group: string): string {
  return group
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s*([,=])\s*/g, '$1')
    .trim();
}
