/** The part of an OpenAPI 3.1 document that requests are made from. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { schemas: Record<string, unknown> };
}

export type Schema = Record<string, unknown> & { properties?: Record<string, Schema> };

export interface DescribedOperation {
  operationId: string;
  'x-access': string;
  parameters: { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

export interface Endpoint extends DescribedOperation {
  method: 'get' | 'post' | 'put' | 'delete';
  /** With `{names}`. */
  path: string;
}

/** The same with what its schemas refer to put in their place. */
export function inPlace(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components;
  const opened = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(opened);
    if (value === null || typeof value !== 'object') return value;
    const name = /^#\/components\/schemas\/(\w+)$/.exec((value as { $ref?: string }).$ref ?? '')?.[1];
    if (name !== undefined) return opened(schemas[name]);
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, opened(entry)]));
  };
  return opened(document) as OpenApiDocument;
}

export function endpointsOf({ paths }: OpenApiDocument): Endpoint[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method as Endpoint['method'],
      path,
    })),
  );
}
