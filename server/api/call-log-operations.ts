import type { Readable } from 'node:stream';
import Type, { type Static } from 'typebox';
import { callResults, endReasons, type EndReason } from '../statistics/end-reasons.js';
import { closed, type Operation } from './operation.js';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Time = Type.String({ description: 'RFC 3339, ms' });
const InBoth = Type.Object({ zh: Type.String(), en: Type.String() }, closed);

export const ways = ['browser', 'link', 'sip'] as const;
export const directions = ['incoming', 'outgoing'] as const;
export const verdicts = ['good', 'fair', 'poor'] as const;
const Way = Type.Enum([...ways], {
  description: 'browser: signed in on a page; link: through a link alone; sip: a room',
});

/** How a site's line was over its whole stay. */
export const StayFigures = Type.Object(
  {
    verdict: nullable(
      Type.Enum([...verdicts], {
        description:
          'poor: at least a tenth of the time; fair: at least a fifth not good; null: too short to tell',
      }),
    ),
    fractionLost: nullable(Type.Number({ description: 'Of packets, 0–1, the worse direction, mean' })),
    fractionLostMax: nullable(Type.Number({ description: 'The worst two seconds' })),
    jitterMaxMs: nullable(Type.Number()),
    roundTripMs: nullable(Type.Number({ description: 'Mean' })),
    sendBitrate: nullable(Type.Number({ description: 'bit/s from the site, mean' })),
    receiveBitrate: nullable(Type.Number({ description: 'bit/s to the site, mean' })),
  },
  closed,
);
export type StayFigures = Static<typeof StayFigures>;

export const CallLogEntry = Type.Object(
  {
    sequence: Type.Integer({ description: 'Grows' }),
    conferenceId: nullable(Type.String({ description: 'null: the call led into no conference' })),
    title: Type.String({ description: "The conference's, as it was then" }),
    number: Type.String(),
    way: Way,
    direction: Type.Enum([...directions]),
    name: Type.String({ description: 'Of the site' }),
    from: Type.String({ description: 'SIP address, number or name that called' }),
    to: Type.String({ description: 'What was called; a PIN is blank' }),
    remoteAddress: Type.String({ description: 'That the signalling of a room came from' }),
    userAgent: Type.String({ description: 'Product of a room, when it tells' }),
    beganAt: Time,
    answeredAt: nullable(Time),
    endedAt: nullable(Type.String({ description: 'RFC 3339, ms; null: it stands' })),
    durationS: nullable(Type.Integer({ description: 's since it was answered; null: nobody did' })),
    audioCodec: nullable(Type.String()),
    videoCodec: nullable(Type.String()),
    width: nullable(Type.Integer({ description: 'Of the largest picture that came from the site' })),
    height: nullable(Type.Integer()),
    quality: StayFigures,
    result: Type.Enum([...callResults]),
    reason: nullable(
      Type.Object(
        {
          code: Type.Enum(Object.keys(endReasons) as EndReason[]),
          inWords: InBoth,
          status: nullable(Type.Integer({ description: 'SIP status that our call was refused with' })),
          detail: Type.String({ description: 'What was said in signalling' }),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type CallLogEntry = Static<typeof CallLogEntry>;

const DayOrTime = Type.String({
  maxLength: 40,
  pattern: '^\\d{4}-\\d\\d(-\\d\\d(T\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?Z?)?)?$',
  description: 'RFC 3339, UTC; also a day or a month',
});

/** Of those that the asker may see. */
const filters = {
  from: Type.Optional(DayOrTime),
  until: Type.Optional(DayOrTime),
  conferenceId: Type.Optional(Type.String({ maxLength: 64 })),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Part of a number, an address, a name or a title',
    }),
  ),
  way: Type.Optional(Way),
  direction: Type.Optional(Type.Enum([...directions])),
  result: Type.Optional(Type.Enum([...callResults])),
};
export const CallLogFilter = Type.Object(filters, closed);

export const callLogOperations = {
  listCallRecords: {
    method: 'GET',
    path: '/call-records',
    access: 'record:read',
    summary:
      'Calls that stand and those that are over, newest first; go on with `before`, the last sequence read',
    query: Type.Object(
      {
        ...filters,
        before: Type.Optional(Type.Integer({ minimum: 1 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default 100' })),
      },
      closed,
    ),
    result: Type.Array(CallLogEntry),
  },
  exportCallRecords: {
    method: 'GET',
    path: '/call-records/export',
    access: 'record:read',
    summary: 'The same as CSV (RFC 4180), all of them, in Chinese or English',
    query: Type.Object({ ...filters, language: Type.Optional(Type.Enum(['zh', 'en'])) }, closed),
    result: Type.Unsafe<Readable>(Type.String()),
    produces: 'text/csv',
    audited: true,
  },
} as const satisfies Record<string, Operation>;
