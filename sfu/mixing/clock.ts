/**
 * The two clocks of a media process. `nowMs` is monotonic and measures; `wallMs` (ms since 1970) goes into sender
 * reports. All threads of a process agree on both, so that what different threads send is in step at the receiver.
 */
export interface Clock {
  nowMs(): number;
  wallMs(): number;
}

/** Wall clock minus monotonic clock, in ms: taken once by the process's main thread and handed to its workers. */
export function measureWallOffsetMs(): number {
  return performance.timeOrigin + performance.now() - monotonicMs();
}

/** `wallOffsetMs` stays as it is: a step of the machine's clock must not tear sound and picture apart. */
export function systemClock(wallOffsetMs: number): Clock {
  // `performance.now()` is quick but begins with its thread; `hrtime` is the same in all, and slow.
  const threadOffsetMs = monotonicMs() - performance.now();
  return {
    nowMs: () => performance.now() + threadOffsetMs,
    wallMs: () => performance.now() + threadOffsetMs + wallOffsetMs,
  };
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
