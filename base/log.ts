import { pino, type Logger } from 'pino';

/** Structured log. A child logger carries conference, site and call ids; never media, tokens, patients. */
export type Log = Logger;

export function createLog(options: { level: string; name?: string; keep?: LogLines }): Log {
  // On stderr: stdout is for the few lines that a person who starts it reads.
  const stderr = pino.destination(2);
  return pino(
    {
      level: options.level,
      base: options.name ? { part: options.name } : {},
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    options.keep
      ? pino.multistream([stderr, options.keep].map(stream => ({ stream, level: 'trace' as const })))
      : stderr,
  );
}

/** The newest lines, for those who ask what has happened. */
export class LogLines {
  readonly #lines: string[] = [];
  #next = 0;

  constructor(private readonly capacity = 2000) {}

  write(line: string): void {
    this.#lines[this.#next] = line.trimEnd();
    this.#next = (this.#next + 1) % this.capacity;
  }

  /** Oldest first. */
  newest(): string[] {
    return [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)];
  }
}

/** For tests and tools: says nothing. */
export const silentLog: Log = pino({ level: 'silent' });
