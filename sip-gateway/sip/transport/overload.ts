import type { RateLimitOptions } from './rate-limit.js';

/**
 * Messages of any kind, before they are parsed. Parsing costs some 30 µs; looking for the Call-ID alone costs 2.
 * Beyond these, only messages of calls that we have are read on, so that a flood of well-formed requests
 * (which scanners of the port send) fills neither the processor nor the socket's buffer.
 */
export const arrivalLimits: RateLimitOptions = {
  burst: 1000,
  perSecond: 500,
  totalBurst: 4000,
  totalPerSecond: 2000,
  maxSources: 10_000,
};

/** The Call-ID is looked for in so many bytes; real messages have it in the first few hundred. */
const searchedBytes = 2048;

/** Empty when there is none. */
export function callIdOf(data: Buffer): string {
  const head = data.toString('latin1', 0, Math.min(data.length, searchedBytes));
  return /\n(?:call-id|i)[ \t]*:[ \t]*(\S+)/i.exec(head)?.[1] ?? '';
}
