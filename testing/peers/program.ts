import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';

/** A program that a test started: its output goes to a file, its end is known, and it is killed at the end. */
export class Program {
  readonly pid: number;
  /** Resolves with the exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  readonly #child: ChildProcess;
  #ended = false;

  constructor(
    command: string,
    args: string[],
    readonly logFile: string,
    options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ) {
    const log = createWriteStream(logFile, { flags: 'a' });
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#child = child;
    this.pid = child.pid ?? -1;
    // A test that throws on its way out must leave nothing behind.
    const killAtExit = (): void => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    this.exited = new Promise(resolve => {
      child.once('error', error => {
        this.#ended = true;
        process.off('exit', killAtExit);
        log.end(`${command}: ${error.message}\n`);
        resolve(error.message);
      });
      child.once('close', (code, signal) => {
        this.#ended = true;
        process.off('exit', killAtExit);
        log.end(() => resolve(code ?? signal ?? -1));
      });
    });
  }

  get running(): boolean {
    return !this.#ended;
  }

  /** What it printed so far; for messages of failed tests. */
  output(lastBytes = 2000): string {
    try {
      return readFileSync(this.logFile, 'utf8').slice(-lastBytes);
    } catch {
      return '';
    }
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (!this.#ended) this.#child.kill(signal);
  }

  /** Asks it to end, and kills it when it has not after `graceMs`. Safe to call again. */
  async close(graceMs = 2000): Promise<void> {
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(timer);
  }
}
