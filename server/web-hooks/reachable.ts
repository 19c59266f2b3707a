import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { UserError } from '../../base/errors.js';

/** Of this machine, of the house, or of nobody: RFC 6890, RFC 4193, and what maps IPv4 into IPv6. */
const notPublic = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::/127',
  '64:ff9b::/96',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

/**
 * Where web-hooks may be sent. Who registers one names any address; without this the server would ask for them what
 * only it can reach: the cloud's metadata, a printer, its own metrics (server-side request forgery).
 */
export class ReachableAddresses {
  readonly #refused = blockList(notPublic);
  readonly #allowed: BlockList;

  /** @param allowedNetworks of the house, as `10.1.0.0/16`. @throws UserError `bad-config` */
  constructor(allowedNetworks: readonly string[]) {
    this.#allowed = blockList(allowedNetworks);
  }

  /**
   * An address of the host that may be asked. It is the one that is connected to: asking the name again could give
   * another (DNS rebinding).
   *
   * @throws UserError `address-refused`
   */
  async resolve({ hostname, protocol }: URL): Promise<{ address: string; family: number }> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const found = isIP(host)
      ? [{ address: host, family: isIP(host) }]
      : await lookup(host, { all: true, verbatim: true });
    const permitted = found.find(({ address, family }) => {
      const kind = family === 6 ? 'ipv6' : 'ipv4';
      if (this.#allowed.check(address, kind)) return true;
      return protocol === 'https:' && !this.#refused.check(address, kind);
    });
    if (permitted) return permitted;
    throw new UserError(
      'address-refused',
      `${host} is not a public address with https, and not in webHooks.allowedNetworks.`,
    );
  }
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    const family = isIP(address);
    try {
      // An empty prefix would be a 0, and that all addresses.
      if (!/^\d+$/.test(prefix)) throw new Error('it has no prefix');
      list.addSubnet(address, Number(prefix), family === 6 ? 'ipv6' : 'ipv4');
    } catch (cause) {
      throw new UserError('bad-config', `webHooks.allowedNetworks: ${network} is no network as 10.0.0.0/8.`, {
        cause,
      });
    }
  }
  return list;
}
