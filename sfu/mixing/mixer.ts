import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Emitter } from '../../base/emitter.js';
import type { Log } from '../../base/log.js';
import type { Closable } from '../../base/scope.js';
import type { MediaProcessOptions } from './media-process-options.js';
import type { ConferencePlan, ConferenceStatistics, MixerCommand, MixerEvent } from './plan.js';

export type MixerOptions = MediaProcessOptions & { log: Log };

type Notices = {
  keyframeNeeded: (conferenceId: string, session: string) => void;
  sessionFailed: (conferenceId: string, session: string, reason: string) => void;
  dtmf: (conferenceId: string, session: string, digit: string) => void;
  statistics: (conferenceId: string, statistics: ConferenceStatistics) => void;
};

/** No sign of life for so long means that the process hangs (see `MixerEvent`). */
const hungMs = 2_000;
/** The first sign of life may take longer: the process loads FFmpeg, perhaps from a cold disk. */
const startMs = 10_000;
/** Wait before a restart: none after a single crash, more when one follows the other. */
const backOffMs = [0, 100, 500, 1_000, 2_000];
/** A process that lived so long has not crashed "again". */
const healthyMs = 10_000;
const closeWithinMs = 2_000;

/**
 * The MCU, as the server sees it: forks the media process, gives it the plans, and starts another one with the
 * same plans when it crashes or hangs. `setPlan` may be called at any time, also while no process runs.
 */
export class Mixer implements Closable {
  readonly events = new Emitter<Notices>();
  /** Media processes that were started in place of one that ended by itself. */
  restarts = 0;
  readonly #plans = new Map<string, ConferencePlan>();
  #process: ChildProcess | undefined;
  #ready = false;
  #startedAt = 0;
  #crashesInARow = 0;
  #watchdog: NodeJS.Timeout | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(private readonly options: MixerOptions) {
    this.#start();
  }

  /** Of the media process; undefined while it is not up. */
  get pid(): number | undefined {
    return this.#ready ? this.#process?.pid : undefined;
  }

  /** The whole wanted state of one conference; replaces the last. */
  setPlan(plan: ConferencePlan): void {
    if (this.#closing) return;
    this.#plans.set(plan.conferenceId, plan);
    if (this.#ready) this.#send({ type: 'plan', plan });
  }

  removePlan(conferenceId: string): void {
    if (this.#plans.delete(conferenceId) && this.#ready) this.#send({ type: 'remove', conferenceId });
  }

  /** Someone who receives this session's video cannot decode it. */
  requestKeyframe(conferenceId: string, session: string): void {
    if (this.#ready) this.#send({ type: 'requestKeyframe', conferenceId, session });
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#end());
  }

  #start(): void {
    const { log: _log, ...options } = this.options;
    const child = fork(
      fileURLToPath(new URL('./media-process.js', import.meta.url)),
      [JSON.stringify(options)],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        execArgv: ['--enable-source-maps'],
      },
    );
    this.#process = child;
    this.#startedAt = performance.now();
    this.#feedWatchdog(child, startMs);
    child.on('message', message => this.#onEvent(child, message as MixerEvent));
    child.on('error', error => this.options.log.error({ reason: error.message }, 'media process'));
    child.once('exit', (code, signal) => this.#onExit(child, code, signal));
  }

  #onEvent(child: ChildProcess, event: MixerEvent): void {
    if (child !== this.#process) return;
    this.#feedWatchdog(child, hungMs);
    switch (event.type) {
      case 'ready':
        this.#ready = true;
        this.options.log.info({ pid: child.pid, conferences: this.#plans.size }, 'media process is ready');
        for (const plan of this.#plans.values()) this.#send({ type: 'plan', plan });
        break;
      case 'alive':
        break;
      case 'keyframeNeeded':
        this.events.emit('keyframeNeeded', event.conferenceId, event.session);
        break;
      case 'sessionFailed':
        this.options.log.warn({ ...event }, 'a media session cannot run');
        this.events.emit('sessionFailed', event.conferenceId, event.session, event.reason);
        break;
      case 'dtmf':
        this.events.emit('dtmf', event.conferenceId, event.session, event.digit);
        break;
      case 'statistics':
        this.events.emit('statistics', event.conferenceId, event.statistics);
        break;
    }
  }

  /** A process that crashed between two messages takes no more: its exit is what counts then. */
  #send(command: MixerCommand): void {
    this.#process?.send(command, () => undefined);
  }

  #feedWatchdog(child: ChildProcess, withinMs: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.options.log.error({ pid: child.pid }, 'media process hangs: killed');
      child.kill('SIGKILL');
    }, withinMs);
  }

  #onExit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (child !== this.#process) return;
    clearTimeout(this.#watchdog);
    this.#process = undefined;
    this.#ready = false;
    if (this.#closing) return;
    const lived = performance.now() - this.#startedAt;
    this.#crashesInARow = lived > healthyMs ? 0 : this.#crashesInARow + 1;
    const waitMs = backOffMs[Math.min(this.#crashesInARow, backOffMs.length - 1)]!;
    this.restarts++;
    this.options.log.error({ code, signal, pid: child.pid, waitMs }, 'media process ended: restarting');
    this.#restartTimer = setTimeout(() => this.#start(), waitMs);
  }

  async #end(): Promise<void> {
    clearTimeout(this.#restartTimer);
    const child = this.#process;
    if (!child) return;
    const exited = new Promise(resolve => child.once('exit', resolve));
    // The process ends when its parent's channel does.
    if (child.connected) child.disconnect();
    const killer = setTimeout(() => child.kill('SIGKILL'), closeWithinMs);
    await exited;
    clearTimeout(killer);
    clearTimeout(this.#watchdog);
  }
}
