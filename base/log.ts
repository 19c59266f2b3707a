import { pino, type Logger } from 'pino';

/** Structured log. A child logger carries conference, site and call ids; never media, tokens, patients. */
export type Log = Logger;

export function createLog(options: { level: string; name?: string }): Log {
  // On stderr: stdout is for the few lines that a person who starts it reads.
  return pino(
    {
      level: options.level,
      base: options.name ? { part: options.name } : {},
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination(2),
  );
}

/** For tests and tools: says nothing. */
export const silentLog: Log = pino({ level: 'silent' });
