import { IANAZone } from 'luxon';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { formatCsv } from '../../base/csv.js';
import { UserError } from '../../base/errors.js';
import type { Catalogue } from '../../vod/catalogue/catalogue.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import type { Identity } from '../identity/identity.js';
import { runsOf, type Run } from '../statistics/conference-report.js';
import { describeCall } from '../statistics/stay-figures.js';
import { usageOf, type UsageBucket } from '../statistics/usage.js';
import type { CallLogRecord, CallLogRecords } from '../store/call-log-records.js';
import type { JournalRecord } from '../store/journal-records.js';
import { visibleInstitutions } from './call-log-routes.js';
import { own } from './identity-routes.js';
import type { Handlers } from './rest-routes.js';
import type { ConferenceReport, Usage, usageOperations, UsageQuery } from './usage-operations.js';

const dayMs = 86_400_000;
/** Two years of days. */
const maxDays = 800;
const page = 1_000;
/** Clocks of two threads may differ by so much; a recording that begins with the first site is of that run. */
const slackMs = 5_000;

interface UsageServices {
  callLog: CallLogRecords;
  catalogue: Pick<Catalogue, 'list'>;
  conferences: ConferenceDirectory;
  identity: Identity;
}

export function usageHandlers({
  callLog,
  catalogue,
  conferences,
  identity,
}: UsageServices): Pick<Handlers, keyof typeof usageOperations> {
  const usage = (request: FastifyRequest, query: Static<typeof UsageQuery>): Usage => {
    const { period, from, until, zone = 'UTC' } = query;
    const days = (Date.parse(until) - Date.parse(from)) / dayMs;
    if (!(days >= 0 && days <= maxDays))
      throw new UserError('bad-request', `From a day to that or a later one, ${maxDays} days at most.`);
    if (!IANAZone.isValidZone(zone)) throw new UserError('bad-request', 'There is no such time zone.');
    const institutionIds = visibleInstitutions(identity, own(request).institutionId);
    // A day more on each side: zones, and stays over midnight.
    const stays = callLog.overlapping(dayBefore(from, 2), dayBefore(until, -2), institutionIds);
    const buckets = usageOf(stays, { period, from, until, zone }, Date.now());
    return { buckets: buckets.map(rounded), institutions: institutionsOf(buckets, identity) };
  };
  return {
    getUsage: (request, { query }) => usage(request, query),
    exportUsage: (request, { query: { language = 'en', ...query } }, reply) => {
      reply.type('text/csv; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="usage.csv"');
      const rows = usage(request, query).buckets.map(({ minutesByWay, ...bucket }) =>
        [
          ...[bucket.begins, bucket.conferences, bucket.siteMinutes],
          ...[minutesByWay.browser, minutesByWay.link, minutesByWay.sip, bucket.peakSites],
        ].map(String),
      );
      return `\ufeff${formatCsv([header[language], ...rows])}`;
    },
    getReport: async (_request, { params: { conferenceId }, query: { at } }) => {
      const runs = runsOf(journalOf(conferences, conferenceId));
      const run = at === undefined ? runs.at(-1) : runs.findLast(({ startedAt }) => startedAt <= at);
      if (!run) throw new UserError('not-found', 'The conference has not taken place yet.');
      const sites = callLog.during(conferenceId, run.startedAt, run.endedAt ?? '9999');
      const recordings = await catalogue.list();
      return {
        conferenceId,
        ...titleOf(conferences, conferenceId, sites),
        ...run,
        sites: sites.map(record => describeCall(record, Date.now())),
        recordings: recordings
          .filter(recording => recording.conferenceId === conferenceId && isWithin(recording.startedAt, run))
          .map(({ recordingId, startedAt, durationMs }) => ({ recordingId, startedAt, durationMs })),
        runs,
      };
    },
  };
}

const header = {
  en: ['begins', 'conferences', 'site minutes', 'browser (min)', 'link (min)', 'SIP (min)', 'most sites at once'],
  zh: ['起始日', '会议数', '会场分钟数', '浏览器(分钟)', '链接(分钟)', 'SIP 终端(分钟)', '同时会场峰值'],
}; // prettier-ignore

function rounded({ minutesByInstitution: _, ...bucket }: UsageBucket): Usage['buckets'][number] {
  const { browser, link, sip } = bucket.minutesByWay;
  return {
    ...bucket,
    siteMinutes: Math.round(bucket.siteMinutes),
    minutesByWay: { browser: Math.round(browser), link: Math.round(link), sip: Math.round(sip) },
  };
}

function institutionsOf(buckets: readonly UsageBucket[], identity: Identity): Usage['institutions'] {
  const names = new Map(
    identity.access.institutions().map(({ institutionId, name }) => [institutionId, name]),
  );
  const minutes = new Map<string, number>();
  for (const { minutesByInstitution } of buckets)
    for (const [institutionId, some] of Object.entries(minutesByInstitution))
      minutes.set(institutionId, (minutes.get(institutionId) ?? 0) + some);
  return [...minutes]
    .map(([institutionId, all]) => ({
      institutionId: institutionId === '' ? null : institutionId,
      name: names.get(institutionId) ?? institutionId,
      minutes: Math.round(all),
    }))
    .sort((a, b) => b.minutes - a.minutes);
}

function* journalOf(conferences: ConferenceDirectory, conferenceId: string): Generator<JournalRecord> {
  let after = 0;
  for (;;) {
    const records = conferences.lives.journalOf(conferenceId, after, page);
    yield* records;
    if (records.length < page) return;
    after = records.at(-1)!.sequence;
  }
}

/** As it was called then; a deleted one has left its name in its records. */
function titleOf(
  conferences: ConferenceDirectory,
  conferenceId: string,
  sites: readonly CallLogRecord[],
): Pick<ConferenceReport, 'title' | 'number'> {
  const { title = '', number = '' } = sites[0] ?? conferences.byId(conferenceId) ?? {};
  return { title, number };
}

function isWithin(at: string, { startedAt, endedAt }: Run): boolean {
  const atMs = Date.parse(at);
  return atMs >= Date.parse(startedAt) - slackMs && (endedAt === null || atMs <= Date.parse(endedAt));
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * dayMs).toISOString();
}
