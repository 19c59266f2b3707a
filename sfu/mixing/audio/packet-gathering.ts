import { setImmediate } from 'node:timers';
import type { TickClock } from './tick-clock.js';

/** From so many packets a second on, waking for each one costs more than the sound in it. */
const busyPackets = 600;
const calmPackets = 400;
const napMs = 3;

/**
 * Lets packets gather while many come: the audio thread sleeps for moments of 3 ms, and takes then what has arrived
 * since from all sockets at once (as network cards moderate their interrupts). The playout buffers see up to so
 * much more jitter; a tick is never late by it.
 */
export class PacketGathering {
  readonly #never = new Int32Array(new SharedArrayBuffer(4));
  #gathering = false;
  #closed = false;
  #packetsBefore = 0;

  constructor(private readonly clock: TickClock) {}

  /** Each second: all packets that came to the sessions of now. */
  adapt(packets: number): void {
    const perSecond = packets - this.#packetsBefore;
    this.#packetsBefore = packets;
    const gather = perSecond > (this.#gathering ? calmPackets : busyPackets);
    if (gather && !this.#gathering) setImmediate(this.#nap);
    this.#gathering = gather;
  }

  close(): void {
    this.#closed = true;
  }

  /** Comes after what has arrived was read. */
  readonly #nap = (): void => {
    if (!this.#gathering || this.#closed) return;
    this.clock.run();
    Atomics.wait(this.#never, 0, 0, Math.min(napMs, this.clock.untilNextMs));
    setImmediate(this.#nap);
  };
}
