import net from 'node:net';
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

/** Listens, connects, and keeps the table of connections: one that is open to an address is used again. */
export class TcpTransport implements Transport {
  readonly protocol = 'TCP';
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
    },
  ) {
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

  flowTo(remote: SocketAddress): Flow {
    const open = this.#connections.get(keyOf(remote));
    if (open && !open.closed) return open;
    return this.#adopt(net.connect({ host: remote.address, port: remote.port, noDelay: true }), remote, true);
  }

  #accept(socket: net.Socket): void {
    const { limits = tcpLimits, counters } = this.options;
    // The peer is gone already.
    if (socket.remoteAddress === undefined || socket.remotePort === undefined) return void socket.destroy();
    const remote = { address: plainAddress(socket.remoteAddress), port: socket.remotePort };
    const fromSource = this.#perSource.get(remote.address) ?? 0;
    if (this.#connections.size >= limits.connections || fromSource >= limits.connectionsPerSource) {
      counters.count('dropped.tcp-connection');
      socket.destroy();
      return;
    }
    counters.count('tcp.accepted');
    this.#adopt(socket, remote, false);
  }

  #adopt(socket: net.Socket, remote: SocketAddress, connecting: boolean): TcpConnection {
    const { limits = tcpLimits, clock, counters, receive } = this.options;
    const key = keyOf(remote);
    const connection = new TcpConnection({ socket, remote, connecting, clock, counters, limits, receive });
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
