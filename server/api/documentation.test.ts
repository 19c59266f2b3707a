import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import t from 'tap';
import { openApi } from './documentation.js';

/** As a client gets it. */
const document = () => JSON.parse(JSON.stringify(openApi('/api/v1'))) as Record<string, object>;

/** What the document breaks of OpenAPI 3.1, in words. */
async function faultsOf(source: object): Promise<string[]> {
  const { errors } = await new Validator().validate(structuredClone(source) as Record<string, unknown>);
  const config = await createConfig({ extends: ['recommended-strict'] });
  const found = await lintFromString({
    source: JSON.stringify(source),
    absoluteRef: '/openapi.json',
    config,
  });
  return [
    ...(errors === undefined ? [] : [JSON.stringify(errors)]),
    ...found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
  ];
}

void t.test('the document is OpenAPI 3.1, as two validators of others see it', async t => {
  t.same(await faultsOf(document()), []);
});

void t.test('a document that is wrong is found out', async t => {
  const { paths, ...rest } = document() as Record<string, object> & {
    paths: Record<string, Record<string, { parameters: object[]; responses: object }>>;
  };
  const conference = paths['/api/v1/conferences/{conferenceId}']!;
  conference.get!.parameters = [];
  t.match((await faultsOf({ ...rest, paths })).join('\n'), /conferenceId/, 'a path without its parameter');
  conference.get!.responses = { 200: { content: {} } };
  t.match(
    (await faultsOf({ ...rest, paths })).join('\n'),
    /description/,
    'an answer without its description',
  );
});
