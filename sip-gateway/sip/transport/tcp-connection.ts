import type net from 'node:net';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import { StreamFramer } from '../message/stream-framer.js';
import type { TcpLimits } from './tcp-transport.js';
import { plainAddress, type Flow, type Receive, type SocketAddress } from './transport.js';

const pong = Buffer.from('\r\n');

/** One TCP or TLS connection: framing, keep-alive, limits. It closes itself when the peer breaks a limit. */
export class TcpConnection implements Flow {
  readonly protocol: 'TCP' | 'TLS';
  readonly reliable = true;
  readonly remote: SocketAddress;
  readonly #socket: net.Socket;
  readonly #framer: StreamFramer;
  #lastMessageMs: number;
  /** When the oldest byte came of a message that is not whole yet, or the connection itself. */
  #waitingSinceMs: number | undefined;
  #connecting: boolean;
  #holders = 0;
  /** Whom to tell when the connection fails before what they wrote has left. */
  readonly #unsent = new Set<{ onError: (error: Error) => void }>();
  #error: Error | undefined;

  constructor(
    private readonly options: {
      protocol: 'TCP' | 'TLS';
      socket: net.Socket;
      remote: SocketAddress;
      connecting: boolean;
      clock: Clock;
      counters: Counters;
      limits: TcpLimits;
      receive: Receive;
    },
  ) {
    const { socket, clock, counters } = options;
    this.#socket = socket;
    this.protocol = options.protocol;
    this.remote = options.remote;
    this.#connecting = options.connecting;
    this.#lastMessageMs = clock.now();
    this.#waitingSinceMs = clock.now();
    this.#framer = new StreamFramer(
      message => {
        this.#lastMessageMs = clock.now();
        options.receive(message, this);
      },
      () => {
        counters.count('tcp.ping');
        this.#lastMessageMs = clock.now();
        this.send(pong, () => {});
      },
    );
    socket.on(options.protocol === 'TLS' ? 'secureConnect' : 'connect', () => {
      this.#connecting = false;
      this.#waitingSinceMs = undefined;
      socket.setKeepAlive(true, 60_000);
    });
    socket.on('data', data => this.#onData(data));
    socket.on('error', error => (this.#error = error));
    socket.on('close', () => {
      for (const { onError } of this.#unsent) onError(this.#error ?? new Error('the connection was closed'));
      this.#unsent.clear();
    });
  }

  get closed(): boolean {
    return this.#socket.destroyed || this.#socket.writableEnded;
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress === undefined ? undefined : plainAddress(this.#socket.localAddress);
  }

  #onData(data: Buffer): void {
    const { clock, counters } = this.options;
    const fault = this.#framer.push(data);
    if (fault) {
      // What follows cannot be read any more: there is no way to find the next message (RFC 3261 §18.3).
      counters.count(`malformed.stream.${fault}`);
      this.#socket.destroy();
    } else if (this.#framer.pendingBytes === 0) this.#waitingSinceMs = undefined;
    else this.#waitingSinceMs ??= clock.now();
  }

  send(data: Buffer, onError: (error: Error) => void): void {
    const { limits, counters } = this.options;
    if (this.closed) return onError(this.#error ?? new Error('the connection is closed'));
    if (this.#socket.writableLength > limits.unsentBytes) {
      counters.count('dropped.tcp-slow-reader');
      this.#socket.destroy(new Error('the peer does not read'));
    }
    const unsent = { onError };
    this.#unsent.add(unsent);
    this.#socket.write(data, error => {
      // A TLS connection that fails says so of itself, not of what was written: `close` tells those.
      if (!error && this.#socket.destroyed) return;
      if (this.#unsent.delete(unsent) && error) onError(error);
    });
  }

  hold(): () => void {
    let held = true;
    this.#holders++;
    return () => {
      if (held) this.#holders--;
      held = false;
      this.#lastMessageMs = this.options.clock.now();
    };
  }

  closeIfStale(): void {
    if (this.closed) return;
    const { clock, counters, limits } = this.options;
    const nowMs = clock.now();
    const waitedMs = this.#waitingSinceMs === undefined ? 0 : nowMs - this.#waitingSinceMs;
    if (waitedMs > (this.#connecting ? limits.connectMs : limits.messageMs)) {
      counters.count(this.#connecting ? 'tcp.connect-timeout' : 'tcp.message-timeout');
      this.#socket.destroy(new Error('timed out'));
    } else if (this.#holders === 0 && nowMs - this.#lastMessageMs > limits.idleMs) {
      counters.count('tcp.idle-timeout');
      this.end();
    }
  }

  /** Sends what is written, then closes; a peer that does not take part is cut off. */
  end(): void {
    this.#socket.end();
    this.#socket.setTimeout(1000, () => this.#socket.destroy());
  }
}
