import { BlockList, isIP } from 'node:net';

/** RFC 1918, RFC 4193, link-local. Not loopback: what listens there trusts this machine. */
const privateNetworks = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
  ...['fc00::/7', 'fe80::/10'],
];

/** IP addresses and ranges (`10.1.0.0/16`); `private` stands for all private networks. */
export class AddressList {
  readonly #list = new BlockList();

  /** @returns false: it is no address and no range */
  add(entry: string): boolean {
    if (entry === 'private') return privateNetworks.every(network => this.add(network));
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    const all = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? all : Number(bits);
    if (family === 0 || !(Number.isInteger(prefix) && prefix >= 0 && prefix <= all)) return false;
    this.#list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
    return true;
  }

  has(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }
}
