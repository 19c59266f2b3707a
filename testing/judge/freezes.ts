/** How a stream of pictures ran. */
export interface Fluency {
  /** Share of the time that was frozen, 0–1. */
  frozen: number;
  freezes: number;
  longestFreezeMs: number;
}

/**
 * Freezes as WebRTC's statistics count them (webrtc-stats, `freezeCount`): a picture stands for more than three
 * usual intervals, and for 150 ms more than one. `shownMs`: when each *new* picture was shown, in order; time before
 * the first and after the last counts from `fromMs` and to `toMs`.
 */
export function fluencyOf(shownMs: readonly number[], fromMs: number, toMs: number): Fluency {
  const within = shownMs.filter(time => time >= fromMs && time <= toMs);
  if (within.length < 2) return { frozen: 1, freezes: 1, longestFreezeMs: Math.round(toMs - fromMs) };
  const intervals = [...within, toMs].map((time, n) => time - (n === 0 ? fromMs : within[n - 1]!));
  const usualMs = [...intervals].sort((a, b) => a - b)[intervals.length >> 1]!;
  const limitMs = Math.max(3 * usualMs, usualMs + 150);
  const freezes = intervals.filter(interval => interval > limitMs);
  return {
    frozen: freezes.reduce((sum, interval) => sum + interval, 0) / (toMs - fromMs),
    freezes: freezes.length,
    longestFreezeMs: Math.round(Math.max(0, ...freezes)),
  };
}
