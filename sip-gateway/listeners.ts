import type { WebSocket } from 'ws';
import { messageOf, ResourceError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { Scope } from '../base/scope.js';
import type { SipGatewayConfig } from './gateway.js';
import type { Clock } from './sip/clock.js';
import type { Counters } from './sip/counters.js';
import type { BanList } from './sip/transport/ban-list.js';
import { TcpTransport } from './sip/transport/tcp-transport.js';
import type { TransportLayer } from './sip/transport/transport-layer.js';
import type { Flow, SocketAddress } from './sip/transport/transport.js';
import { UdpTransport } from './sip/transport/udp-transport.js';
import { WebSocketTransport } from './sip/transport/web-socket-transport.js';

const bindAttempts = 20;

/** The sockets of SIP: UDP and TCP at one port, TLS at another, WebSockets that the web server hands over. */
export class Listeners {
  readonly #scope = new Scope();
  readonly #webSockets: WebSocketTransport;

  constructor(
    private readonly options: {
      config: SipGatewayConfig;
      clock: Clock;
      counters: Counters;
      log: Log;
      transport: TransportLayer;
      bans: BanList;
    },
  ) {
    const { clock, counters, transport } = options;
    const { receive } = this.#streamOptions;
    this.#webSockets = this.#scope.own(new WebSocketTransport({ clock, counters, receive }));
    transport.add(this.#webSockets);
  }

  /** Rejects with a ResourceError when the port is taken. */
  async listen(): Promise<{ udpPort: number; tcpPort: number; tlsPort: number | null }> {
    const ports = await this.#listenPlain();
    return { ...ports, tlsPort: await this.#listenTls() };
  }

  /** Takes a connection of a browser, upgraded with the sub-protocol `sip` (RFC 7118). `port`: the web server's. */
  acceptWebSocket(socket: WebSocket, remote: SocketAddress, local: SocketAddress): void {
    void this.#webSockets.listen(local.port);
    if (this.options.bans.drops(remote.address)) {
      this.options.counters.count('dropped.banned');
      return socket.terminate();
    }
    this.#webSockets.accept(socket, remote, local.address);
  }

  async #listenTls(): Promise<number | null> {
    const { tls } = this.options.config;
    if (!tls) return null;
    const transport = new TcpTransport({ ...this.#streamOptions, tls });
    try {
      await transport.listen(tls.port);
    } catch (cause) {
      await transport.close();
      const where = `${this.options.config.address} port ${tls.port}`;
      throw new ResourceError('sip-port', `SIP over TLS cannot listen on ${where}: ${messageOf(cause)}`, {
        cause,
      });
    }
    this.options.transport.add(this.#scope.own(transport));
    return transport.port;
  }

  async #listenPlain(): Promise<{ udpPort: number; tcpPort: number }> {
    const { config } = this.options;
    for (let attempt = 1; ; attempt++) {
      const { udp, tcp } = this.#createTransports();
      try {
        const udpPort = await udp.listen(config.port);
        const tcpPort = await tcp.listen(udpPort);
        this.options.transport.add(this.#scope.own(udp));
        this.options.transport.add(this.#scope.own(tcp));
        return { udpPort, tcpPort };
      } catch (cause) {
        await Promise.allSettled([udp.close(), tcp.close()]);
        // A free UDP port may be taken for TCP: try another.
        if (config.port !== 0 || attempt === bindAttempts) {
          const where = `${config.address} port ${config.port}`;
          throw new ResourceError('sip-port', `SIP cannot listen on ${where}: ${messageOf(cause)}`, {
            cause,
          });
        }
      }
    }
  }

  #createTransports(): { udp: UdpTransport; tcp: TcpTransport } {
    const { bindAddress, receive, onError } = this.#streamOptions;
    return {
      udp: new UdpTransport(bindAddress, receive, onError),
      tcp: new TcpTransport(this.#streamOptions),
    };
  }

  get #streamOptions() {
    const { config, log, clock, counters } = this.options;
    return {
      bindAddress: config.address,
      clock,
      counters,
      receive: (data: Buffer, flow: Flow) => this.#receive(data, flow),
      refuses: (address: string) => this.options.bans.drops(address),
      onError: (error: Error) => {
        counters.count('socket-errors');
        log.warn({ error: messageOf(error) }, 'SIP socket');
      },
    };
  }

  /** A mistake of ours in handling one message must not end everybody's calls: it is logged with its stack. */
  #receive(data: Buffer, flow: Flow): void {
    try {
      this.options.transport.receive(data, flow);
    } catch (error) {
      this.options.counters.count('internal-errors');
      this.options.log.error({ err: error }, 'a SIP message was not handled');
    }
  }

  close(): Promise<void> {
    return this.#scope.close();
  }
}
