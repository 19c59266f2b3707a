import { networkInterfaces } from 'node:os';

export interface ListenAddress {
  ip: string;
  /** What others are told instead of `ip`. */
  announcedAddress?: string;
}

/**
 * The addresses that ICE candidates are made of. A wildcard host cannot be a candidate, so it becomes each of
 * this machine's IPv4 addresses, loopback last. Behind NAT, `announced` takes the place of the first.
 */
export function listenAddresses(host: string, announced: string | null): ListenAddress[] {
  const own = host === '0.0.0.0' ? localAddresses() : [host];
  return own.map((ip, index) =>
    announced !== null && index === 0 ? { ip, announcedAddress: announced } : { ip },
  );
}

/** IPv4 addresses of this machine, loopback last. */
export function localAddresses(): string[] {
  const all = Object.values(networkInterfaces())
    .flatMap(list => list ?? [])
    .filter(info => info.family === 'IPv4');
  return [...all.filter(info => !info.internal), ...all.filter(info => info.internal)].map(
    info => info.address,
  );
}
