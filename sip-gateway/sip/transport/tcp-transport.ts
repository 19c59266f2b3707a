import net from 'node:net';
import tls from 'node:tls';
import type { Clock, Timer } from '../clock.js';
import type { Counters } from '../counters.js';
import { TcpConnection } from './tcp-connection.js';
import { plainAddress, type Flow, type Receive, type SocketAddress, type Transport } from './transport.js';

export interface TcpLimits {
  connections: number;
  connectionsPerSource: number;
  /** From the first byte of a message to its last, and from connecting to the first message. */
  messageMs: number;
  /** Without a message, when no call holds the connection. */
  idleMs: number;
  connectMs: number;
  /** Bytes that the peer does not read. */
  unsentBytes: number;
}

export const tcpLimits: TcpLimits = {
  connections: 1000,
  connectionsPerSource: 100,
  messageMs: 15_000,
  idleMs: 180_000,
  connectMs: 10_000,
  unsentBytes: 256 * 1024,
};

const sweepMs = 5_000;

/** SIP over TLS (RFC 3261 §26.2), from 1.2 on. */
export interface TlsOptions {
  /** PEM, with the chain. */
  cert: string;
  key: string;
  /** PEM of those whose certificates are believed; absent: a peer that we call proves nothing, but is encrypted. */
  ca?: string;
  /** Peers that connect must show a certificate of `ca`. */
  requireClientCertificate?: boolean;
}

/** Listens, connects, and keeps the table of connections: one that is open to an address is used again. */
export class TcpTransport implements Transport {
  readonly protocol: 'TCP' | 'TLS';
  readonly #server: net.Server;
  readonly #connections = new Map<string, TcpConnection>();
  readonly #perSource = new Map<string, number>();
  #sweep: Timer;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly options: {
      bindAddress: string;
      clock: Clock;
      counters: Counters;
      receive: Receive;
      onError: (error: Error) => void;
      limits?: TcpLimits;
      /** Absent: plain TCP. */
      tls?: TlsOptions;
    },
  ) {
    this.protocol = options.tls ? 'TLS' : 'TCP';
    this.#server = this.#createServer();
    this.#server.on('error', options.onError);
    this.#sweep = this.#scheduleSweep();
  }

  #createServer(): net.Server {
    const { tls: secure, limits = tcpLimits, counters } = this.options;
    const accept = (socket: net.Socket) => this.#accept(socket);
    if (!secure) return net.createServer({ noDelay: true, keepAlive: true }, accept);
    const server = tls.createServer(
      {
        cert: secure.cert,
        key: secure.key,
        minVersion: 'TLSv1.2',
        handshakeTimeout: limits.connectMs,
        ...(secure.ca !== undefined && { ca: secure.ca }),
        ...(secure.requireClientCertificate && { requestCert: true, rejectUnauthorized: true }),
      },
      accept,
    );
    // Those who have not finished their handshake are no connections of ours yet.
    server.maxConnections = limits.connections;
    server.on('tlsClientError', (_error, socket) => {
      counters.count('tls.handshake-failed');
      socket.destroy();
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: this.options.bindAddress, port, exclusive: true }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return this.port;
  }

  flowTo(remote: SocketAddress): Flow {
    const open = this.#connections.get(keyOf(remote));
    if (open && !open.closed) return open;
    return this.#adopt(this.#connect(remote), remote, true);
  }

  #connect({ address, port }: SocketAddress): net.Socket {
    const { tls: secure } = this.options;
    if (!secure) return net.connect({ host: address, port, noDelay: true });
    const { cert, key, ca } = secure;
    return tls.connect({
      ...{ host: address, port, cert, key, minVersion: 'TLSv1.2' },
      ...(ca === undefined ? { rejectUnauthorized: false } : { ca, rejectUnauthorized: true }),
    });
  }

  #accept(socket: net.Socket): void {
    const { limits = tcpLimits, counters } = this.options;
    // The peer is gone already.
    if (socket.remoteAddress === undefined || socket.remotePort === undefined) return void socket.destroy();
    const remote = { address: plainAddress(socket.remoteAddress), port: socket.remotePort };
    const fromSource = this.#perSource.get(remote.address) ?? 0;
    if (this.#connections.size >= limits.connections || fromSource >= limits.connectionsPerSource) {
      counters.count(`dropped.${this.protocol.toLowerCase()}-connection`);
      socket.destroy();
      return;
    }
    counters.count(`${this.protocol.toLowerCase()}.accepted`);
    this.#adopt(socket, remote, false);
  }

  #adopt(socket: net.Socket, remote: SocketAddress, connecting: boolean): TcpConnection {
    const { limits = tcpLimits, clock, counters, receive } = this.options;
    const key = keyOf(remote);
    const { protocol } = this;
    const connection = new TcpConnection({
      ...{ protocol, socket, remote, connecting },
      ...{ clock, counters, limits, receive },
    });
    this.#connections.set(key, connection);
    this.#perSource.set(remote.address, (this.#perSource.get(remote.address) ?? 0) + 1);
    socket.once('close', () => {
      if (this.#connections.get(key) === connection) this.#connections.delete(key);
      const left = (this.#perSource.get(remote.address) ?? 1) - 1;
      if (left > 0) this.#perSource.set(remote.address, left);
      else this.#perSource.delete(remote.address);
    });
    return connection;
  }

  #scheduleSweep(): Timer {
    return this.options.clock.after(sweepMs, () => {
      for (const connection of this.#connections.values()) connection.closeIfStale();
      this.#sweep = this.#scheduleSweep();
    });
  }

  close(): Promise<void> {
    return (this.#closing ??= new Promise(resolve => {
      this.#sweep.cancel();
      this.#server.close(() => resolve());
      for (const connection of this.#connections.values()) connection.end();
    }));
  }
}

function keyOf({ address, port }: SocketAddress): string {
  return `${address} ${port}`;
}
