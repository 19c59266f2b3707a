import t from 'tap';
import { openApi } from '../../server/api/documentation.js';
import { endpointsOf, inPlace, type OpenApiDocument } from './document.js';
import { Judge, type Answer } from './judge.js';

const document = inPlace(JSON.parse(JSON.stringify(openApi('/api/v1'))) as OpenApiDocument);
const endpoint = endpointsOf(document).find(({ operationId }) => operationId === 'createGroup')!;
const path = '/api/v1/groups';
const right = { groupId: 'g', name: 'Surgeons', roles: ['viewer'], memberIds: [] };

async function judged(body: object, answer: Partial<Answer> & { json: unknown }) {
  const text = JSON.stringify(answer.json);
  const judge = await Judge.of(document, async () => ({
    ...{ status: 200, contentType: 'application/json', text },
    ...answer,
  }));
  const headers = { 'content-type': 'application/json' };
  return judge.ask({ endpoint, path, query: {}, headers, body: JSON.stringify(body) });
}

void t.test('what keeps to the document is not complained of', async t => {
  const { wrongOfRequest, wrongOfAnswer } = await judged({ ...right, groupId: undefined }, { json: right });
  t.same([wrongOfRequest, wrongOfAnswer], [[], []]);
});

void t.test('a request against the document is seen', async t => {
  const { wrongOfRequest } = await judged({ name: 7, roles: ['king'], memberIds: [] }, { json: right });
  t.match(wrongOfRequest.join('\n'), /name must be string/);
  t.match(wrongOfRequest.join('\n'), /roles\.0/);
});

void t.test('an answer against the document is seen', async t => {
  const { name: _, ...nameless } = right;
  const body = { ...right, groupId: undefined };
  t.match((await judged(body, { json: nameless })).wrongOfAnswer.join(), /'name'/);
  t.match((await judged(body, { json: { ...right, secret: 1 } })).wrongOfAnswer.join(), /secret/);
  t.match((await judged(body, { status: 500, json: {} })).wrongOfAnswer.join(), /status code/);
  const problem = { status: 404, contentType: 'application/problem+json', json: { error: 'gone' } };
  t.match((await judged(body, problem)).wrongOfAnswer.join(), /'code'/, 'no problem of RFC 9457');
});
