import Type, { type Static } from 'typebox';
import { CallLogEntry } from './call-log-operations.js';
import { closed, type Operation } from './operation.js';

const Day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', description: 'Day in `zone`, 2026-11-23' });
const Minutes = Type.Integer({ minimum: 0, description: 'min' });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Time = Type.String({ description: 'RFC 3339, ms' });

export const Usage = Type.Object(
  {
    buckets: Type.Array(
      Type.Object(
        {
          begins: Type.String({ description: 'Its first day' }),
          conferences: Type.Integer({ description: 'That began in it' }),
          siteMinutes: Type.Integer({ description: 'min, of all sites together' }),
          minutesByWay: Type.Object({ browser: Minutes, link: Minutes, sip: Minutes }, closed),
          peakSites: Type.Integer({ description: 'Most at once, in all conferences together' }),
        },
        closed,
      ),
      { description: 'Oldest first, without a gap' },
    ),
    institutions: Type.Array(
      Type.Object(
        {
          institutionId: nullable(Type.String({ description: 'null: of the whole installation' })),
          name: Type.String(),
          minutes: Minutes,
        },
        closed,
      ),
      { description: 'Whose conferences they were, the most first' },
    ),
  },
  closed,
);
export type Usage = Static<typeof Usage>;

export const UsageQuery = Type.Object(
  {
    period: Type.Enum(['day', 'week', 'month']),
    from: Day,
    until: Day,
    zone: Type.Optional(Type.String({ maxLength: 64, description: 'IANA time zone; default UTC' })),
  },
  closed,
);

export const ConferenceReport = Type.Object(
  {
    conferenceId: Type.String(),
    title: Type.String(),
    number: Type.String(),
    startedAt: Time,
    endedAt: nullable(Type.String({ description: 'RFC 3339; null: it runs' })),
    sites: Type.Array(CallLogEntry, { description: 'Who was there, in the order of coming' }),
    recordings: Type.Array(
      Type.Object(
        { recordingId: Type.String(), startedAt: Time, durationMs: Type.Integer({ description: 'ms' }) },
        closed,
      ),
    ),
    runs: Type.Array(Type.Object({ startedAt: Time, endedAt: nullable(Time) }, closed), {
      description: 'Each time that it took place, oldest first',
    }),
  },
  closed,
);
export type ConferenceReport = Static<typeof ConferenceReport>;

export const usageOperations = {
  getUsage: {
    method: 'GET',
    path: '/usage',
    access: 'record:read',
    summary: 'Conferences, minutes and most sites at once, by day, week or month; of what the asker may see',
    query: UsageQuery,
    result: Usage,
  },
  exportUsage: {
    method: 'GET',
    path: '/usage/export',
    access: 'record:read',
    summary: 'The same as CSV (RFC 4180), in Chinese or English',
    query: Type.Object(
      { ...UsageQuery.properties, language: Type.Optional(Type.Enum(['zh', 'en'])) },
      closed,
    ),
    result: Type.String(),
    produces: 'text/csv',
  },
  getReport: {
    method: 'GET',
    path: '/conferences/:conferenceId/report',
    access: 'conference:control',
    summary: 'Who was there from when to when, how each line was, and the recordings',
    params: Type.Object({ conferenceId: Type.String({ maxLength: 64 }) }, closed),
    query: Type.Object(
      {
        at: Type.Optional(
          Type.String({
            maxLength: 40,
            description: 'RFC 3339: the time that it took place then; absent: the last',
          }),
        ),
      },
      closed,
    ),
    result: ConferenceReport,
  },
} as const satisfies Record<string, Operation>;
