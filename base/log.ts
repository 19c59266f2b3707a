import { pino, type Logger } from 'pino';

/** Structured log. A child logger carries conference, site and call ids; never media, tokens, patients. */
export type Log = Logger;

export function createLog(options: { level: string; name?: string }): Log {
  return pino({
    level: options.level,
    base: options.name ? { part: options.name } : {},
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}

/** For tests and tools: says nothing. */
export const silentLog: Log = pino({ level: 'silent' });
