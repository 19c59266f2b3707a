/** REST resources of web-hooks: who is told of events by HTTP. */
import Type, { type Static } from 'typebox';
import { eventNames } from './events.js';
import { closed, type Operation } from './operation.js';

const Id = Type.String({ minLength: 1, maxLength: 64 });
const WebHookId = Type.Object({ webHookId: Id }, closed);
const Time = Type.String({
  maxLength: 40,
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
  description: 'RFC 3339',
});
const Url = Type.String({ minLength: 8, maxLength: 500, pattern: '^https?://' });
const Types = Type.Array(Type.Enum(eventNames), {
  maxItems: 32,
  uniqueItems: true,
  description: 'Empty: all but the frequent ones (speaking, signal, views)',
});
const orAll = Type.Union([Id, Type.Null()], { description: 'null: of all conferences that you may read' });

export const WebHook = Type.Object(
  {
    webHookId: Type.String(),
    url: Type.String(),
    types: Types,
    conferenceId: orAll,
    enabled: Type.Boolean({ description: 'Ended by an answer of 410 Gone' }),
    waiting: Type.Integer({ description: 'Messages that were not taken yet' }),
    createdAt: Type.String(),
  },
  closed,
);
export type WebHook = Static<typeof WebHook>;

const Delivery = Type.Object(
  {
    deliveryId: Type.String({ description: 'The header webhook-id: the same at each try' }),
    sequence: Type.Integer(),
    type: Type.String(),
    state: Type.Enum(['waiting', 'delivered', 'failed']),
    attempts: Type.Integer(),
    nextAt: Type.String({ description: 'Of what waits: not before' }),
    status: Type.Union([Type.Integer(), Type.Null()], { description: 'Of the last answer' }),
    error: Type.Union([Type.String(), Type.Null()]),
    createdAt: Type.String(),
  },
  closed,
);

export const webHookOperations = {
  listWebHooks: {
    method: 'GET',
    path: '/webhooks',
    access: 'webhook:manage',
    summary: 'All web-hooks in reach',
    result: Type.Array(WebHook),
  },
  createWebHook: {
    method: 'POST',
    path: '/webhooks',
    access: 'webhook:manage',
    summary:
      'Have events sent to a URL by POST, signed as Standard Webhooks say (HMAC-SHA256); the answer shows the secret ' +
      'this once. What is not answered with 2xx within 10 s is tried again, for about a day',
    body: Type.Object({ url: Url, types: Type.Optional(Types), conferenceId: Type.Optional(orAll) }, closed),
    result: Type.Object({ ...WebHook.properties, secret: Type.String() }, closed),
  },
  setWebHook: {
    method: 'PUT',
    path: '/webhooks/:webHookId',
    access: 'webhook:manage',
    summary: 'Switch a web-hook on or off',
    params: WebHookId,
    body: Type.Object({ enabled: Type.Boolean() }, closed),
    result: WebHook,
  },
  deleteWebHook: {
    method: 'DELETE',
    path: '/webhooks/:webHookId',
    access: 'webhook:manage',
    summary: 'Nothing is sent there any more',
    params: WebHookId,
  },
  listDeliveries: {
    method: 'GET',
    path: '/webhooks/:webHookId/deliveries',
    access: 'webhook:manage',
    summary: 'What was sent, and what became of it, newest first; of the last 7 days',
    params: WebHookId,
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }, closed),
    result: Type.Array(Delivery),
  },
  replayWebHook: {
    method: 'POST',
    path: '/webhooks/:webHookId/replay',
    access: 'webhook:manage',
    summary: 'Send everything since then once more, with the same ids',
    params: WebHookId,
    body: Type.Object({ since: Time }, closed),
    result: Type.Object({ queued: Type.Integer() }, closed),
  },
} as const satisfies Record<string, Operation>;
