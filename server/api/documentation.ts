import type { TSchema } from 'typebox';
import { Problem, operations } from './rest.js';
import { events, maxMessageBytes, requests, signallingVersion } from './signalling.js';

interface Documented {
  method: string;
  path: string;
  access: string;
  summary: string;
  params?: TSchema & { properties?: Record<string, TSchema> };
  body?: TSchema;
  result?: TSchema;
}

/** OpenAPI 3.1 of the REST resources, from the schemas that validate them. */
export function openApi(prefix: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, operation] of Object.entries(operations as Record<string, Documented>)) {
    const path = prefix + operation.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[operation.method.toLowerCase()] = describe(operationId, operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Amphi',
      version: '1',
      description: 'Conferences, recordings and the operator’s session.',
    },
    paths,
    components: {
      schemas: { Problem },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'The operator token, shown by the first start',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'amphi_session' },
      },
    },
  };
}

function describe(operationId: string, { access, summary, params, body, result }: Documented): object {
  const json = (schema: TSchema) => ({ 'application/json': { schema } });
  return {
    operationId,
    summary,
    ...(access === 'public' || access === 'link' ? {} : { security: [{ token: [] }, { session: [] }] }),
    'x-access': access,
    parameters: Object.entries(params?.properties ?? {}).map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema,
    })),
    ...(body ? { requestBody: { required: true, content: json(body) } } : {}),
    responses: {
      ...(result
        ? { 200: { description: 'Done', content: json(result) } }
        : { 204: { description: 'Done, nothing to tell' } }),
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** The signalling protocol as one JSON document: for every request its parameters and result, every event's data. */
export function signallingDocument(path: string): object {
  return { path, version: signallingVersion, maxMessageBytes, requests, events };
}
