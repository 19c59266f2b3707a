import Type, { type Static } from 'typebox';
import { closed, type Operation } from './operation.js';
import { CallFailure } from './outgoing-calls.js';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const LoopBackFindings = Type.Object(
  {
    picture: nullable(
      Type.Object(
        { width: Type.Integer(), height: Type.Integer(), framesPerSecond: Type.Integer() },
        { ...closed, description: 'That came last; null: none' },
      ),
    ),
    soundDbov: nullable(
      Type.Integer({
        minimum: -127,
        maximum: 0,
        description: 'RFC 6464: 0 loud, -127 silent; the loudest of the test; null: no sound has come',
      }),
    ),
    fractionLost: Type.Number({ description: 'Of what the room sent, 0–1' }),
    remoteFractionLost: nullable(
      Type.Number({ description: 'Of what it was sent, 0–1; null: it does not report' }),
    ),
    jitterMs: Type.Integer(),
    roundTripMs: nullable(Type.Integer()),
  },
  closed,
);
export type LoopBackFindings = Static<typeof LoopBackFindings>;

export const LoopBackResult = Type.Object(
  {
    failure: nullable(CallFailure),
    detail: nullable(Type.String({ description: 'What the room said: 486 Busy Here' })),
    findings: nullable(LoopBackFindings),
  },
  { ...closed, description: 'failure: why there are no findings' },
);
export type LoopBackResult = Static<typeof LoopBackResult>;

export const loopBackOperations = {
  tryRoom: {
    method: 'POST',
    path: '/conferences/:conferenceId/check/loop-back',
    access: 'conference:control',
    summary:
      'Calls a room, which sees and hears itself for 4 to 10 seconds, and tells what came of its picture and sound. It rings there; answered when the test is over, within a minute',
    params: Type.Object({ conferenceId: Type.String({ maxLength: 64 }) }, closed),
    body: Type.Object(
      { address: Type.String({ minLength: 1, maxLength: 256, description: 'As in dialOut' }) },
      closed,
    ),
    result: LoopBackResult,
  },
} as const satisfies Record<string, Operation>;
