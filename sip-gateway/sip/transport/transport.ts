import type { Closable } from '../../../base/scope.js';

/** How messages travel, as Via names it (RFC 3261 §20.42, RFC 7118 §5.2); nothing above this folder knows more. */
export type Protocol = 'UDP' | 'TCP' | 'TLS' | 'WSS';

export interface SocketAddress {
  /** IPv4 or IPv6 literal, without brackets. */
  address: string;
  port: number;
}

/** A way to one peer (RFC 5626 calls it a flow): an open connection, or a UDP socket and an address. */
export interface Flow {
  readonly protocol: Protocol;
  /** Reliable ones need no retransmission (RFC 3261 §17). */
  readonly reliable: boolean;
  readonly remote: SocketAddress;
  /** Ours, as the peer sees it without NAT; undefined when the socket is bound to all addresses. */
  readonly localAddress: string | undefined;
  readonly closed: boolean;
  /** `onError` is called at most once, later, when it is known that `data` did not leave. */
  send(data: Buffer, onError: (error: Error) => void): void;
  /** A call uses the flow: it is not closed for being idle until the returned function was called. */
  hold(): () => void;
}

/** One whole message, or what claims to be one. */
export type Receive = (data: Buffer, flow: Flow) => void;

export interface Transport extends Closable {
  readonly protocol: Protocol;
  /** The port that is bound, once `listen` has resolved. */
  readonly port: number;
  /** `port` 0: the system chooses. Resolves with the port. */
  listen(port: number): Promise<number>;
  /**
   * An open connection to there is used again. Never fails: errors come with `send`. `name` is the host that was
   * asked for, before DNS: TLS sends it (SNI), and the certificate must be for it (RFC 5922 §7.2).
   */
  flowTo(remote: SocketAddress, name?: string): Flow;
}

export function wildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** A socket bound to `::` shows IPv4 peers as ::ffff:a.b.c.d. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
