import t from 'tap';
import { runsOf } from './conference-report.js';
import { usageOf } from './usage.js';

const stay = (conferenceId: string, way: 'browser' | 'sip', from: string, to: string | null, institutionId: string | null = 'A') =>
  ({ conferenceId, way, institutionId, answeredAt: `2026-${from}Z`, endedAt: to && `2026-${to}Z` }); // prettier-ignore

void t.test('stays are cut at midnight of the zone; runs, minutes and the peak are counted', async t => {
  const stays = [
    // 23:30 to 00:30 in Shanghai.
    stay('c', 'sip', '11-22T15:30:00', '11-22T16:30:00'),
    stay('c', 'browser', '11-22T15:45:00', '11-22T16:15:00'),
    // The same conference again, and another beside it.
    stay('c', 'sip', '11-23T02:00:00', '11-23T02:10:00'),
    stay('d', 'sip', '11-23T02:10:00', null, null),
    { ...stay('d', 'sip', '11-23T02:00:00', '11-23T02:10:00'), answeredAt: null },
  ];
  const query = { period: 'day', from: '2026-11-22', until: '2026-11-24', zone: 'Asia/Shanghai' } as const;
  const nowMs = Date.parse('2026-11-23T02:30:00Z');
  t.same(usageOf(stays, query, nowMs), [
    {
      ...{ begins: '2026-11-22', conferences: 1, siteMinutes: 45, peakSites: 2 },
      ...{ minutesByWay: { browser: 15, link: 0, sip: 30 }, minutesByInstitution: { A: 45 } },
    },
    {
      ...{ begins: '2026-11-23', conferences: 2, siteMinutes: 75, peakSites: 2 },
      ...{ minutesByWay: { browser: 15, link: 0, sip: 60 }, minutesByInstitution: { A: 55, '': 20 } },
    },
    {
      ...{ begins: '2026-11-24', conferences: 0, siteMinutes: 0, peakSites: 0 },
      ...{ minutesByWay: { browser: 0, link: 0, sip: 0 }, minutesByInstitution: {} },
    },
  ]);
  const begins = (period: 'week' | 'month') =>
    usageOf(stays, { ...query, period }, nowMs).map(bucket => `${bucket.begins} ${bucket.conferences}`);
  t.same(begins('week'), ['2026-11-16 1', '2026-11-23 2'], 'Monday is the first');
  t.same(begins('month'), ['2026-11-01 3']);
});

void t.test('each time that a conference took place is one run, also over a crash', async t => {
  const journal = ['created', 'started', 'ended', 'started', 'resumed', 'site-joined', 'ended', 'started'];
  const records = journal.map((kind, n) => ({ kind, at: String(n) }) as Parameters<typeof runsOf>[0] extends Iterable<infer R> ? R : never); // prettier-ignore
  t.same(runsOf(records), [
    { startedAt: '1', endedAt: '2' },
    { startedAt: '3', endedAt: '6' },
    { startedAt: '7', endedAt: null },
  ]);
});
