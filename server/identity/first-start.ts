import { randomBytes } from 'node:crypto';
import type { Settings } from '../store/settings.js';
import type { Accounts } from './accounts.js';
import type { Identity } from './identity.js';
import { grants, type Permission } from './permissions.js';
import { newId, sha256 } from './secrets.js';

/** Where versions before there were users kept the hash of the operator's token. */
const formerTokenSetting = 'operator-token-sha256';
const firstUserName = 'admin';

export interface FirstStart {
  userName: string;
  /** Must be changed at the first log-in. */
  oneTimePassword: string;
  /** API key of that user that runs conferences and drains the server, but makes no users; null: the one of an older version goes on. */
  token: string | null;
}

/** Makes the first user where there is none. @returns what must be shown, once; null: there are users already */
export async function firstStart(
  accounts: Accounts,
  identity: Identity,
  settings: Settings,
): Promise<FirstStart | null> {
  if (accounts.records.list().length > 0) return null;
  const former = settings.get(formerTokenSetting);
  const token = former === undefined ? randomBytes(16).toString('base64url') : null;
  const user = accounts.create({
    userName: firstUserName,
    displayName: 'Administrator',
    institutionId: null,
    roles: ['administrator', 'operator'],
  });
  const oneTimePassword = await accounts.resetPassword(user.userId);
  identity.credentials.insertKey({
    keyId: newId(),
    keyHash: token === null ? former! : sha256(token),
    userId: user.userId,
    name: 'operator token',
    scopes: [...(Object.keys(grants.operator) as Permission[]), 'system:manage'],
    createdAt: user.createdAt,
    expiresAt: null,
  });
  return { userName: firstUserName, oneTimePassword, token };
}
