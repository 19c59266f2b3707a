import { BlockList, isIP } from 'node:net';
import { UserError } from '../../base/errors.js';

/** Addresses that calls come from without credentials: this machine's own loopback, and what is configured. */
export class TrustedAddresses {
  readonly #list = new BlockList();

  /** @param entries addresses and ranges, `10.1.0.0/16` @throws UserError `bad-config` */
  constructor(entries: readonly string[]) {
    for (const entry of ['127.0.0.0/8', '::1', ...entries]) this.#add(entry);
  }

  has(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }

  #add(entry: string): void {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    const all = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? all : /^\d+$/.test(bits) ? Number(bits) : -1;
    if (family === 0 || prefix < 0 || prefix > all)
      throw new UserError('bad-config', `sip.trusted: ${entry} is no address and no range of addresses.`);
    this.#list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
}
