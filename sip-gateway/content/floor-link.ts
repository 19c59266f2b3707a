import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { Counters } from '../sip/counters.js';
import { headerBytes, type BfcpMessage } from './bfcp.js';
import { parseHeader } from './parse-bfcp.js';
import { messageOf, Reassembly, type ParsedBfcp } from './reassembly.js';
import { writeBfcp, writeDatagrams } from './write-bfcp.js';

export interface FloorLinkOptions {
  local: { address: string; port: number };
  remote: { address: string; port: number };
  /** What tells the room from strangers: nobody else knows it. */
  conferenceId: number;
  counters: Counters;
  received: (parsed: ParsedBfcp) => void;
  /** Messages can be sent; over TCP again after each new connection. */
  connected: () => void;
}

/** Carries floor control messages of one call. Nothing is sent while there is no connection. */
export interface FloorLink {
  send(message: BfcpMessage): void;
  close(): void;
}

export class UdpFloorLink implements FloorLink {
  readonly #socket: UdpSocket;
  readonly #reassembly = new Reassembly();
  #remote: { address: string; port: number };
  #closed = false;

  constructor(private readonly options: FloorLinkOptions) {
    const { local, counters } = options;
    this.#remote = options.remote;
    this.#socket = createSocket(local.address.includes(':') ? 'udp6' : 'udp4');
    this.#socket.on('error', () => counters.count('bfcp.socket-errors'));
    this.#socket.on('message', (data, from) => this.#received(data, from));
    this.#socket.bind(local.port, local.address, () => options.connected());
  }

  send(message: BfcpMessage): void {
    if (this.#closed) return;
    for (const datagram of writeDatagrams(message)) {
      this.#socket.send(datagram, this.#remote.port, this.#remote.address, () => {});
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #received(data: Buffer, from: { address: string; port: number }): void {
    const { conferenceId, counters, received } = this.options;
    const header = parseHeader(data)?.header;
    const isRoom = from.address === this.#remote.address && from.port === this.#remote.port;
    // Behind a NAT it comes from elsewhere than its SDP says; who knows the conference's number is the room.
    if (header?.conferenceId === conferenceId) this.#remote = { address: from.address, port: from.port };
    else if (!isRoom) return counters.count('bfcp.strangers');
    received(this.#reassembly.push(data));
  }
}

/** Bytes of one message over TCP; the standard's stay far below. */
const maxMessageBytes = 16 * 1024;
const maxConnections = 4;
const reconnectMs = 2_000;
const maxConnectAttempts = 5;

/** RFC 8856 §8: by `setup` one side listens. A new connection takes the old one's place. */
export class TcpFloorLink implements FloorLink {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #current: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempts = 0;
  #closed = false;

  constructor(
    private readonly options: FloorLinkOptions,
    setup: 'active' | 'passive',
  ) {
    if (setup === 'active') this.#connect();
    else this.#listen();
  }

  send(message: BfcpMessage): void {
    this.#current?.write(writeBfcp(message));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
    this.#server?.close();
  }

  #listen(): void {
    const { local, counters } = this.options;
    this.#server = createServer(socket => this.#accept(socket));
    this.#server.maxConnections = maxConnections;
    this.#server.on('error', () => counters.count('bfcp.socket-errors'));
    this.#server.listen(local.port, local.address);
  }

  #connect(): void {
    const { remote, connected } = this.options;
    const socket = createConnection({ host: remote.address, port: remote.port });
    socket.once('connect', () => {
      this.#attempts = 0;
      this.#current = socket;
      connected();
    });
    socket.once('close', () => {
      if (this.#closed || ++this.#attempts > maxConnectAttempts) return;
      this.#timer = setTimeout(() => this.#connect(), reconnectMs);
    });
    this.#accept(socket);
  }

  #accept(socket: Socket): void {
    const { counters } = this.options;
    let pending: Buffer = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.setNoDelay(true).on('error', () => counters.count('bfcp.socket-errors'));
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#current === socket) this.#current = undefined;
    });
    socket.on('data', data => {
      pending = this.#messages(socket, Buffer.concat([pending, data]));
    });
  }

  /** Takes the whole messages off; what is left is the beginning of one. */
  #messages(socket: Socket, bytes: Buffer): Buffer {
    const { conferenceId, counters, received, connected } = this.options;
    let rest = bytes;
    while (rest.length >= headerBytes) {
      const header = parseHeader(rest)?.header;
      // A length that does not fit would make all that follows unreadable: there is no next message to find.
      if (!header || header.fragment || header.payloadBytes > maxMessageBytes) {
        counters.count('bfcp.malformed');
        socket.destroy();
        return Buffer.alloc(0);
      }
      const length = headerBytes + header.payloadBytes;
      if (rest.length < length) break;
      if (header.conferenceId !== conferenceId && this.#current !== socket) {
        counters.count('bfcp.strangers');
        socket.destroy();
        return Buffer.alloc(0);
      }
      if (this.#current !== socket) {
        this.#current?.destroy();
        this.#current = socket;
        connected();
      }
      received(messageOf(header, rest.subarray(headerBytes, length)));
      rest = rest.subarray(length);
    }
    return rest;
  }
}
