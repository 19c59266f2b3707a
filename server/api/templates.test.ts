import t from 'tap';
import { ApiApp } from '../../testing/harness/api-app.js';
import type { Conference } from './rest.js';
import type { ScheduleState } from './schedule.js';
import type { Template } from './templates.js';

const room = { kind: 'room', name: 'Ward 3', address: 'sip:ward3@10.0.0.3' };
const tomorrow = (hour: string) =>
  `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T${hour}:00`;

void t.test('conferences are made after templates, and again like one of before', async t => {
  const api = new ApiApp();
  t.teardown(() => api.close());
  await api.open({ get: async () => null, list: async () => [] });
  const { access } = api.identity;
  for (const institutionId of ['A', 'B'])
    access.insertInstitution({ institutionId, parentId: null, kind: 'hospital', name: institutionId });
  const { cookie } = api.signedIn('operator', 'operator', 'A');
  const colleague = api.signedIn('colleague', 'operator', 'A');
  const stranger = api.signedIn('stranger', 'operator', 'B');
  const made = await api.ask<Conference>('POST', '/conferences', { cookie, body: { title: 'Round' } });
  const first = made.json.conferenceId;
  const plan = { minutes: 45, hdUnits: 4, parties: [room], remindMinutes: 30, language: 'en' };
  const put = await api.ask('PUT', `/conferences/${first}/schedule`, {
    ...{ cookie, headers: { 'if-match': '"0"' } },
    body: { begins: tomorrow('09'), timeZone: 'UTC', rrule: 'FREQ=DAILY;COUNT=2', ...plan },
  });
  t.equal(put.status, 200);
  const { json: template } = await api.ask<Template>('POST', `/conferences/${first}/template`, {
    cookie,
    body: { name: 'Morning' },
  });
  t.match(template, { name: 'Morning', title: 'Round', plan });
  t.notMatch(Object.keys(template.plan ?? {}), ['begins'], 'nothing of when');

  const after = `/templates/${template.templateId}/conferences`;
  const next = await api.ask<Conference>('POST', after, {
    cookie: colleague.cookie,
    body: { title: 'Evening', when: { begins: tomorrow('18'), timeZone: 'Asia/Shanghai' } },
  });
  t.match(next, { status: 200, json: { title: 'Evening' } }, 'an operator of the same house');
  const scheduleOf = async (id: string) =>
    (await api.ask<ScheduleState>('GET', `/conferences/${id}/schedule`, { cookie })).json;
  const { schedule, occurrences } = await scheduleOf(next.json.conferenceId);
  t.match(schedule, { ...plan, begins: tomorrow('18'), timeZone: 'Asia/Shanghai', rrule: null });
  t.equal(occurrences[0]?.beginsAt, `${tomorrow('10')}:00Z`, 'six in the evening in Shanghai');

  const count = async () => (await api.ask<Conference[]>('GET', '/conferences', { cookie })).json.length;
  const before = await count();
  const taken = { begins: tomorrow('09'), timeZone: 'UTC' };
  const refused = await api.ask('POST', after, { cookie, body: { when: taken } });
  t.match(refused, { status: 409, json: { code: 'conflict' } });
  t.equal(await count(), before, 'nothing is left of what its time was refused to');

  const again = await api.ask<Conference>('POST', `/conferences/${first}/repetition`, {
    cookie,
    body: { when: { begins: tomorrow('12'), timeZone: 'UTC' } },
  });
  t.match(await scheduleOf(again.json.conferenceId), { schedule: { ...plan, rrule: null } });
  const open = await api.ask<Conference>('POST', `/conferences/${first}/repetition`, { cookie, body: {} });
  t.match(open, { status: 200, json: { title: 'Round' } });

  const place = `/templates/${template.templateId}`;
  const body = { name: 'Evening', title: 'Late round', plan: { ...template.plan, minutes: 20 } };
  const change = (version?: number, who = cookie) =>
    api.ask<Template>('PUT', place, {
      ...{ cookie: who, body, ...(version !== undefined && { headers: { 'if-match': `"${version}"` } }) },
    });
  t.match(await change(), { status: 428, json: { code: 'version-needed' } });
  t.match(await change(1, stranger.cookie), { status: 404 });
  t.match(await change(1, colleague.cookie), {
    status: 200,
    json: { name: 'Evening', title: 'Late round', plan: { minutes: 20, parties: [room] }, version: 2 },
  });
  t.match(await change(1), { status: 412, json: { code: 'changed-meanwhile' } });

  const asStranger = { cookie: stranger.cookie };
  t.same((await api.ask('GET', '/templates', asStranger)).json, []);
  t.equal((await api.ask('POST', after, { ...asStranger, body: {} })).status, 404);
  t.equal((await api.ask('DELETE', `/templates/${template.templateId}`, asStranger)).status, 404);
  t.equal((await api.ask<Template[]>('GET', '/templates', { cookie: colleague.cookie })).json.length, 1);
  t.equal((await api.ask('DELETE', `/templates/${template.templateId}`, { cookie })).status, 204);
  t.same((await api.ask('GET', '/templates', { cookie })).json, []);
});
