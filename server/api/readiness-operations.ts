import Type, { type Static } from 'typebox';
import { closed, type Operation } from './operation.js';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const RoomReadiness = Type.Object(
  {
    name: Type.String(),
    address: Type.String(),
    state: Type.Enum(['in-conference', 'answers', 'silent', 'unreachable', 'not-registered', 'not-allowed'], {
      description:
        'answers: it speaks SIP now; silent: no answer within 4 s; unreachable: its name or transport is unknown; not-allowed: sip.dialOut.allow',
    }),
    roundTripMs: nullable(Type.Integer()),
    userAgent: Type.String({ description: 'What it calls itself' }),
  },
  closed,
);
export type RoomReadiness = Static<typeof RoomReadiness>;

export const ConferenceReadiness = Type.Object(
  {
    ready: Type.Boolean({ description: 'Nothing of this stands against it' }),
    rooms: Type.Array(RoomReadiness, { description: 'Those that are planned for it' }),
    units: Type.Object(
      { free: nullable(Type.Number()), needed: Type.Number() },
      {
        ...closed,
        description: 'Ports of 720p30: free now (null: as many as wanted), and one for each room',
      },
    ),
    recordingMinutes: nullable(
      Type.Integer({ description: 'For which there is space; null: recordings are kept elsewhere' }),
    ),
  },
  closed,
);
export type ConferenceReadiness = Static<typeof ConferenceReadiness>;

export const readinessOperations = {
  checkConference: {
    method: 'POST',
    path: '/conferences/:conferenceId/check',
    access: 'conference:control',
    summary: 'Before it begins: do its rooms answer, is there room for them, and for its recording?',
    params: Type.Object({ conferenceId: Type.String({ maxLength: 64 }) }, closed),
    result: ConferenceReadiness,
  },
} as const satisfies Record<string, Operation>;
