import t, { type Test } from 'tap';
import { ApiApp } from '../../testing/harness/api-app.js';
import type { AddressEntry } from './address-book-operations.js';

interface Page {
  entries: AddressEntry[];
  total: number;
  groups: string[];
  institutions: { institutionId: string | null; changeable: boolean }[];
}

async function opened(t: Test) {
  const api = new ApiApp();
  t.teardown(() => api.close());
  await api.open({ get: async () => undefined as never, list: async () => [] });
  for (const institutionId of ['A', 'B'])
    api.identity.access.insertInstitution({
      ...{ institutionId, parentId: null, kind: 'hospital' },
      name: institutionId,
    });
  const { cookie } = api.signedIn('operator', 'operator', 'A');
  const main = api.signedIn('main', 'operator', null).cookie;
  const create = (body: object, as = cookie) =>
    api.ask<AddressEntry>('POST', '/address-book', {
      cookie: as,
      body: { displayName: 'Room', institutionId: 'A', addresses: ['8001'], groups: [], ...body },
    });
  const list = async (query = '', as = cookie) =>
    (await api.ask<Page>('GET', `/address-book${query}`, { cookie: as })).json;
  const names = async (query = '', as = cookie) =>
    (await list(query, as)).entries.map(({ displayName }) => displayName);
  return { api, cookie, main, create, list, names };
}

void t.test('entries are made, found, changed and deleted', async t => {
  const { api, cookie, create, list, names } = await opened(t);
  const { status, json: made } = await create({ displayName: '手术室 3', groups: ['Surgery', 'Teaching'] });
  t.equal(status, 200);
  await create({ displayName: 'Aula', addresses: ['sip:aula@192.0.2.7'], groups: ['Teaching'] });
  await create({ displayName: 'Radiology', addresses: ['8002'] });
  t.same(await names(), ['Aula', 'Radiology', '手术室 3']);
  t.same((await list()).groups, ['Surgery', 'Teaching']);
  t.same(await names('?search=AULA@'), ['Aula']);
  t.same(await names('?search=surg'), ['手术室 3'], 'by a group');
  t.same(await names('?group=Teaching'), ['Aula', '手术室 3']);
  t.match(await list('?offset=1&limit=1'), { entries: [{ displayName: 'Radiology' }], total: 3 });
  const { presence: _, entryId, ...rest } = made;
  const change = { cookie, body: { ...rest, groups: [] } };
  t.equal((await api.ask('PUT', `/address-book/${entryId}`, change)).status, 200);
  t.same((await list()).groups, ['Teaching'], 'a group that nobody names is gone');
  t.equal((await api.ask('DELETE', `/address-book/${entryId}`, { cookie })).status, 204);
  t.equal((await api.ask('DELETE', `/address-book/${entryId}`, { cookie })).status, 404);
  t.same(await names(), ['Aula', 'Radiology']);
  for (const wrong of [{ addresses: [] }, { addresses: ['a b'] }, { displayName: 'a\nb' }])
    t.equal((await create(wrong)).status, 400, JSON.stringify(wrong));
});

void t.test('an operator sees entries of the own hospital and of all, and changes the own alone', async t => {
  const { api, cookie, main, create, list, names } = await opened(t);
  const theirs = (await create({ displayName: 'Theirs', institutionId: 'B' }, main)).json.entryId;
  const ofAll = (await create({ displayName: 'Of all', institutionId: null }, main)).json.entryId;
  await create({ displayName: 'Own' });
  t.same(await names(), ['Of all', 'Own']);
  t.same(await names('', main), ['Of all', 'Own', 'Theirs']);
  t.equal((await create({ institutionId: 'B' })).status, 400);
  t.equal((await create({ institutionId: null })).status, 400);
  t.equal((await create({ institutionId: 'nowhere' }, main)).status, 400);
  const places = async (who?: string) =>
    (await list('', who)).institutions.map(({ institutionId, changeable }) => [institutionId, changeable]);
  t.same(
    await places(),
    [
      [null, false],
      ['A', true],
    ],
    'of all: to be seen, not to be changed',
  );
  t.same(await places(main), [
    [null, true],
    ['A', true],
    ['B', true],
  ]);
  const body = { displayName: 'x', institutionId: 'A', addresses: ['1'], groups: [] };
  for (const entryId of [theirs, ofAll]) {
    t.equal((await api.ask('PUT', `/address-book/${entryId}`, { cookie, body })).status, 404);
    t.equal((await api.ask('DELETE', `/address-book/${entryId}`, { cookie })).status, 404);
  }
});

void t.test('presence is what the registrar knows', async t => {
  const { api, create, list } = await opened(t);
  const account = { displayName: 'x', institutionId: 'A', disabled: false };
  api.sipAccounts.create({ ...account, accountName: 'or-3', aliases: ['8001'] });
  await create({ displayName: 'a', addresses: ['8001'] });
  await create({ displayName: 'b', addresses: ['sip:far@192.0.2.1', 'or-3'] });
  await create({ displayName: 'c', addresses: ['sip:far@192.0.2.1'] });
  const presences = async () => (await list()).entries.map(({ presence }) => presence);
  t.same(await presences(), ['offline', 'offline', 'unknown']);
  api.registered.add('or-3');
  t.same(await presences(), ['available', 'available', 'unknown']);
});

void t.test('the book goes out as CSV and comes in again, all of it or nothing', async t => {
  const { api, cookie, create, list, names } = await opened(t);
  await create({ displayName: '=Room, "3"', addresses: ['8001', 'sip:a@192.0.2.1'], groups: ['X', 'Y'] });
  const { text, headers } = await api.ask('GET', '/address-book-export', { cookie });
  t.match(headers['content-type'], /^text\/csv/);
  t.equal(
    text,
    `name,addresses,institution,groups\r\n"'=Room, ""3""",8001;sip:a@192.0.2.1,A,X;Y\r\n`,
    'no spreadsheet runs it as a formula',
  );
  const bring = (csv: string) =>
    api.ask<{ added: number; changed: number; rows?: object[] }>('POST', '/address-book-import', {
      cookie,
      body: { csv },
    });
  const before = await list();
  t.same((await bring(text)).json, { added: 0, changed: 1 });
  t.same(await list(), before);
  t.same((await bring(`${text}Aula,8002,A,\r\nAula,8003,A,Z\r\n`)).json, { added: 1, changed: 1 });
  t.match(await list('?search=Aula'), { entries: [{ addresses: ['8003'], groups: ['Z'] }] });
  const bad = await bring(`${text}Good,1,A,\r\nBad,,A,\r\n`);
  t.equal(bad.status, 400);
  const several = await bring(`${text}Good,1,A,\r\nBad,,A,\r\n,1,A,\r\nFar,1,B,\r\nLong,1,A,,x\r\n`);
  t.same(
    several.json.rows,
    [
      { row: 4, column: 'addresses', text: 'Bad' },
      { row: 5, column: 'name', text: '' },
      { row: 6, column: 'institution', text: 'Far' },
      { row: 7, column: 'cells', text: 'Long' },
    ],
    'each row that is wrong, and where',
  );
  t.match(JSON.stringify(bad.json), /Row 4/);
  t.equal((await bring(`${text}Good,1,B,\r\n`)).status, 400, 'of another hospital');
  t.equal((await bring('a,b\r\n')).status, 400);
  t.equal((await bring(`${text}"open`)).status, 400);
  t.notOk((await names()).includes('Good'));
});
