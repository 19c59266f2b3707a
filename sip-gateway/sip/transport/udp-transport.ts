import dgram from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';
import {
  plainAddress,
  wildcard,
  type Flow,
  type Receive,
  type SocketAddress,
  type Transport,
} from './transport.js';

/** Room for a burst while the event loop is busy elsewhere. */
const socketBufferBytes = 1024 * 1024;

export class UdpTransport implements Transport {
  readonly protocol = 'UDP';
  readonly #socket: dgram.Socket;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly bindAddress: string,
    private readonly receive: Receive,
    onError: (error: Error) => void,
  ) {
    this.#socket = dgram.createSocket({
      type: isIPv6(bindAddress) ? 'udp6' : 'udp4',
      recvBufferSize: socketBufferBytes,
    });
    this.#socket.on('message', (data, source) => {
      this.receive(data, this.flowTo({ address: plainAddress(source.address), port: source.port }));
    });
    this.#socket.on('error', onError);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.bind({ address: this.bindAddress, port, exclusive: true }, () => {
        this.#socket.off('error', reject);
        resolve();
      });
    });
    return this.port;
  }

  flowTo(remote: SocketAddress): Flow {
    return new UdpFlow(this, remote, wildcard(this.bindAddress) ? undefined : this.bindAddress);
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  send(data: Buffer, to: SocketAddress, onError: (error: Error) => void): void {
    if (this.closed) return onError(new Error('the socket is closed'));
    // A socket that is bound to an IPv6 address reaches IPv4 peers by their mapped addresses.
    const address = isIPv6(this.bindAddress) && isIPv4(to.address) ? `::ffff:${to.address}` : to.address;
    this.#socket.send(data, to.port, address, error => {
      if (error) onError(error);
    });
  }

  close(): Promise<void> {
    return (this.#closing ??= new Promise(resolve => this.#socket.close(() => resolve())));
  }
}

class UdpFlow implements Flow {
  readonly protocol = 'UDP';
  readonly reliable = false;

  constructor(
    private readonly transport: UdpTransport,
    readonly remote: SocketAddress,
    readonly localAddress: string | undefined,
  ) {}

  get closed(): boolean {
    return this.transport.closed;
  }

  send(data: Buffer, onError: (error: Error) => void): void {
    this.transport.send(data, this.remote, onError);
  }

  hold(): () => void {
    return () => {};
  }
}
