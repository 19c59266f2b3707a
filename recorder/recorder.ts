import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Emitter } from '../base/emitter.js';
import type { Log } from '../base/log.js';
import type { S3Options } from './archive/s3-archive.js';
import type { Archiving, RecordingPlan } from './plan.js';
import { heartbeatMs, type ProcessCommand, type ProcessEvent } from './process-messages.js';
import type { Note } from './timeline/entry.js';

export interface RecorderOptions {
  /** Folder of all recordings; made when it is not there. Also the catalogue's. */
  directory: string;
  /** Every segment is copied there as it closes. */
  s3: S3Options | null;
  log: Log;
}

export interface RecorderEvents {
  /** A segment is durable: `durationMs` and `bytes` are the recording's so far. */
  segment(recordingId: string, durationMs: number, bytes: number): void;
  /** Disk full or unwritable; what was listed stays, and the recording is over. */
  failed(recordingId: string, reason: string): void;
  /** The process died or hung and another goes on with the same plans. */
  restarted(pid: number): void;
}

const processFile = fileURLToPath(new URL('./recorder-process.js', import.meta.url));
/** Without a sign of life for so long the process hangs, and is killed; a busy machine makes nobody wait so long. */
const silenceLimitMs = 10 * heartbeatMs;
/** It may have been we who were held up: what the process has said meanwhile is read first. */
const graceMs = heartbeatMs;
/** Loading the codecs, and putting in order what an earlier process left. */
const startLimitMs = 30_000;
const firstRestartMs = 50;
const longestRestartMs = 5000;
/** A process that lived so long was well. */
const wellAfterMs = 10_000;
/** How long the process may take to end by itself. */
const closeLimitMs = 10_000;
/** fsync blocks a thread of libuv's pool; four are too few for many recordings. */
const ioThreads = '16';

interface Active {
  plan: RecordingPlan;
  /** Resolvers of `stop`. */
  stopping: (() => void)[];
}

/**
 * Records conferences in a child process, since native code runs there. The process is forked at once, watched by
 * its heartbeat, and replaced with the last plans when it dies or hangs.
 */
export class Recorder {
  readonly events = new Emitter<RecorderEvents>();
  /** As the process last said; undefined when nothing is copied elsewhere. */
  archiving: Archiving | undefined;
  readonly #active = new Map<string, Active>();
  #child: ChildProcess | undefined;
  #restarts = 0;
  #restartMs = firstRestartMs;
  #restartTimer: NodeJS.Timeout | undefined;
  #readyNow = false;
  #waitingForReady: (() => void)[] = [];
  #closing: Promise<void> | undefined;

  constructor(private readonly options: RecorderOptions) {
    this.#start();
  }

  /** Of the process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often the process was replaced. */
  get restarts(): number {
    return this.#restarts;
  }

  /** It was started, and has neither been stopped nor failed. */
  isRecording(recordingId: string): boolean {
    return this.#active.has(recordingId);
  }

  /** Resolves when the process is there and has put what an earlier one left behind in order. */
  ready(): Promise<void> {
    return this.#readyNow ? Promise.resolve() : new Promise(resolve => this.#waitingForReady.push(resolve));
  }

  /** Starts a recording. It begins with the first keyframe, which the process asks the SFU for. */
  record(plan: RecordingPlan): void {
    if (this.#closing) throw new Error('the recorder is closed');
    this.#active.set(plan.recordingId, { plan, stopping: [] });
    this.#tell({ type: 'record', plan });
  }

  /** The SFU moved: other ports or SSRCs, same recording. */
  update(plan: RecordingPlan): void {
    const active = this.#active.get(plan.recordingId);
    if (!active || active.stopping.length > 0) return;
    active.plan = plan;
    this.#tell({ type: 'update', plan });
  }

