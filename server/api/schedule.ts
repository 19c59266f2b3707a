/** REST resources of time: when a conference takes place, with whom, what stands against it. */
import Type, { type Static } from 'typebox';
import { closed, type Operation } from './operation.js';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const ConferenceId = Type.Object({ conferenceId: Type.String({ maxLength: 64 }) }, closed);
const Time = Type.String({
  maxLength: 40,
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$',
  description: 'RFC 3339, UTC, whole seconds',
});

export const Party = Type.Object(
  {
    kind: Type.Enum(['person', 'room']),
    name: Type.String({ minLength: 1, maxLength: 64 }),
    email: Type.Optional(
      Type.String({
        maxLength: 254,
        pattern: '^[^\\s@<>",;]+@[^\\s@<>",;]+$',
        description: 'Is sent an invitation',
      }),
    ),
    address: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'SIP address of a room: is called at the time',
      }),
    ),
  },
  closed,
);
export type Party = Static<typeof Party>;

const when = {
  begins: Type.String({
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d$',
    description: 'Local time of the (first) beginning: 2026-11-23T09:00',
  }),
  timeZone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA: Asia/Shanghai' }),
  minutes: Type.Integer({ minimum: 5, maximum: 1440 }),
  rrule: nullable(
    Type.String({
      minLength: 6,
      maxLength: 256,
      pattern: '^[A-Z0-9=;,+-]+$',
      description: 'RFC 5545 §3.3.10, with COUNT or UNTIL, at most 366 times; null: once',
    }),
  ),
  hdUnits: Type.Number({
    minimum: 0,
    maximum: 10_000,
    description: 'Ports of 720p30 that are kept for it; 1080p30 takes two. 0: none',
  }),
  parties: Type.Array(Party, { maxItems: 500 }),
};

export const Schedule = Type.Object(
  {
    ...when,
    earlyMinutes: Type.Integer({ minimum: 0, maximum: 1440, description: 'Before the beginning it opens' }),
    remindMinutes: nullable(
      Type.Integer({
        minimum: 5,
        maximum: 20_160,
        description: 'Before the beginning a mail reminds; null: none',
      }),
    ),
    dialOut: Type.Boolean({ description: 'Rooms with an address are called when it begins' }),
    language: Type.Enum(['zh', 'en'], { description: 'Of mails' }),
  },
  closed,
);
export type Schedule = Static<typeof Schedule>;

const Optional = Type.Partial(
  Type.Object({
    rrule: Schedule.properties.rrule,
    hdUnits: Schedule.properties.hdUnits,
    parties: Schedule.properties.parties,
    earlyMinutes: Schedule.properties.earlyMinutes,
    remindMinutes: Schedule.properties.remindMinutes,
    dialOut: Schedule.properties.dialOut,
    language: Schedule.properties.language,
  }),
);
export const ScheduleRequest = Type.Object(
  {
    begins: when.begins,
    timeZone: when.timeZone,
    minutes: when.minutes,
    ...Optional.properties,
    force: Type.Optional(Type.Boolean({ description: 'Although rooms or people are elsewhere' })),
  },
  closed,
);
export type ScheduleRequest = Static<typeof ScheduleRequest>;

export const OccurrenceState = Type.Object(
  {
    beginsAt: Type.String({ description: 'RFC 3339' }),
    endsAt: Type.String({ description: 'RFC 3339' }),
    state: Type.Enum(['planned', 'begun', 'over']),
  },
  closed,
);
const ScheduleState = Type.Object(
  {
    schedule: Schedule,
    occurrences: Type.Array(OccurrenceState),
    version: Type.Integer({ description: 'For If-Match' }),
  },
  closed,
);
export type ScheduleState = Static<typeof ScheduleState>;

export const Conflict = Type.Object(
  {
    kind: Type.Enum(['room-or-person', 'capacity']),
    what: Type.String({ description: 'Address of who is elsewhere; or how many ports are lacking' }),
    conferenceId: nullable(Type.String({ description: 'null: not yours to know' })),
    beginsAt: Type.String(),
    endsAt: Type.String(),
  },
  closed,
);
const Span = { from: Time, until: Time };

export const scheduleOperations = {
  getSchedule: {
    method: 'GET',
    path: '/conferences/:conferenceId/schedule',
    access: 'conference:read',
    summary: 'When the conference takes place, and with whom',
    params: ConferenceId,
    result: ScheduleState,
  },
  setSchedule: {
    method: 'PUT',
    path: '/conferences/:conferenceId/schedule',
    access: 'conference:control',
    summary:
      'Plans the conference, or another time for it: invitations go out. If-Match with the version that was read, "0" for none',
    params: ConferenceId,
    body: ScheduleRequest,
    ifMatch: true,
    result: ScheduleState,
  },
  cancelSchedule: {
    method: 'DELETE',
    path: '/conferences/:conferenceId/schedule',
    access: 'conference:control',
    summary: 'Cancels what is planned: all who were invited are told',
    params: ConferenceId,
  },
  checkSchedule: {
    method: 'POST',
    path: '/schedule-check',
    access: 'conference:create',
    summary: 'What stands against a time, and which other times would do',
    body: Type.Object(
      {
        ...ScheduleRequest.properties,
        conferenceId: Type.Optional(
          Type.String({
            maxLength: 64,
            description: 'That shall take another time: its old one is no conflict',
          }),
        ),
      },
      closed,
    ),
    result: Type.Object({ conflicts: Type.Array(Conflict), alternatives: Type.Array(Type.String()) }, closed),
  },
  listCalendar: {
    method: 'GET',
    path: '/calendar',
    access: 'conference:read',
    summary: 'What takes place in a span of time, in order; go on with `offset`',
    query: Type.Object(
      {
        ...Span,
        offset: Type.Optional(Type.Integer({ minimum: 0 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      },
      closed,
    ),
    result: Type.Array(
      Type.Object(
        { conferenceId: Type.String(), title: Type.String(), ...OccurrenceState.properties },
        closed,
      ),
    ),
  },
  getFreeBusy: {
    method: 'GET',
    path: '/free-busy',
    access: 'conference:create',
    summary: 'When a room or person (by address or e-mail) is in a conference; not in which',
    query: Type.Object({ ...Span, who: Type.String({ minLength: 1, maxLength: 256 }) }, closed),
    result: Type.Array(Type.Object({ beginsAt: Type.String(), endsAt: Type.String() }, closed)),
  },
  extendConference: {
    method: 'POST',
    path: '/conferences/:conferenceId/extension',
    access: 'conference:control',
    summary: 'The conference that runs ends later; tells whom that collides with',
    params: ConferenceId,
    body: Type.Object({ minutes: Type.Integer({ minimum: 1, maximum: 1440 }) }, closed),
    result: Type.Object({ endsAt: Type.String(), conflicts: Type.Array(Conflict) }, closed),
  },
} as const satisfies Record<string, Operation>;
