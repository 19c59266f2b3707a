import type { AddressEntry } from '../api/address-book-operations.js';
import type { Conference } from '../conferences/conference.js';
import { SipSite } from '../conferences/sip-site.js';
import type { SipAccounts } from './sip-accounts.js';

/** Of whom these addresses are: what tells most about any of them. */
export type PresenceOf = (addresses: readonly string[]) => AddressEntry['presence'];

/** What the registrar and the conferences know now. An address that is no account here shows in conferences alone. */
export function presenceNow(
  accounts: Pick<SipAccounts, 'addressOfWritten'>,
  isRegistered: (accountName: string) => boolean,
  conferences: readonly Pick<Conference, 'sites'>[],
): PresenceOf {
  const accountOf = (written: string) => accounts.addressOfWritten(written);
  const present = new Set<string>();
  for (const site of conferences.flatMap(({ sites }) => [...sites])) {
    if (!(site instanceof SipSite)) continue;
    const { account, uri } = site.call.remote;
    present.add((account === undefined ? undefined : accountOf(account)) ?? accountOf(uri) ?? plain(uri));
  }
  return addresses => {
    const known = addresses.map(accountOf);
    if (addresses.some((address, index) => present.has(known[index] ?? plain(address))))
      return 'in-conference';
    const here = known.filter(address => address !== undefined);
    if (here.length === 0) return 'unknown';
    return here.some(address => isRegistered(nameOf(address))) ? 'available' : 'offline';
  };
}

/** Without scheme and parameters: USER@HOST. */
function plain(uri: string): string {
  return uri
    .replace(/^sips?:/i, '')
    .replace(/[;?].*$/, '')
    .toLowerCase();
}

function nameOf(address: string): string {
  return plain(address).split('@')[0] ?? '';
}
