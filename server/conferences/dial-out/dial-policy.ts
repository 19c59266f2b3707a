import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { UserError } from '../../../base/errors.js';
import { AddressList } from '../../identity/address-list.js';
import { formatSipUri, parseSipUri, type SipUri } from '../../../sip-gateway/sip/message/uri.js';
import { isTrunkHost, trunkAddress } from '../../../sip-gateway/trunks/trunks.js';

const transports = ['udp', 'tcp', 'tls'];

export interface DialPolicyOptions {
  /** `private`, addresses, ranges (`10.1.0.0/16`), names of hosts, `*.example.com`, `*`; `trunk:NAME`, `trunk:*`. */
  allow: readonly string[];
  /** The SIP URI of a device that is registered under this number or name; undefined: none is. */
  registered: (name: string) => string | undefined;
  /** The trunk over which this number leads out; undefined: none. */
  trunkOf?: (number: string) => string | undefined;
  /** Ports on which this server takes calls. */
  ownPorts: () => readonly (number | null)[];
}

/**
 * What may be called: who reaches the operator's account must not reach the world's telephones through it. A name of
 * a host is allowed by that name alone: what it resolves to is decided elsewhere, and could change after the check.
 */
export class DialPolicy {
  readonly #addresses = new AddressList();
  readonly #hosts: string[] = [];
  readonly #trunks: string[] = [];

  /** @throws UserError `bad-config` */
  constructor(private readonly options: DialPolicyOptions) {
    for (const entry of options.allow) this.#allow(entry.toLowerCase());
  }

  /** The URI to call. @throws UserError `not-registered`, `bad-address`, `not-allowed-address` */
  resolve(address: string): string {
    const written = address.trim();
    const registered = this.options.registered(written);
    if (registered !== undefined) return registered;
    const overTrunk = this.#overTrunk(written);
    if (overTrunk !== undefined) return overTrunk;
    const uri = parseSipUri(withScheme(written));
    if (!uri || uri.host === '')
      throw new UserError('bad-address', `${written} is no SIP address. Write USER@HOST.`);
    // Only a number leads there, and only by the check above.
    if (isTrunkHost(uri.host)) throw new UserError('bad-address', `${written} is no SIP address.`);
    if (!this.#isAllowed(uri.host))
      throw new UserError(
        'not-allowed-address',
        `${uri.host} may not be called from here. The administrator can allow it: sip.dialOut.allow.`,
      );
    if (this.isOwn(uri)) throw new UserError('bad-address', `${written} is this server itself, not a room.`);
    const transport = uri.parameters.get('transport')?.toLowerCase() ?? '';
    // Everything else that an address can carry (headers, maddr, user=phone) is left out.
    return formatSipUri({
      ...uri,
      parameters: new Map(transports.includes(transport) ? [['transport', transport]] : []),
    });
  }

  /** Calls over a trunk may cost money: `*` does not mean them. */
  #overTrunk(number: string): string | undefined {
    const trunk = this.options.trunkOf?.(number);
    if (trunk === undefined) return undefined;
    if (!this.#trunks.some(entry => entry === '*' || entry === trunk))
      throw new UserError(
        'not-allowed-address',
        `${number} leads out over ${trunk}, which may not be used from here. The administrator can allow it: ` +
          `sip.dialOut.allow with trunk:${trunk}.`,
      );
    return trunkAddress(trunk, number);
  }

  #allow(entry: string): void {
    const [, trunk] = /^trunk:(\*|[a-z0-9-]+)$/.exec(entry) ?? [];
    if (trunk !== undefined) return void this.#trunks.push(trunk);
    if (this.#addresses.add(entry)) return;
    if (!/^(\*|(\*\.)?[a-z0-9._-]+)$/.test(entry))
      throw new UserError(
        'bad-config',
        `sip.dialOut.allow: ${entry} is no address, range or name of a host.`,
      );
    this.#hosts.push(entry);
  }

  #isAllowed(host: string): boolean {
    if (this.#addresses.has(host)) return true;
    return this.#hosts.some(
      entry => entry === '*' || entry === host || (entry.startsWith('*.') && host.endsWith(entry.slice(1))),
    );
  }

  /** A conference that calls itself would hear itself. */
  isOwn({ host, port, scheme, parameters }: SipUri): boolean {
    const secure = scheme === 'sips' || parameters.get('transport')?.toLowerCase() === 'tls';
    if (!this.options.ownPorts().includes(port ?? (secure ? 5061 : 5060))) return false;
    const own = Object.values(networkInterfaces()).flatMap(list => list ?? []);
    return own.some(({ address }) => address === host);
  }
}

/** A bare name that nobody has registered is no host: `1001` would be asked of DNS. */
function withScheme(written: string): string {
  if (/^sips?:/i.test(written)) return written;
  if (!/[@.:[]/.test(written))
    throw new UserError(
      'not-registered',
      `No device is registered as ${written}. Write USER@HOST to call by address.`,
    );
  if (/^[a-z]+:/i.test(written) && isIP(written) === 0)
    throw new UserError('bad-address', `${written} is no SIP address. Write USER@HOST.`);
  return isIP(written) === 6 ? `sip:[${written}]` : `sip:${written}`;
}
