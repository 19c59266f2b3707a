import Type from 'typebox';
import type { Trunks } from '../../sip-gateway/trunks/trunks.js';
import { closed, type Operation } from './operation.js';
import type { Handlers } from './rest-routes.js';

const Words = Type.Union([Type.String(), Type.Null()]);

export const SipTrunk = Type.Object(
  {
    name: Type.String(),
    state: Type.Enum(['up', 'down', 'unknown'], {
      description: 'down: no address answers, or it does not take our registration',
    }),
    addresses: Type.Array(
      Type.Object(
        {
          address: Type.String(),
          state: Type.Enum(['up', 'down', 'unknown']),
          reason: Words,
          roundTripMs: Type.Union([Type.Number({ description: 'Of the last OPTIONS' }), Type.Null()]),
        },
        closed,
      ),
    ),
    registration: Type.Union([
      Type.Object(
        {
          state: Type.Enum(['trying', 'registered', 'refused', 'unreachable']),
          address: Words,
          reason: Words,
          expiresInS: Type.Union([Type.Integer(), Type.Null()]),
        },
        closed,
      ),
      Type.Null(),
    ]),
    calls: Type.Integer(),
    maxCalls: Type.Integer(),
  },
  closed,
);

/** Other proxies and PBXs, as `sip.trunks` names them. */
export const trunkOperations = {
  listSipTrunks: {
    method: 'GET',
    path: '/sip/trunks',
    access: 'system:read',
    summary: 'Trunks to other proxies and PBXs: which address answers, whether we are registered, or why not',
    result: Type.Array(SipTrunk),
  },
} as const satisfies Record<string, Operation>;

export function trunkHandlers(trunks: Trunks): Pick<Handlers, keyof typeof trunkOperations> {
  return { listSipTrunks: () => trunks.status };
}
