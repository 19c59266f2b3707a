import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { ResourceError } from '../../base/errors.js';

/**
 * Hands out UDP ports for RTP sessions of processes that bind them later, and again after a restart: so a
 * port is found free by binding it, and kept by name until it is released. With the range 0–0 the system chooses.
 */
export class PortPool {
  readonly #taken = new Set<number>();
  #next: number;

  constructor(
    private readonly min: number,
    private readonly max: number,
    private readonly address: string,
  ) {
    this.#next = min + (min % 2);
  }

  /** An even port, with the odd one above it free too (RFC 3550 §11). @throws ResourceError when none is left */
  async takePair(): Promise<number> {
    for (let attempt = 0; attempt < this.#attempts; attempt++) {
      const port = await this.#candidate();
      if (port % 2 === 1 || this.#taken.has(port) || this.#taken.has(port + 1)) continue;
      if (!(await isFree(port, this.address)) || !(await isFree(port + 1, this.address))) continue;
      this.#taken.add(port).add(port + 1);
      return port;
    }
    throw new ResourceError(
      'no-media-port',
      `No free UDP port pair between ${this.min} and ${this.max}. Widen media.portMin–portMax.`,
    );
  }

  release(port: number): void {
    this.#taken.delete(port);
    this.#taken.delete(port + 1);
  }

  get #attempts(): number {
    return this.min === 0 ? 100 : Math.max(1, Math.floor((this.max - this.min + 1) / 2));
  }

  async #candidate(): Promise<number> {
    if (this.min === 0) return systemPort(this.address);
    const port = this.#next;
    this.#next = port + 3 > this.max ? this.min + (this.min % 2) : port + 2;
    return port;
  }
}

async function isFree(port: number, address: string): Promise<boolean> {
  return (await bind(port, address)) !== null;
}

async function systemPort(address: string): Promise<number> {
  const port = await bind(0, address);
  if (port === null) throw new ResourceError('no-media-port', `No UDP port can be bound on ${address}.`);
  return port;
}

/** Binds and frees; null when it is taken. */
async function bind(port: number, address: string): Promise<number | null> {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, address);
    await once(socket, 'listening');
    return socket.address().port;
  } catch {
    return null;
  } finally {
    socket.close();
  }
}
