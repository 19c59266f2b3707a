import type { TSchema } from 'typebox';
import { eventNames, eventSchema, eventTypes, type EventType } from './events.js';
import { sessionCookie } from './guard.js';
import type { Operation } from './operation.js';
import { operations } from './rest.js';
import { definitionsOf, withReferences } from './schema-names.js';
import { events, maxMessageBytes, requests, signallingVersion } from './signalling.js';
import { eventTag, tagOf, tags } from './tags.js';

/** OpenAPI 3.1 of the REST resources, from the schemas that validate them. */
export function openApi(prefix: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, operation] of Object.entries<Operation>(operations)) {
    const path = prefix + operation.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[operation.method.toLowerCase()] = describe(operationId, operation);
  }
  const webhooks = Object.fromEntries(eventNames.map(type => [type, describeEvent(type)]));
  const named = new Set(['Problem']);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Amphi',
      version: '1',
      description: 'Conferences, recordings, users and the audit.',
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The server that gives this document' }],
    tags: [...tags, eventTag].map(({ name, description }) => ({ name, description })),
    ...(withReferences({ paths, webhooks }, named) as object),
    components: {
      schemas: definitionsOf(named),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key' },
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
      },
    },
  };
}

function describe(operationId: string, operation: Operation): object {
  const { access, summary, params, query, body, result, produces, mayBeEmpty, ifMatch, method, path } =
    operation;
  const json = (schema: TSchema, type = 'application/json') => ({ [type]: { schema } });
  const refusal = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  const header = (name: string, required: boolean) => ({
    name,
    in: 'header',
    required,
    schema: { type: 'string', maxLength: 128 },
  });
  return {
    operationId,
    tags: [tagOf(path)],
    summary,
    security: access === 'public' || access === 'link' ? [] : [{ key: [] }, { session: [] }],
    'x-access': access,
    parameters: [
      ...parametersOf(params, 'path'),
      ...parametersOf(query, 'query'),
      ...(ifMatch === true ? [header('If-Match', true)] : []),
      ...(method === 'POST' ? [header('Idempotency-Key', false)] : []),
    ],
    ...(body ? { requestBody: { required: true, content: json(body) } } : {}),
    responses: {
      ...(result
        ? { 200: { description: 'Done', content: json(result, produces) } }
        : { 204: { description: 'Done, nothing to tell' } }),
      ...(mayBeEmpty === undefined ? {} : { 204: { description: mayBeEmpty } }),
      '4XX': refusal('Refused: what is wrong with the request (RFC 9457)'),
      '503': refusal('Not now: what is missing or full, or restarts (RFC 9457)'),
    },
  };
}

/** The same events come over the WebSocket `/api/v1/events`. */
function describeEvent(type: EventType): object {
  const { summary } = eventTypes[type];
  return {
    post: {
      operationId: type,
      tags: [eventTag.name],
      summary,
      security: [],
      requestBody: { content: { 'application/json': { schema: eventSchema(type) } } },
      responses: {
        '2XX': { description: 'Taken' },
        '4XX': { description: 'Tried again later, as anything but 2XX' },
      },
    },
  };
}

function parametersOf(schema: TSchema | undefined, place: 'path' | 'query'): object[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

/** The signalling protocol as one JSON document: for every request its parameters and result, every event's data. */
export function signallingDocument(path: string): object {
  return { path, version: signallingVersion, maxMessageBytes, requests, events };
}
