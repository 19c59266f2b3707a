import { availableParallelism } from 'node:os';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { Emitter } from '../../base/emitter.js';
import { ResourceError, messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { listenAddresses, type ListenAddress } from './listen-addresses.js';

export interface WorkerPoolOptions {
  /** 0: one for each core. */
  workers: number;
  /** UDP and TCP port of the first worker; 0: any. Each further worker takes the next. */
  port: number;
  host: string;
  announcedAddress: string | null;
  log: Log;
}

/** A mediasoup worker with the one port that all its WebRTC transports share. */
export interface PooledWorker {
  index: number;
  worker: types.Worker;
  webRtcServer: types.WebRtcServer;
  /** Conferences on it now. */
  load: number;
}

/** Wait before a worker that died is started again: at once, then longer while it keeps dying. */
const firstRespawnMs = 0;
const maxRespawnMs = 5_000;
/** A worker that ran this long is healthy again. */
const healthyAfterMs = 10_000;

/**
 * The SFU's processes. A worker that dies is replaced; `died` tells who had routers on it, who then ask `pick()`
 * for another (the rest of the pool serves at once, the new one a moment later).
 */
export class WorkerPool extends Emitter<{
  died: (worker: PooledWorker) => void;
  spawned: (worker: PooledWorker) => void;
}> {
  /** Workers that died since the start. */
  deaths = 0;
  readonly #options: WorkerPoolOptions;
  readonly #addresses: ListenAddress[];
  readonly #slots: (PooledWorker | undefined)[] = [];
  readonly #respawns = new Set<NodeJS.Timeout>();
  #waiting: ((worker: PooledWorker) => void)[] = [];
  #closed = false;

  private constructor(options: WorkerPoolOptions) {
    super();
    this.#options = options;
    this.#addresses = listenAddresses(options.host, options.announcedAddress);
  }

  /** @throws ResourceError when the worker binary or a port is not to be had */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    const count = options.workers === 0 ? availableParallelism() : options.workers;
    try {
      for (let index = 0; index < count; index++) await pool.#spawn(index);
    } catch (cause) {
      pool.close();
      throw new ResourceError('sfu-worker', `The media worker does not start: ${messageOf(cause)}`, {
        cause,
      });
    }
    return pool;
  }

  /** Process ids, for tests and operators. */
  get pids(): number[] {
    return this.#slots.flatMap(slot => (slot ? [slot.worker.pid] : []));
  }

  /** The worker with the fewest conferences; waits while none is alive. */
  async pick(): Promise<PooledWorker> {
    const alive = this.#slots.filter(slot => slot !== undefined);
    const best = alive.sort((a, b) => a.load - b.load)[0];
    return best ?? new Promise(resolve => this.#waiting.push(resolve));
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#respawns) clearTimeout(timer);
    for (const slot of this.#slots) slot?.worker.close();
    this.#slots.length = 0;
  }

  async #spawn(index: number, backoffMs = firstRespawnMs): Promise<void> {
    const startedAt = performance.now();
    const worker = await mediasoup.createWorker({ logLevel: 'warn' });
    let pooled: PooledWorker;
    try {
      const webRtcServer = await worker.createWebRtcServer({ listenInfos: this.#listenInfos(index) });
      pooled = { index, worker, webRtcServer, load: 0 };
    } catch (cause) {
      worker.close();
      throw cause;
    }
    if (this.#closed) return worker.close();
    worker.on('died', error => {
      this.deaths++;
      this.#slots[index] = undefined;
      this.#options.log.error({ worker: index, pid: worker.pid, reason: error.message }, 'media worker died');
      const nextMs =
        performance.now() - startedAt > healthyAfterMs
          ? firstRespawnMs
          : Math.min(backoffMs * 2 + 250, maxRespawnMs);
      this.#respawnIn(nextMs, index);
      this.emit('died', pooled);
    });
    this.#slots[index] = pooled;
    this.#options.log.info({ worker: index, pid: worker.pid }, 'media worker ready');
    this.emit('spawned', pooled);
    for (const resolve of this.#waiting.splice(0)) resolve(pooled);
  }

  #respawnIn(delayMs: number, index: number): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#respawns.delete(timer);
      this.#spawn(index, delayMs).catch((error: unknown) => {
        this.#options.log.error(
          { worker: index, reason: messageOf(error) },
          'media worker does not start again',
        );
        this.#respawnIn(Math.min(delayMs * 2 + 250, maxRespawnMs), index);
      });
    }, delayMs);
    this.#respawns.add(timer);
  }

  #listenInfos(index: number): types.TransportListenInfo[] {
    const port = this.#options.port === 0 ? undefined : this.#options.port + index;
    return this.#addresses.flatMap(address =>
      (['udp', 'tcp'] as const).map(protocol => ({
        protocol,
        ...address,
        ...(port === undefined ? {} : { port }),
      })),
    );
  }
}
