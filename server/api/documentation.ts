import type { TSchema } from 'typebox';
import { eventNames, eventSchema, eventTypes, type EventType } from './events.js';
import { sessionCookie } from './guard.js';
import type { Operation } from './operation.js';
import { Problem, operations } from './rest.js';
import { events, maxMessageBytes, requests, signallingVersion } from './signalling.js';

/** OpenAPI 3.1 of the REST resources, from the schemas that validate them. */
export function openApi(prefix: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, operation] of Object.entries<Operation>(operations)) {
    const path = prefix + operation.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[operation.method.toLowerCase()] = describe(operationId, operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Amphi',
      version: '1',
      description: 'Conferences, recordings, users and the audit.',
    },
    paths,
    webhooks: Object.fromEntries(eventNames.map(type => [type, describeEvent(type)])),
    components: {
      schemas: { Problem },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key' },
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
      },
    },
  };
}

function describe(operationId: string, operation: Operation): object {
  const { access, summary, params, query, body, result, produces, ifMatch, method } = operation;
  const json = (schema: TSchema, type = 'application/json') => ({ [type]: { schema } });
  const header = (name: string, required: boolean) => ({
    name,
    in: 'header',
    required,
    schema: { type: 'string', maxLength: 128 },
  });
  return {
    operationId,
    summary,
    ...(access === 'public' || access === 'link' ? {} : { security: [{ key: [] }, { session: [] }] }),
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
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** The same events come over the WebSocket `/api/v1/events`. */
function describeEvent(type: EventType): object {
  const { summary } = eventTypes[type];
  return {
    post: {
      operationId: type,
      summary,
      requestBody: { content: { 'application/json': { schema: eventSchema(type) } } },
      responses: { '2XX': { description: 'Taken; anything else is tried again later' } },
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
