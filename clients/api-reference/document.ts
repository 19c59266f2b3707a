/** What this page reads of an OpenAPI 3.1 document. */
export interface ApiDocument {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, DocumentedOperation>>;
  webhooks?: Record<string, { post: DocumentedOperation }>;
  components?: { schemas?: Record<string, Schema> };
}

export interface DocumentedOperation {
  operationId: string;
  summary?: string;
  tags?: string[];
  'x-access'?: string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

type Content = Record<string, { schema: Schema }>;

/** JSON Schema, as far as the document uses it. */
export interface Schema {
  $ref?: string;
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

export interface Entry {
  /** GET and so on; EVENT: the server sends it. */
  method: string;
  path: string;
  operation: DocumentedOperation;
}

export interface Group {
  name: string;
  entries: Entry[];
}

/** Operations by their first tag, in the document's order, then events; those in which every word of `search` occurs. */
export function groupsOf(document: ApiDocument, search: string): Group[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const isWanted = ({ method, path, operation }: Entry): boolean => {
    const text = `${method} ${path} ${operation.operationId} ${operation.summary ?? ''}`.toLowerCase();
    return words.every(word => text.includes(word));
  };
  const groups = new Map((document.tags ?? []).map(({ name }) => [name, [] as Entry[]]));
  const add = (group: string, entry: Entry): void => {
    if (isWanted(entry)) groups.set(group, [...(groups.get(group) ?? []), entry]);
  };
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods))
      add(operation.tags?.[0] ?? document.info.title, { method: method.toUpperCase(), path, operation });
  }
  for (const [path, { post }] of Object.entries(document.webhooks ?? {}))
    add(post.tags?.[0] ?? 'Events', { method: 'EVENT', path, operation: post });
  return [...groups]
    .filter(([, entries]) => entries.length > 0)
    .map(([name, entries]) => ({ name, entries }));
}

/** What a reference stands for, and its name. */
export function resolve(document: ApiDocument, schema: Schema): { name: string | null; schema: Schema } {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(schema.$ref ?? '')?.[1];
  const found = name === undefined ? undefined : document.components?.schemas?.[name];
  return found ? { name: name!, schema: found } : { name: null, schema };
}

/** The type in a few words: `string, 1–120 characters`, `Site or null`, `list of integer`. */
export function typeWords(document: ApiDocument, given: Schema): string {
  const { name, schema } = resolve(document, given);
  if (name !== null) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) {
    const kinds = [...new Set(schema.anyOf.map(one => typeWords(document, one)))];
    return kinds.length > 6 ? `${kinds.length} kinds of object` : kinds.join(' or ');
  }
  if (schema.type === 'array') {
    const limits = range(schema.minItems, schema.maxItems, ' entries');
    return `list of ${schema.items ? typeWords(document, schema.items) : 'anything'}${limits}`;
  }
  const limits =
    range(schema.minLength, schema.maxLength, ' characters') + range(schema.minimum, schema.maximum, '');
  const pattern = schema.pattern === undefined ? '' : `, ${schema.pattern}`;
  return `${schema.type ?? 'anything'}${limits}${pattern}`;
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (least === undefined && most === undefined) return '';
  if (least === undefined) return `, at most ${most}${unit}`;
  if (most === undefined) return `, at least ${least}${unit}`;
  return least === most ? `, ${least}${unit}` : `, ${least}–${most}${unit}`;
}

/** Properties to show below a type; empty: its words say all. */
export function propertiesOf(document: ApiDocument, given: Schema): [string, Schema, boolean][] {
  const { schema } = resolve(document, given);
  if (schema.type === 'array' && schema.items) return propertiesOf(document, schema.items);
  if (schema.anyOf) {
    const all = schema.anyOf.flatMap(one => propertiesOf(document, one));
    // Of several shapes each name once; it is needed where all of them need it.
    const needed = (name: string) =>
      all.filter(([other]) => other === name).every(([, , required]) => required);
    return [...new Map(all.map(entry => [entry[0], entry])).values()].map(([name, one]) => [
      name,
      one,
      needed(name),
    ]);
  }
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).map(([name, one]) => [name, one, required.includes(name)]);
}

/** The request as one types it into a shell. */
export function curlOf({ method, path, operation }: Entry, origin: string): string {
  const body = operation.requestBody ? " -H 'content-type: application/json' -d '{…}'" : '';
  const ifMatch = operation.parameters?.some(({ name }) => name === 'If-Match')
    ? ` -H 'If-Match: "VERSION"'`
    : '';
  const isOpen = operation['x-access'] === 'public' || operation['x-access'] === 'link';
  const key = isOpen ? '' : " -H 'authorization: Bearer KEY'";
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  return `curl${verb}${key}${ifMatch}${body} ${origin}${path}`;
}
