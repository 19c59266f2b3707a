import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import { BadNetwork } from './bad-network.js';
import { NetworkLink, type NetworkConditions } from './network-link.js';

const host = '127.0.0.1';
/** The relay's own packets must not be led to it again: they come from another address of the loopback. */
const relayHost = '127.0.0.2';
let paths = 0;

/**
 * A bad network before UDP ports of the loopback, for all who begin to send to them: browsers, which cannot be told
 * another address. The way around it by TCP is closed.
 * Needs nftables, and to be root. Near is who sends, far the ports.
 */
export class BadPath {
  readonly #table = `amphi_path_${process.pid}_${++paths}`;
  readonly #listeners: { socket: dgram.Socket; port: number }[] = [];
  readonly #clients = new Map<string, dgram.Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  private constructor(
    private readonly tcpPorts: readonly number[],
    private readonly links: { toFar: NetworkLink; toNear: NetworkLink },
  ) {}

  static async open(
    ports: { udp: readonly number[]; tcp: readonly number[] },
    conditions: NetworkConditions,
    seed = 1,
  ): Promise<BadPath> {
    const path = new BadPath(ports.tcp, BadNetwork.links({ toFar: conditions, toNear: conditions }, seed));
    for (const port of ports.udp) {
      const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
      await new Promise<void>(resolve => socket.bind(0, host, resolve));
      socket.on('error', () => {});
      socket.on('message', (data, from) => path.#fromNear(socket, port, data, from));
      path.#listeners.push({ socket, port });
    }
    path.#lead();
    return path;
  }

  /** Packets that went over it, in both directions. */
  get packets(): number {
    return this.links.toFar.packets + this.links.toNear.packets;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    nft('delete', 'table', 'ip', this.#table);
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { socket } of this.#listeners) socket.close();
    for (const socket of this.#clients.values()) socket.close();
  }

  #lead(): void {
    nft('add', 'table', 'ip', this.#table);
    nft('add', 'chain', 'ip', this.#table, 'out', '{ type nat hook output priority -100; }');
    for (const { socket, port } of this.#listeners) {
      const rule = `ip saddr != ${relayHost} udp dport ${port} redirect to :${socket.address().port}`;
      nft('add', 'rule', 'ip', this.#table, 'out', ...rule.split(' '));
    }
    nft('add', 'chain', 'ip', this.#table, 'others', '{ type filter hook output priority 0; }');
    for (const port of this.tcpPorts)
      nft('add', 'rule', 'ip', this.#table, 'others', 'tcp', 'dport', String(port), 'reject');
  }

  #fromNear(listener: dgram.Socket, port: number, data: Buffer, from: dgram.RemoteInfo): void {
    const key = `${port} ${from.port}`;
    let far = this.#clients.get(key);
    if (!far) {
      far = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
      this.#clients.set(key, far);
      far.bind(0, relayHost);
      far.on('error', () => {});
      far.on('message', reply =>
        this.#pass(this.links.toNear, reply.length, () => listener.send(reply, from.port, from.address)),
      );
    }
    const socket = far;
    this.#pass(this.links.toFar, data.length, () => socket.send(data, port, host));
  }

  #pass(link: NetworkLink, bytes: number, send: () => void): void {
    const nowMs = performance.now();
    const atMs = link.arrivalMs(bytes + 28, nowMs); // with the headers of IP and UDP
    if (atMs === null) return;
    if (atMs - nowMs < 1) return send();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#closed) send();
    }, atMs - nowMs);
    this.#timers.add(timer);
  }
}

function nft(...args: string[]): void {
  execFileSync('nft', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
