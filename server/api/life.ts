/** REST resources of a conference's life: lock, end, and what has happened. */
import Type, { type Static } from 'typebox';
import { journalKinds } from '../conferences/life/lives.js';
import { closed, type Operation } from './operation.js';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const ConferenceId = Type.Object({ conferenceId: Type.String({ maxLength: 64 }) }, closed);

/** Part of `Conference`. */
export const life = {
  state: Type.Enum(['open', 'scheduled', 'running', 'ended'], {
    description:
      'open: anybody may come in, nobody is there; scheduled: waits for its time; ended: its time is over',
  }),
  opensAt: nullable(Type.String({ description: 'RFC 3339: nobody comes in before; null: any time' })),
  endsAt: nullable(Type.String({ description: 'RFC 3339; null: when the last site leaves' })),
  startedAt: nullable(Type.String({ description: 'RFC 3339; null: it does not run' })),
  locked: Type.Boolean({ description: 'Nobody comes in but who is called' }),
};

export const JournalEntry = Type.Object(
  {
    sequence: Type.Integer({ description: '1, 2, 3 … in each conference, without a gap' }),
    at: Type.String({ description: 'RFC 3339' }),
    by: Type.Object(
      {
        kind: Type.Enum(['user', 'site', 'system']),
        id: nullable(Type.String({ description: 'userId or siteId' })),
        name: Type.String(),
      },
      closed,
    ),
    kind: Type.Enum([...journalKinds]),
    detail: Type.Record(Type.String(), Type.Unknown()),
  },
  closed,
);
export type JournalEntry = Static<typeof JournalEntry>;

export const lifeOperations = {
  setLock: {
    method: 'PUT',
    path: '/conferences/:conferenceId/lock',
    access: 'conference:control',
    summary: 'Lets nobody in any more but who is called, until it is unlocked or over',
    params: ConferenceId,
    body: Type.Object({ locked: Type.Boolean() }, closed),
  },
  endConference: {
    method: 'POST',
    path: '/conferences/:conferenceId/end',
    access: 'conference:control',
    summary: 'Disconnects everybody now; the conference itself stays',
    params: ConferenceId,
  },
  listJournal: {
    method: 'GET',
    path: '/conferences/:conferenceId/journal',
    access: 'conference:read',
    summary: 'What happened, in order; go on with `after`, the last sequence read',
    params: ConferenceId,
    query: Type.Object(
      {
        after: Type.Optional(Type.Integer({ minimum: 0 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      },
      closed,
    ),
    result: Type.Array(JournalEntry),
  },
} as const satisfies Record<string, Operation>;
