import { DateTime } from 'luxon';
import type { CallLogRecord, WayIn } from '../store/call-log-records.js';

export type Period = 'day' | 'week' | 'month';

/** What took place in one day, week or month. */
export interface UsageBucket {
  /** Its first day, in the time zone that was asked for: `2026-11-23`. */
  begins: string;
  /** That began in it. A conference where nobody is left and somebody comes again counts anew. */
  conferences: number;
  /** Of all sites together. */
  siteMinutes: number;
  minutesByWay: Record<WayIn, number>;
  /** By the conference's institution; '' is the whole installation. */
  minutesByInstitution: Record<string, number>;
  /** Most sites at once, in all conferences together. */
  peakSites: number;
}

export interface UsageQuery {
  period: Period;
  /** First and last day, both included: `2026-11-01`. */
  from: string;
  until: string;
  /** IANA name. */
  zone: string;
}

type Stay = Pick<CallLogRecord, 'conferenceId' | 'institutionId' | 'way' | 'answeredAt' | 'endedAt'>;
interface Span {
  beginMs: number;
  endMs: number;
}

/** Cuts each stay at the borders of the buckets. @param nowMs end of those that stand */
export function usageOf(stays: readonly Stay[], query: UsageQuery, nowMs: number): UsageBucket[] {
  const answered = stays.flatMap(stay => {
    if (stay.conferenceId === null || stay.answeredAt === null) return [];
    const endMs = stay.endedAt === null ? nowMs : Date.parse(stay.endedAt);
    return [{ ...stay, beginMs: Date.parse(stay.answeredAt), endMs }];
  });
  const starts = runStarts(answered);
  return bucketsOf(query).map(({ begins, beginMs, endMs }) => {
    const bucket: UsageBucket = {
      ...{ begins, siteMinutes: 0, minutesByInstitution: {}, peakSites: 0 },
      conferences: starts.filter(startMs => startMs >= beginMs && startMs < endMs).length,
      minutesByWay: { browser: 0, link: 0, sip: 0 },
    };
    const inside: Span[] = [];
    for (const stay of answered) {
      const span = { beginMs: Math.max(stay.beginMs, beginMs), endMs: Math.min(stay.endMs, endMs) };
      if (span.beginMs >= span.endMs) continue;
      inside.push(span);
      const minutes = (span.endMs - span.beginMs) / 60_000;
      const institution = stay.institutionId ?? '';
      bucket.siteMinutes += minutes;
      bucket.minutesByWay[stay.way] += minutes;
      bucket.minutesByInstitution[institution] = (bucket.minutesByInstitution[institution] ?? 0) + minutes;
    }
    bucket.peakSites = peakOf(inside);
    return bucket;
  });
}

/** When conferences began: a stay while nobody else was in the same conference. */
function runStarts(stays: readonly (Span & { conferenceId: string | null })[]): number[] {
  const until = new Map<string | null, number>();
  const starts: number[] = [];
  for (const { conferenceId, beginMs, endMs } of stays.toSorted((a, b) => a.beginMs - b.beginMs)) {
    const before = until.get(conferenceId);
    if (before === undefined || beginMs > before) starts.push(beginMs);
    until.set(conferenceId, Math.max(before ?? 0, endMs));
  }
  return starts;
}

/** Most at once; who leaves in the moment in which another comes is not counted with that one. */
function peakOf(spans: readonly Span[]): number {
  const steps = spans.flatMap(({ beginMs, endMs }) => [
    { atMs: beginMs, by: 1 },
    { atMs: endMs, by: -1 },
  ]);
  steps.sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let [now, peak] = [0, 0];
  for (const { by } of steps) peak = Math.max(peak, (now += by));
  return peak;
}

/** Weeks begin on Monday (ISO 8601). */
function bucketsOf({ period, from, until, zone }: UsageQuery): ({ begins: string } & Span)[] {
  const end = DateTime.fromISO(until, { zone }).endOf('day');
  const buckets: ({ begins: string } & Span)[] = [];
  let begin = DateTime.fromISO(from, { zone }).startOf(period);
  while (begin <= end) {
    const next = begin.plus({ [period]: 1 });
    buckets.push({ begins: begin.toISODate()!, beginMs: begin.toMillis(), endMs: next.toMillis() });
    begin = next;
  }
  return buckets;
}
