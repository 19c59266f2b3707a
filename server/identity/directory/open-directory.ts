import type { LdapConfig } from '../../../config/identity-schema.js';
import type { Log } from '../../../base/log.js';
import { readPem } from '../../web/certificate.js';
import type { Identity } from '../identity.js';
import { DirectorySignIn } from './directory-sign-in.js';
import { ExternalUsers } from './external-users.js';
import { LdapDirectory } from './ldap-directory.js';

/** Has the names that are no local users' asked of the directory. @throws UserError `bad-config` */
export function openDirectory(config: LdapConfig, identity: Identity, log: Log): DirectorySignIn {
  const ca = config.ca === null ? undefined : readPem(config.ca);
  const users = new ExternalUsers('ldap', config.roles, identity);
  const directory = new LdapDirectory(config, ca, log);
  return (identity.accounts.directory = new DirectorySignIn(directory, users, identity.accounts));
}
