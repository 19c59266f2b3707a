import { Emitter } from '../../base/emitter.js';
import type { Log } from '../../base/log.js';
import type { Closable } from '../../base/scope.js';
import { MediaProcess, type MediaProcessOwner } from './media-process-handle.js';
import type { MediaProcessOptions } from './media-process-options.js';
import type { ConferencePlan, ConferenceStatistics, MixerEvent } from './plan.js';
import { RateAdaptation } from './rate-adaptation.js';
import { SessionNumbers } from './session-numbers.js';
import { Thumbnails } from './thumbnails.js';

export type MixerOptions = MediaProcessOptions & { log: Log };

type Notices = {
  keyframeNeeded: (conferenceId: string, session: string) => void;
  sessionFailed: (conferenceId: string, session: string, reason: string) => void;
  dtmf: (conferenceId: string, session: string, digit: string) => void;
  statistics: (conferenceId: string, statistics: ConferenceStatistics) => void;
};

/** Wait before a restart: none after a single crash, more when one follows the other. */
const backOffMs = [0, 0, 0, 250, 1_000, 2_000];
/** A process that lived so long has not crashed "again". */
const healthyMs = 4_000;
/** The spare is made when the machine has done what the start or a crash asked of it. */
const spareAfterMs = 3_000;

/**
 * The MCU, as the server sees it: gives its plans to a media process, and to another one when that crashes or
 * hangs. A spare process waits with everything loaded, since loading is most of what a restart takes. `setPlan`
 * may be called at any time, also while no process runs.
 */
export class Mixer implements Closable {
  readonly events = new Emitter<Notices>();
  /** Media processes that ended by themselves and were replaced. */
  restarts = 0;
  readonly #plans = new Map<string, ConferencePlan>();
  readonly #numbers = new SessionNumbers();
  readonly #rates = new RateAdaptation();
  readonly #thumbnails = new Thumbnails();
  #active: MediaProcess | undefined;
  #spare: MediaProcess | undefined;
  #activeSinceMs = performance.now();
  #crashesInARow = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  #spareTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(private readonly options: MixerOptions) {
    this.#active = this.#fork();
    this.#scheduleSpare();
  }

  /** Of the process that waits with everything loaded; undefined while there is none. */
  get sparePid(): number | undefined {
    return this.#spare?.ready ? this.#spare.pid : undefined;
  }

  /** Of the media process that carries the conferences; undefined while there is none. */
  get pid(): number | undefined {
    return this.#active?.ready ? this.#active.pid : undefined;
  }

  /** The whole wanted state of one conference; replaces the last. */
  setPlan(plan: ConferencePlan): void {
    if (this.#closing) return;
    this.#plans.set(plan.conferenceId, plan);
    if (this.#active) this.#send(this.#active, plan);
  }

  removePlan(conferenceId: string): void {
    this.#numbers.forget(conferenceId);
    this.#rates.forget(conferenceId);
    if (this.#plans.delete(conferenceId)) this.#active?.send({ type: 'remove', conferenceId });
  }

  /** Someone who receives this session's video cannot decode it. */
  requestKeyframe(conferenceId: string, session: string): void {
    this.#active?.send({ type: 'requestKeyframe', conferenceId, session });
  }

  /** What is seen in the conference now, as a small JPEG; null: no picture is composed. */
  thumbnail(conferenceId: string): Promise<Buffer | null> {
    return this.#thumbnails.request(conferenceId, () => {
      this.#active?.send({ type: 'thumbnail', conferenceId });
    });
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#end());
  }

  #fork(): MediaProcess {
    const { log, ...options } = this.options;
    return new MediaProcess(options, this.#owner, log);
  }

  readonly #owner: MediaProcessOwner = {
    onReady: process => {
      if (process === this.#active) this.#begin(process);
    },
    onEvent: (process, event) => {
      if (process === this.#active) this.#onEvent(event);
    },
    onExit: (process, reason) => {
      if (process === this.#active) this.#onCrash(process, reason);
      if (process !== this.#spare) return;
      this.#spare = undefined;
      this.#scheduleSpare();
    },
  };

  #begin(process: MediaProcess): void {
    this.options.log.info({ pid: process.pid, conferences: this.#plans.size }, 'media process is ready');
    for (const plan of this.#plans.values()) this.#send(process, plan);
  }

  #send(process: MediaProcess, plan: ConferencePlan): void {
    process.send({ type: 'plan', plan: this.#numbers.numbered(this.#rates.adapted(plan)) });
  }

  #onEvent(event: MixerEvent): void {
    switch (event.type) {
      case 'ready':
      case 'alive':
        break;
      case 'keyframeNeeded':
        return this.events.emit('keyframeNeeded', event.conferenceId, event.session);
      case 'sessionFailed':
        this.options.log.warn({ ...event }, 'a media session cannot run');
        return this.events.emit('sessionFailed', event.conferenceId, event.session, event.reason);
      case 'dtmf':
        return this.events.emit('dtmf', event.conferenceId, event.session, event.digit);
      case 'thumbnail':
        return this.#thumbnails.answer(event.conferenceId, event.jpeg);
      case 'statistics':
        this.#numbers.onStatistics(event.conferenceId, event.statistics);
        this.#adapt(event.conferenceId, event.statistics);
        return this.events.emit('statistics', event.conferenceId, event.statistics);
    }
  }

  /** A receiver's network takes more or less than before. */
  #adapt(conferenceId: string, statistics: ConferenceStatistics): void {
    const plan = this.#plans.get(conferenceId);
    if (!this.#rates.onStatistics(conferenceId, statistics, performance.now())) return;
    if (plan && this.#active) this.#send(this.#active, plan);
  }

  #onCrash(process: MediaProcess, reason: string): void {
    this.#active = undefined;
    if (this.#closing) return;
    this.restarts++;
    this.#numbers.onRestart();
    const lived = performance.now() - this.#activeSinceMs;
    this.#crashesInARow = lived > healthyMs ? 0 : this.#crashesInARow + 1;
    const waitMs = backOffMs[Math.min(this.#crashesInARow, backOffMs.length - 1)]!;
    this.options.log.error({ pid: process.pid, reason, waitMs }, 'media process ended: replaced');
    if (waitMs === 0) this.#replace();
    else this.#restartTimer = setTimeout(() => this.#replace(), waitMs);
  }

  #replace(): void {
    const process = this.#spare ?? this.#fork();
    this.#spare = undefined;
    this.#active = process;
    this.#activeSinceMs = performance.now();
    if (process.ready) this.#begin(process);
    this.#scheduleSpare();
  }

  #scheduleSpare(): void {
    clearTimeout(this.#spareTimer);
    this.#spareTimer = setTimeout(() => (this.#spare ??= this.#fork()), spareAfterMs);
  }

  async #end(): Promise<void> {
    clearTimeout(this.#restartTimer);
    clearTimeout(this.#spareTimer);
    await Promise.all([this.#active?.close(), this.#spare?.close()]);
  }
}
