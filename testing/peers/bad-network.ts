import dgram from 'node:dgram';
import { NetworkLink, type NetworkConditions } from './network-link.js';

/** A receive buffer that takes a keyframe's burst while the process is busy. */
const bufferBytes = 4 * 1024 * 1024;

/** One end of a path: what it sends to `port` arrives at the other. */
interface End {
  socket: dgram.Socket;
  /** Where that side receives; 0: not known yet. */
  target: number;
}

/**
 * A path over the loopback with a bad network in the middle: a relay of UDP packets between two sides, `near` and
 * `far`. Loss, delay, jitter, overtaking and rate are those of `NetworkLink`, for each direction its own.
 */
export class BadNetwork {
  readonly toFar: NetworkLink;
  readonly toNear: NetworkLink;
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  private constructor(
    private readonly near: End,
    private readonly far: End,
    links: { toFar: NetworkLink; toNear: NetworkLink },
  ) {
    this.toFar = links.toFar;
    this.toNear = links.toNear;
    near.socket.on('message', data => this.#pass(data, this.toFar, far));
    far.socket.on('message', data => this.#pass(data, this.toNear, near));
  }

  /**
   * `nearPort` and `farPort`: where the two sides receive; 0 when that is told later. `own`: the relay's ports.
   * Rejects when one of them is taken.
   */
  static async open(
    nearPort: number,
    farPort: number,
    links: { toFar: NetworkLink; toNear: NetworkLink },
    own: { near: number; far: number } = { near: 0, far: 0 },
  ): Promise<BadNetwork> {
    const near = await bound(own.near);
    const far = await bound(own.far).catch((error: unknown) => {
      near.close();
      throw error;
    });
    return new BadNetwork({ socket: near, target: nearPort }, { socket: far, target: farPort }, links);
  }

  /** Links with these conditions in both directions. */
  static links(
    conditions: { toFar?: NetworkConditions; toNear?: NetworkConditions },
    seed = 1,
  ): { toFar: NetworkLink; toNear: NetworkLink } {
    return {
      toFar: new NetworkLink(conditions.toFar ?? {}, seed),
      toNear: new NetworkLink(conditions.toNear ?? {}, seed + 1),
    };
  }

  /** Where the near side sends to, and takes packets from. */
  get nearPort(): number {
    return this.near.socket.address().port;
  }

  get farPort(): number {
    return this.far.socket.address().port;
  }

  /** The sides' own ports. */
  connect(nearPort: number, farPort: number): void {
    this.near.target = nearPort || this.near.target;
    this.far.target = farPort || this.far.target;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.near.socket.close();
    this.far.socket.close();
  }

  #pass(data: Buffer, link: NetworkLink, to: End): void {
    const nowMs = performance.now();
    const atMs = link.arrivalMs(data.length + 28, nowMs); // with the headers of IP and UDP
    if (atMs === null || to.target === 0) return;
    const send = () => {
      // It leaves where the other side sends to, so that symmetric RTP (RFC 4961) finds its way back.
      if (!this.#closed) to.socket.send(data, to.target, '127.0.0.1');
    };
    if (atMs - nowMs < 1) return send();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      send();
    }, atMs - nowMs);
    this.#timers.add(timer);
  }
}

async function bound(port: number): Promise<dgram.Socket> {
  const socket = dgram.createSocket({
    type: 'udp4',
    recvBufferSize: bufferBytes,
    sendBufferSize: bufferBytes,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', error => {
      socket.close();
      reject(error);
    });
    socket.bind(port, '127.0.0.1', resolve);
  });
  socket.removeAllListeners('error');
  // A side that is not there (yet): the packet is lost, as it would be.
  socket.on('error', () => {});
  return socket;
}
