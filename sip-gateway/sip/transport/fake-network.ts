import type { FakeClock } from '../fake-clock.js';
import type { Flow, Protocol, Receive, SocketAddress, Transport } from './transport.js';

/** A datagram, or a message on a connection, on its way. */
export interface Carried {
  from: string;
  to: string;
  text: string;
}

/**
 * For tests: sockets without a network. Messages take `delayMs`; a test can drop some, hold some back
 * (which reorders them), and sees all that were sent.
 */
export class FakeNetwork {
  readonly #transports = new Map<string, FakeTransport>();
  readonly sent: Carried[] = [];
  delayMs: (message: Carried) => number = () => 1;
  drop: (message: Carried) => boolean = () => false;

  constructor(private readonly clock: FakeClock) {}

  transport(protocol: Protocol, local: SocketAddress, receive: Receive): FakeTransport {
    const transport = new FakeTransport(this, protocol, local, receive);
    this.#transports.set(`${protocol} ${local.address} ${local.port}`, transport);
    return transport;
  }

  carry(protocol: Protocol, from: SocketAddress, to: SocketAddress, data: Buffer): void {
    const message = { from: from.address, to: to.address, text: data.toString() };
    this.sent.push(message);
    if (this.drop(message)) return;
    this.clock.after(this.delayMs(message), () => {
      const target = this.#transports.get(`${protocol} ${to.address} ${to.port}`);
      target?.receive(Buffer.from(data), target.flowTo(from));
    });
  }

  /** Start lines of what was sent since the last call, as `address: start line`. */
  takeSent(): string[] {
    return this.sent.splice(0).map(({ from, text }) => `${from}: ${text.slice(0, text.indexOf('\r\n'))}`);
  }
}

export class FakeTransport implements Transport {
  readonly port: number;

  constructor(
    private readonly network: FakeNetwork,
    readonly protocol: Protocol,
    private readonly local: SocketAddress,
    readonly receive: Receive,
  ) {
    this.port = local.port;
  }

  async listen(): Promise<number> {
    return this.port;
  }

  flowTo(remote: SocketAddress): Flow {
    const { network, protocol, local } = this;
    return {
      protocol,
      reliable: protocol !== 'UDP',
      remote,
      localAddress: local.address,
      closed: false,
      send: data => network.carry(protocol, local, remote, data),
      hold: () => () => {},
    };
  }

  async close(): Promise<void> {}
}