  /** Writes into the recording's timeline who was where, what was marked. */
  note(recordingId: string, note: Note): void {
    if (this.#active.has(recordingId)) this.#tell({ type: 'note', recordingId, note });
  }

  /** Resolves when all is durable and the recording plays; at once when there is no such recording any more. */
  stop(recordingId: string): Promise<void> {
    const active = this.#active.get(recordingId);
    if (!active) return Promise.resolve();
    return new Promise(resolve => {
      active.stopping.push(resolve);
      if (active.stopping.length === 1) this.#tell({ type: 'stop', recordingId });
    });
  }

  /** Stops all recordings and the process. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child) {
      const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
      const timer = setTimeout(() => child.kill('SIGKILL'), closeLimitMs);
      this.#tell({ type: 'close' });
      await exited;
      clearTimeout(timer);
    }
    for (const recordingId of [...this.#active.keys()]) this.#over(recordingId);
    for (const resolve of this.#waitingForReady.splice(0)) resolve();
  }

  #start(): void {
    const startedMs = performance.now();
    const child = fork(processFile, [], {
      env: { ...process.env, UV_THREADPOOL_SIZE: ioThreads },
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#readyNow = false;
    let silence = setTimeout(() => child.kill('SIGKILL'), startLimitMs);
    child.on('message', (event: ProcessEvent) => {
      if (event.type === 'alive') {
        this.archiving = event.archiving;
        if (!this.#readyNow) return;
        clearTimeout(silence);
        silence = setTimeout(() => {
          silence = setTimeout(() => this.#hangs(child), graceMs);
        }, silenceLimitMs);
      } else {
        this.#onEvent(event);
      }
    });
    child.once('error', error => this.options.log.error({ reason: error.message }, 'recorder process'));
    child.once('exit', (code, signal) => {
      clearTimeout(silence);
      this.#onExit(code, signal, performance.now() - startedMs);
    });
    this.#tell({
      type: 'configure',
      directory: this.options.directory,
      s3: this.options.s3,
      logLevel: this.options.log.level,
      // One that was being stopped is not resumed, so it is put in order and ended.
      resume: [...this.#active.values()]
        .filter(({ stopping }) => stopping.length === 0)
        .map(({ plan }) => plan),
    });
  }

  #onEvent(event: Exclude<ProcessEvent, { type: 'alive' }>): void {
    switch (event.type) {
      case 'ready':
        this.#readyNow = true;
        for (const resolve of this.#waitingForReady.splice(0)) resolve();
        break;
      case 'segment':
        this.events.emit('segment', event.recordingId, event.durationMs, event.bytes);
        break;
      case 'stopped':
        this.#over(event.recordingId);
        break;
      case 'failed':
        this.#over(event.recordingId);
        this.events.emit('failed', event.recordingId, event.reason);
        break;
    }
  }

  #over(recordingId: string): void {
    const active = this.#active.get(recordingId);
    this.#active.delete(recordingId);
    for (const resolve of active?.stopping ?? []) resolve();
  }

  #hangs(child: ChildProcess): void {
    this.options.log.error({ pid: child.pid }, 'recorder process hangs');
    child.kill('SIGKILL');
  }

  #onExit(code: number | null, signal: string | null, livedMs: number): void {
    this.#child = undefined;
    this.#readyNow = false;
    if (this.#closing) return;
    this.options.log.error({ code, signal }, 'recorder process died; another goes on');
    if (livedMs > wellAfterMs) this.#restartMs = firstRestartMs;
    this.#restartTimer = setTimeout(() => this.#restart(), this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, longestRestartMs);
  }

  #restart(): void {
    this.#restarts++;
    this.#start();
    const stopping = [...this.#active].filter(([, active]) => active.stopping.length > 0);
    void this.ready().then(() => {
      for (const [recordingId] of stopping) this.#over(recordingId);
    });
    this.events.emit('restarted', this.pid ?? 0);
  }

  /** To nobody while there is no process: the next one gets the plans when it starts. */
  #tell(command: ProcessCommand): void {
    const child = this.#child;
    if (!child?.connected) return;
    child.send(command, () => undefined); // a process that dies meanwhile is replaced
  }
}
