import t from 'tap';
import { curlOf, groupsOf, propertiesOf, typeWords, type ApiDocument } from './document.js';

const document: ApiDocument = {
  info: { title: 'Amphi', version: '1' },
  tags: [{ name: 'Recordings' }, { name: 'Sites' }],
  paths: {
    '/api/v1/sites/{siteId}': {
      get: {
        operationId: 'getSite',
        summary: 'One site',
        tags: ['Sites'],
        'x-access': 'public',
        responses: {},
      },
      put: {
        operationId: 'setSite',
        tags: ['Sites'],
        'x-access': 'site:control',
        parameters: [{ name: 'If-Match', in: 'header', required: true, schema: { type: 'string' } }],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Site' } } } },
        responses: {},
      },
    },
  },
  webhooks: { 'site.left': { post: { operationId: 'site.left', tags: ['Events'], responses: {} } } },
  components: {
    schemas: {
      Site: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string', minLength: 1, maxLength: 64 }, note: { type: 'string' } },
      },
    },
  },
};

void t.test('operations are grouped by tag, in the order of tags; what is empty is left out', async t => {
  t.same(
    groupsOf(document, '').map(({ name, entries }) => [name, entries.map(({ method }) => method)]),
    [
      ['Sites', ['GET', 'PUT']],
      ['Events', ['EVENT']],
    ],
  );
  t.same(
    groupsOf(document, 'ONE get').map(({ entries }) => entries.map(({ operation }) => operation.operationId)),
    [['getSite']],
    'each word is looked for',
  );
  t.same(groupsOf(document, 'nowhere'), []);
});

void t.test('types are told in words', async t => {
  const words = (schema: object) => typeWords(document, schema);
  const site = { $ref: '#/components/schemas/Site' };
  t.equal(words({ type: 'integer', minimum: 0, maximum: 10 }), 'integer, 0–10');
  t.equal(words({ type: 'string', maxLength: 9 }), 'string, at most 9 characters');
  t.equal(words({ enum: ['a', 'b'] }), '"a" | "b"');
  t.equal(words({ anyOf: [site, { type: 'null' }] }), 'Site or null');
  t.equal(words({ type: 'array', items: site, maxItems: 3 }), 'list of Site, at most 3 entries');
  t.equal(words({}), 'anything');
});

void t.test('properties are found behind references, lists and several shapes', async t => {
  const site = { $ref: '#/components/schemas/Site' };
  const shown = (schema: object) =>
    propertiesOf(document, schema).map(([name, , required]) => (required ? name : `${name}?`));
  t.same(shown(site), ['name', 'note?']);
  t.same(shown({ type: 'array', items: { anyOf: [site, { type: 'null' }] } }), ['name', 'note?']);
  t.same(shown({ type: 'string' }), []);
});

void t.test('a request is shown as curl takes it', async t => {
  const [get, put] = groupsOf(document, 'site')[0]!.entries;
  t.equal(curlOf(get!, 'https://a'), 'curl https://a/api/v1/sites/{siteId}');
  t.equal(
    curlOf(put!, 'https://a'),
    `curl -X PUT -H 'authorization: Bearer KEY' -H 'If-Match: "VERSION"' -H 'content-type: application/json' -d '{…}' https://a/api/v1/sites/{siteId}`,
  );
});
