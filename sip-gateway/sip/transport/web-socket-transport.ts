import type { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.js';
import type { Counters } from '../counters.js';
import type { Flow, Receive, SocketAddress, Transport } from './transport.js';

/** What a client asks for in its handshake (RFC 7118 §4.1). */
export const webSocketProtocol = 'sip';
/** A SIP message is no larger over any transport. */
export const maxWebSocketMessageBytes = 80 * 1024;

const connectionsAtOnce = 1000;
const connectionsPerSource = 100;
/** Without a message, when no call holds the connection. */
const idleMs = 180_000;
const sweepMs = 5_000;
/** Bytes that the peer does not read. */
const unsentBytes = 256 * 1024;
const pong = '\r\n';

/**
 * SIP over WebSocket (RFC 7118) for soft-phones in browsers: connections come from the web server, each frame is one
 * message. A browser cannot be connected to, so all ways to it are those that it has opened.
 */
export class WebSocketTransport implements Transport {
  readonly protocol = 'WSS';
  readonly #flows = new Map<string, WebSocketFlow>();
  /** Runs while there are connections. */
  #sweep: Timer | undefined;
  #port = 0;

  constructor(private readonly options: { clock: Clock; counters: Counters; receive: Receive }) {}

  /** The web server's. */
  get port(): number {
    return this.#port;
  }

  listen(port: number): Promise<number> {
    this.#port = port;
    return Promise.resolve(port);
  }

  /** Takes a connection that has been upgraded with the sub-protocol `sip`. */
  accept(socket: WebSocket, remote: SocketAddress, localAddress: string | undefined): void {
    const { counters, clock, receive } = this.options;
    socket.on('error', () => counters.count('ws.errors'));
    const fromSource = [...this.#flows.values()].filter(
      flow => flow.remote.address === remote.address,
    ).length;
    if (this.#flows.size >= connectionsAtOnce || fromSource >= connectionsPerSource) {
      counters.count('dropped.ws-connection');
      socket.close(1013, 'too many connections');
      return;
    }
    counters.count('ws.accepted');
    const key = keyOf(remote);
    const flow = new WebSocketFlow(socket, remote, localAddress, clock, counters);
    this.#flows.set(key, flow);
    this.#sweep ??= this.#scheduleSweep();
    socket.on('close', () => this.#flows.delete(key));
    socket.on('message', (data: Buffer) => {
      flow.lastMessageMs = clock.now();
      // §6: keep-alive is for connections without WebSocket pings, but is answered (RFC 5626 §3.5.1).
      if (data.length <= 4 && data.toString('latin1').trim() === '')
        return flow.send(Buffer.from(pong), () => {});
      receive(data, flow);
    });
  }

  flowTo(remote: SocketAddress): Flow {
    return this.#flows.get(keyOf(remote)) ?? new ClosedFlow(remote);
  }

  close(): Promise<void> {
    this.#sweep?.cancel();
    this.#sweep = undefined;
    for (const flow of this.#flows.values()) flow.end();
    this.#flows.clear();
    return Promise.resolve();
  }

  #scheduleSweep(): Timer {
    return this.options.clock.after(sweepMs, () => {
      for (const flow of this.#flows.values()) flow.closeIfIdle();
      this.#sweep = this.#flows.size > 0 ? this.#scheduleSweep() : undefined;
    });
  }
}

class WebSocketFlow implements Flow {
  readonly protocol = 'WSS';
  readonly reliable = true;
  lastMessageMs: number;
  #holders = 0;

  constructor(
    private readonly socket: WebSocket,
    readonly remote: SocketAddress,
    readonly localAddress: string | undefined,
    private readonly clock: Clock,
    private readonly counters: Counters,
  ) {
    this.lastMessageMs = clock.now();
  }

  get closed(): boolean {
    return this.socket.readyState !== this.socket.OPEN;
  }

  send(data: Buffer, onError: (error: Error) => void): void {
    if (this.closed) return onError(new Error('the connection is closed'));
    if (this.socket.bufferedAmount > unsentBytes) {
      this.counters.count('dropped.ws-slow-reader');
      this.socket.terminate();
      return onError(new Error('the peer does not read'));
    }
    // Text, as SIP is unless a body says otherwise (§4.2).
    this.socket.send(data, { binary: false }, error => {
      if (error) onError(error);
    });
  }

  hold(): () => void {
    let held = true;
    this.#holders++;
    return () => {
      if (held) this.#holders--;
      held = false;
      this.lastMessageMs = this.clock.now();
    };
  }

  closeIfIdle(): void {
    if (this.#holders > 0 || this.clock.now() - this.lastMessageMs < idleMs) return;
    this.counters.count('ws.idle-timeout');
    this.end();
  }

  end(): void {
    this.socket.close(1001);
  }
}

/** To a browser that is gone. */
class ClosedFlow implements Flow {
  readonly protocol = 'WSS';
  readonly reliable = true;
  readonly closed = true;
  readonly localAddress = undefined;

  constructor(readonly remote: SocketAddress) {}

  send(_data: Buffer, onError: (error: Error) => void): void {
    onError(new Error('the browser has closed its connection'));
  }

  hold(): () => void {
    return () => {};
  }
}

function keyOf({ address, port }: SocketAddress): string {
  return `${address} ${port}`;
}
