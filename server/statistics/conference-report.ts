import type { JournalRecord } from '../store/journal-records.js';

/** From the first site to the last. RFC 3339. */
export interface Run {
  startedAt: string;
  /** null: it runs. */
  endedAt: string | null;
}

/** Each time that the conference took place, oldest first. @param journal in its order */
export function runsOf(journal: Iterable<JournalRecord>): Run[] {
  const runs: Run[] = [];
  for (const { kind, at } of journal) {
    const last = runs.at(-1);
    if (kind === 'started') runs.push({ startedAt: at, endedAt: null });
    else if (kind === 'ended' && last?.endedAt === null) last.endedAt = at;
  }
  return runs;
}
