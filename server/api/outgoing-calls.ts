import Type, { type Static } from 'typebox';
import { closed, type Operation } from './operation.js';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Why the last try led to nothing. */
export const CallFailure = Type.Enum([
  'busy',
  'no-answer',
  'declined',
  'unknown',
  'unavailable',
  'unreachable',
  'incompatible',
  'moved',
  'credentials',
  'full',
  'failed',
]);
export type CallFailure = Static<typeof CallFailure>;

/** A room that is being called into a conference, as everybody in it sees it. */
export const CallProgress = Type.Object(
  {
    callId: Type.String(),
    displayName: Type.String({ description: 'What it is called in the conference' }),
    state: Type.Enum(['waiting', 'trying', 'ringing', 'answered', 'failed', 'cancelled', 'ended'], {
      description:
        'waiting: for a line, or for the next try; failed: no more tries; ended: it was in the conference and hung up',
    }),
    failure: nullable(CallFailure),
    nextTryAt: nullable(Type.String({ description: 'RFC 3339' })),
    siteId: nullable(Type.String({ description: 'In the conference, once it has answered' })),
  },
  closed,
);
export type CallProgress = Static<typeof CallProgress>;

/** The same with what operators need; gone a minute after its end. */
export const OutgoingCall = Type.Object(
  {
    ...CallProgress.properties,
    address: Type.String({ description: 'sip:USER@HOST' }),
    attempt: Type.Integer({ description: 'Tries that were begun' }),
    attempts: Type.Integer({ description: 'Tries at most' }),
    detail: nullable(Type.String({ description: 'What the room said: 486 Busy Here' })),
    startedAt: Type.String({ description: 'RFC 3339' }),
  },
  closed,
);
export type OutgoingCall = Static<typeof OutgoingCall>;

export const DialRequest = Type.Object(
  {
    rooms: Type.Array(
      Type.Object(
        {
          address: Type.String({
            minLength: 1,
            maxLength: 256,
            description: 'SIP URI, USER@HOST, an IP address, or the number or name of a registered device',
          }),
          displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
        },
        closed,
      ),
      { minItems: 1, maxItems: 50, description: 'All of them are called at once, as far as there are lines' },
    ),
    retries: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10,
        description: 'Further tries when it is busy or nobody answers; default 3',
      }),
    ),
  },
  closed,
);
export type DialRequest = Static<typeof DialRequest>;

const ConferenceId = { conferenceId: Type.String({ maxLength: 64 }) };

export const outgoingCallOperations = {
  dialOut: {
    method: 'POST',
    path: '/conferences/:conferenceId/calls',
    access: 'conference:control',
    summary:
      'Call rooms into the conference; all of the addresses are allowed (`sip.dialOut.allow`), or none is called',
    params: Type.Object(ConferenceId, closed),
    body: DialRequest,
    result: Type.Array(OutgoingCall),
  },
  listOutgoingCalls: {
    method: 'GET',
    path: '/conferences/:conferenceId/calls',
    access: 'conference:read',
    summary: 'Rooms that are being called, that have answered, and that failed within the last minute',
    params: Type.Object(ConferenceId, closed),
    result: Type.Array(OutgoingCall),
  },
  cancelOutgoingCall: {
    method: 'DELETE',
    path: '/conferences/:conferenceId/calls/:callId',
    access: 'conference:control',
    summary: 'Give up calling the room; hang up when it has answered',
    params: Type.Object({ ...ConferenceId, callId: Type.String({ maxLength: 64 }) }, closed),
  },
} as const satisfies Record<string, Operation>;
