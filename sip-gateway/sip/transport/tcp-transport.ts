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
  connections: 7000,
  connectionsPerSource: 100,
  messageMs: 15_000,
  idleMs: 180_000,
  connectMs: 10_000,
  unsentBytes: 256 * 1024,
};

/** SIP over TLS (RFC 3261 §26.2), from 1.2 on. Texts are PEM. */
export interface TlsOptions {
  /** Ours, with its chain: as server, and as client when asked for it. */
  cert: string;
  key: string;
  /**
   * Whom we call must show a certificate of these, for the name that was called (RFC 5922 §7.2). Absent: they prove
   * nothing, but what is said is encrypted.
   */
  ca?: string;
  /** Who connects must show a certificate of `ca`, too. */
  requireClientCertificate?: boolean;
}

const sweepMs = 5_000;

/**
 * Listens, connects, and keeps the table of connections: one that is open to an address is used again.
 * With `tls` it is the TLS transport (RFC 3261 §26.2.1): limits hold from the first byte of the handshake.
 */
export class TcpTransport implements Transport {
  readonly protocol: 'TCP' | 'TLS';
  readonly #server: net.Server;
  /** Does the handshakes of what `#server` accepted; never listens. */
  readonly #handshakes: tls.Server | undefined;
  /** By address, until the handshake is done. */
  readonly #handshaking = new Map<string, net.Socket>();
  /** Sockets, those in their handshake too. */
  #sockets = 0;
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
      /** Whom no connection is taken from. */
      refuses?: (address: string) => boolean;
      /** Absent: plain TCP. */
      tls?: TlsOptions;
    },
  ) {
    this.protocol = options.tls ? 'TLS' : 'TCP';
    this.#handshakes = options.tls && this.#createHandshakes(options.tls);
    this.#server = net.createServer({ noDelay: true, keepAlive: true }, socket => this.#accept(socket));
    this.#server.on('error', options.onError);
    this.#sweep = this.#scheduleSweep();
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

  #createHandshakes({ cert, key, ca, requireClientCertificate = false }: TlsOptions): tls.Server {
    const { limits = tcpLimits, counters } = this.options;
    return tls
      .createServer({
        cert,
        key,
        minVersion: 'TLSv1.2',
        ...(ca !== undefined && { ca }),
        requestCert: requireClientCertificate,
        rejectUnauthorized: requireClientCertificate,
        handshakeTimeout: limits.messageMs,
      })
      .on('secureConnection', socket => {
        const { remoteAddress, remotePort } = socket;
        if (remoteAddress === undefined || remotePort === undefined) return void socket.destroy();
        const remote = { address: plainAddress(remoteAddress), port: remotePort };
        this.#handshaking.delete(keyOf(remote));
        this.#adopt(socket, remote, false);
      })
      .on('tlsClientError', (_error, socket) => {
        counters.count('tls.handshake-failed');
        socket.destroy();
      });
  }

  flowTo(remote: SocketAddress, name?: string): Flow {
    const open = this.#connections.get(keyOf(remote, this.options.tls && name));
    if (open && !open.closed) return open;
    const socket = this.#connect(remote, name);
    this.#watch(socket, remote.address);
    return this.#adopt(socket, remote, true, name);
  }

  #connect({ address: host, port }: SocketAddress, name: string | undefined): net.Socket {
    const { tls: secure } = this.options;
    if (!secure) return net.connect({ host, port, noDelay: true });
    const { cert, key, ca } = secure;
    const socket = tls.connect({
      ...{ host, port, cert, key },
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca }),
      rejectUnauthorized: ca !== undefined,
      // An address is no name for SNI (RFC 6066 §3); the certificate is then held against the address.
      ...(name !== undefined && net.isIP(name) === 0 && { servername: name }),
    });
    return socket.setNoDelay(true);
  }

  #accept(socket: net.Socket): void {
    const { limits = tcpLimits, counters } = this.options;
    // The peer is gone already.
    if (socket.remoteAddress === undefined || socket.remotePort === undefined) return void socket.destroy();
    const remote = { address: plainAddress(socket.remoteAddress), port: socket.remotePort };
    if (this.options.refuses?.(remote.address)) {
      counters.count('dropped.banned');
      socket.destroy();
      return;
    }
    const fromSource = this.#perSource.get(remote.address) ?? 0;
    if (this.#sockets >= limits.connections || fromSource >= limits.connectionsPerSource) {
      counters.count(`dropped.${this.protocol.toLowerCase()}-connection`);
      socket.destroy();
      return;
    }
    counters.count(`${this.protocol.toLowerCase()}.accepted`);
    this.#watch(socket, remote.address);
    if (!this.#handshakes) return void this.#adopt(socket, remote, false);
    const key = keyOf(remote);
    this.#handshaking.set(key, socket);
    socket.once('close', () => this.#handshaking.delete(key));
    this.#handshakes.emit('connection', socket);
  }

  /** Counts the socket until it is closed. */
  #watch(socket: net.Socket, address: string): void {
    this.#sockets++;
    this.#perSource.set(address, (this.#perSource.get(address) ?? 0) + 1);
    socket.once('close', () => {
      this.#sockets--;
      const left = (this.#perSource.get(address) ?? 1) - 1;
      if (left > 0) this.#perSource.set(address, left);
      else this.#perSource.delete(address);
    });
  }

  #adopt(socket: net.Socket, remote: SocketAddress, connecting: boolean, name?: string): TcpConnection {
    const { limits = tcpLimits, clock, counters, receive } = this.options;
    const { protocol } = this;
    const key = keyOf(remote, this.options.tls && name);
    const connection = new TcpConnection({
      ...{ protocol, socket, remote, connecting },
      ...{ clock, counters, limits, receive },
    });
    this.#connections.set(key, connection);
    socket.once('close', () => {
      if (this.#connections.get(key) === connection) this.#connections.delete(key);
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
      for (const socket of this.#handshaking.values()) socket.destroy();
    }));
  }
}

/** With TLS a connection stands for the name that its certificate was held against, and for no other. */
function keyOf({ address, port }: SocketAddress, name = ''): string {
  return `${address} ${port} ${name}`;
}
