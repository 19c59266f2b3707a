import type { Clock } from '../clock.js';
import { LipSync } from '../lip-sync.js';
import type { ConferencePlan } from '../plan.js';
import { AudioConference, type AudioConferenceOwner, type AudioStatistics } from './audio-conference.js';
import { tickMs } from './sound-format.js';
import { TickClock } from './tick-clock.js';

export interface AudioMixerOptions {
  clock: Clock;
  /** Memory of `LipSync.allocate()`, shared with the threads that show pictures. */
  lipSync?: SharedArrayBuffer;
  /** Bound of the playout delay; 200 unless said otherwise. */
  maxDelayMs?: number;
}

/** The sound of all conferences of a process, on one clock. It needs no thread of its own: see `AudioThread`. */
export class AudioMixer {
  readonly clock: TickClock;
  readonly #conferences = new Map<string, AudioConference>();
  readonly #closing = new Map<string, Promise<void>>();
  readonly #options: { clock: Clock; lipSync: LipSync; maxDelayMs: number };
  readonly #owner: AudioConferenceOwner;

  constructor(options: AudioMixerOptions, owner: AudioConferenceOwner) {
    const { clock, lipSync = LipSync.allocate(), maxDelayMs = 200 } = options;
    this.#options = { clock, lipSync: new LipSync(lipSync), maxDelayMs };
    this.#owner = owner;
    this.clock = new TickClock(clock, tickMs, (tick, atMs) => {
      for (const conference of this.#conferences.values()) conference.tick(tick, atMs);
    });
  }

  /** Begins to tick by itself; a test calls `clock.run()` instead. */
  start(): void {
    this.clock.start();
  }

  /** Resolves when the plan runs. */
  setPlan(plan: ConferencePlan): Promise<void> {
    let conference = this.#conferences.get(plan.conferenceId);
    if (!conference) {
      const after = this.#closing.get(plan.conferenceId);
      conference = new AudioConference(plan.conferenceId, this.#options, this.#owner, after);
      this.#conferences.set(plan.conferenceId, conference);
    }
    return conference.setPlan(plan, Promise.allSettled(this.#closing.values()));
  }

  async remove(conferenceId: string): Promise<void> {
    const conference = this.#conferences.get(conferenceId);
    if (!conference) return this.#closing.get(conferenceId);
    this.#conferences.delete(conferenceId);
    const closing = conference.close();
    this.#closing.set(conferenceId, closing);
    await closing.finally(() => {
      if (this.#closing.get(conferenceId) === closing) this.#closing.delete(conferenceId);
    });
  }

  *statistics(): Iterable<[conferenceId: string, statistics: AudioStatistics]> {
    for (const [id, conference] of this.#conferences) yield [id, conference.statistics()];
  }

  async close(): Promise<void> {
    this.clock.close();
    const ids = [...this.#conferences.keys(), ...this.#closing.keys()];
    await Promise.all(ids.map(id => this.remove(id)));
  }
}
