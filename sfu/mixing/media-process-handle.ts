import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../base/log.js';
import type { MediaProcessOptions } from './media-process-options.js';
import type { MixerCommand, MixerEvent } from './plan.js';

/** No sign of life for so long means that the process hangs; less would kill those that a busy machine delays. */
const hungMs = 5_000;
/** The first sign of life may take longer: the process loads FFmpeg, perhaps from a cold disk. */
const startMs = 15_000;
const closeWithinMs = 2_000;

export interface MediaProcessOwner {
  /** It takes commands from now on. */
  onReady(process: MediaProcess): void;
  onEvent(process: MediaProcess, event: MixerEvent): void;
  /** It ended by itself, or was killed because it hung. */
  onExit(process: MediaProcess, reason: string): void;
}

/** One media process as its parent holds it: forked, watched, and killed when it gives no sign of life. */
export class MediaProcess {
  ready = false;
  readonly #child: ChildProcess;
  #watchdog: NodeJS.Timeout | undefined;
  #closing = false;

  constructor(
    options: MediaProcessOptions,
    private readonly owner: MediaProcessOwner,
    private readonly log: Log,
  ) {
    const script = fileURLToPath(new URL('./media-process.js', import.meta.url));
    const child = fork(script, [JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Loaders and debuggers of the parent are not for this process: it must start quickly.
      execArgv: [],
    });
    this.#child = child;
    this.#watch(startMs);
    child.on('message', message => this.#onMessage(message as MixerEvent));
    child.on('error', error => log.error({ pid: child.pid, reason: error.message }, 'media process'));
    child.once('exit', (code, signal) => {
      clearTimeout(this.#watchdog);
      this.ready = false;
      if (!this.#closing) owner.onExit(this, signal ?? `exit code ${code}`);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** A process that crashed between two messages takes no more: its exit is what counts then. */
  send(command: MixerCommand): void {
    if (this.ready) this.#child.send(command, () => undefined);
  }

  /** Resolves when it is gone: it ends when its parent's channel does. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#watchdog);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise(resolve => this.#child.once('exit', resolve));
    if (this.#child.connected) this.#child.disconnect();
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), closeWithinMs);
    await exited;
    clearTimeout(killer);
  }

  #onMessage(event: MixerEvent): void {
    if (this.#closing) return;
    this.#watch(hungMs);
    if (event.type === 'ready') {
      this.ready = true;
      this.owner.onReady(this);
    } else if (event.type !== 'alive') {
      this.owner.onEvent(this, event);
    }
  }

  #watch(withinMs: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.log.error({ pid: this.pid }, 'media process hangs: killed');
      this.#child.kill('SIGKILL');
    }, withinMs);
  }
}
