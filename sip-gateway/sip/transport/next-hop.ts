import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { uriParameter, type SipUri } from '../message/uri.js';
import type { Protocol, SocketAddress } from './transport.js';

/** Where a request goes next. SRV and NAPTR (RFC 3263) will come with trunks; until then a name means its address. */
export interface NextHop {
  protocol: Protocol;
  host: string;
  port: number;
}

/** RFC 3261 §19.1.2. */
export function defaultPort(protocol: Protocol): number {
  return protocol === 'TLS' ? 5061 : protocol === 'WSS' ? 443 : 5060;
}

/**
 * `sips` is TLS all the way (§19.1, and RFC 5630 §3.1.1 for `sips` with `transport=tcp`). Undefined when the URI asks
 * for a transport that we cannot connect by: a browser's WebSocket is opened by the browser.
 */
export function nextHopOf(uri: SipUri): NextHop | undefined {
  const transport = (uriParameter(uri, 'transport') ?? 'udp').toLowerCase();
  const secure = uri.scheme === 'sips' || transport === 'tls';
  const protocol = secure ? 'TLS' : ({ udp: 'UDP', tcp: 'TCP' } as const)[transport];
  if (protocol === undefined || (secure && transport === 'ws')) return undefined;
  return { protocol, host: uri.host, port: uri.port ?? defaultPort(protocol) };
}

export type Resolve = (hop: NextHop) => SocketAddress | Promise<SocketAddress>;

/** At once for an address; rejects when the name is unknown. */
export const resolveHop: Resolve = ({ host, port }) =>
  isIP(host) !== 0 ? { address: host, port } : lookup(host).then(({ address }) => ({ address, port }));

/**
 * Which of this machine's addresses `remote` reaches us by, when the socket is bound to all of them: the one
 * in its network, else the first that is not loopback.
 */
export function localAddressToward(remote: string): string {
  const own = Object.values(networkInterfaces()).flatMap(list => list ?? []);
  const family = isIP(remote) === 6 ? 'IPv6' : 'IPv4';
  const sameFamily = own.filter(info => info.family === family && !info.address.startsWith('fe80:'));
  const found =
    sameFamily.find(info => info.address === remote) ??
    sameFamily.find(info => inNetwork(remote, info.address, info.netmask)) ??
    sameFamily.find(info => !info.internal) ??
    sameFamily[0];
  return found?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1');
}

/** IPv4 only: IPv6 hosts have one global address as a rule, and the first is taken. */
function inNetwork(address: string, own: string, netmask: string): boolean {
  if (isIP(address) !== 4 || isIP(own) !== 4) return false;
  const mask = bits(netmask);
  return (bits(address) & mask) === (bits(own) & mask);
}

function bits(address: string): number {
  return address.split('.').reduce((sum, byte) => (sum << 8) | Number(byte), 0);
}
