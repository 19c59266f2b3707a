import t, { type Test } from 'tap';
import { ApiApp } from '../../testing/harness/api-app.js';
import type { JournalEntry } from './life.js';
import type { Conference } from './rest.js';
import type { ScheduleState } from './schedule.js';

const room = { kind: 'room', name: 'Ward 3', address: 'sip:ward3@10.0.0.3' };
const person = { kind: 'person', name: 'Dr. Wang', email: 'wang@example.org' };

async function open(t: Test) {
  const api = new ApiApp();
  t.teardown(() => api.close());
  await api.open({ get: async () => null, list: async () => [] });
  const { cookie, userId } = api.signedIn('operator', 'operator', null);
  /** The clock has been moved: the first one may have ended. */
  const later = () => ({ cookie: api.session(userId) });
  const make = async () =>
    (await api.ask<Conference>('POST', '/conferences', { cookie, body: { title: 'Round' } })).json
      .conferenceId;
  const plan = (id: string, version: number, body: object) =>
    api.ask<ScheduleState & { code: string; detail: string; title: string }>(
      'PUT',
      `/conferences/${id}/schedule`,
      {
        ...{ cookie, body, headers: { 'if-match': `"${version}"` } },
      },
    );
  const life = async (id: string) => (await api.ask<Conference>('GET', `/conferences/${id}`, later())).json;
  const journal = async (id: string) =>
    (await api.ask<JournalEntry[]>('GET', `/conferences/${id}/journal`, later())).json.map(
      ({ kind }) => kind,
    );
  return { api, cookie, later, make, plan, life, journal };
}

/** In so many minutes, on the minute. */
const inMinutes = (minutes: number) =>
  new Date((Math.ceil(Date.now() / 60_000) + minutes) * 60_000).toISOString();
const plain = (minutes: number) => ({
  begins: inMinutes(minutes).slice(0, 16),
  timeZone: 'UTC',
  minutes: 30,
});

void t.test('a planned conference: its life, what is due at each time, and its end', async t => {
  const { api, later, make, plan, life, journal } = await open(t);
  const id = await make();
  const body = { ...plain(60), remindMinutes: 20, rrule: 'FREQ=DAILY;COUNT=2', parties: [room, person] };
  const { status, json } = await plan(id, 0, body);
  t.equal(status, 200);
  t.equal(json.occurrences.length, 2);
  t.match(await life(id), { state: 'scheduled', opensAt: inMinutes(45).replace('.000Z', 'Z') });
  t.match(api.announced, [{ kind: 'invitation', sequence: 0, to: [room, person] }]);

  const advance = (minutes: number) => {
    api.aheadMs += minutes * 60_000;
    api.scheduler.tick();
  };
  advance(30);
  t.equal(api.announced.length, 1, 'too early for anything');
  advance(12);
  t.equal(api.announced.at(-1)?.kind, 'reminder');
  advance(5);
  t.equal(api.announced.length, 2, 'once');
  t.same(api.dialled, []);
  advance(15);
  api.scheduler.tick();
  t.same(api.dialled, [room.address], 'called once');
  const { json: extended } = await api.ask<{ endsAt: string }>('POST', `/conferences/${id}/extension`, {
    ...later(),
    body: { minutes: 10 },
  });
  t.equal(extended.endsAt, inMinutes(100).replace('.000Z', 'Z'));
  advance(35);
  t.match(await life(id), { state: 'scheduled', endsAt: extended.endsAt }, 'it goes on');
  advance(10);
  t.match(
    await life(id),
    { state: 'scheduled', opensAt: inMinutes(45 + 1440).replace('.000Z', 'Z') },
    'the next day',
  );
  advance(1440);
  t.equal((await life(id)).state, 'ended');
  t.same(await journal(id), ['created', 'scheduled', 'dialled', 'extended']);
});

void t.test('conflicts are told with other times; capacity cannot be forced', async t => {
  const { api, cookie, make, plan } = await open(t);
  const [first, second] = [await make(), await make()];
  t.equal((await plan(first, 0, { ...plain(60), parties: [room], hdUnits: 8 })).status, 200);
  const same = { ...plain(75), parties: [{ ...room, address: room.address.toUpperCase() }] };
  const refused = await plan(second, 0, same);
  t.match(refused, { status: 409, json: { code: 'conflict' } });
  t.match(refused.json.title, new RegExp(`Free instead: ${inMinutes(90).replace('.000Z', 'Z')}`));
  const check = await api.ask('POST', '/schedule-check', { cookie, body: same });
  t.match(check.json, { conflicts: [{ kind: 'room-or-person', conferenceId: first }] });
  const own = { ...same, conferenceId: first };
  const moved = await api.ask<{ conflicts: object[] }>('POST', '/schedule-check', { cookie, body: own });
  t.same(moved.json.conflicts, [], 'its own old time is no conflict');
  t.match((await plan(second, 0, { ...same, hdUnits: 3, force: true })).json, { code: 'no-capacity' });
  t.equal((await plan(second, 0, { ...same, hdUnits: 2, force: true })).status, 200);

  const span = `from=${inMinutes(0).replace('.000Z', 'Z')}&until=${inMinutes(200).replace('.000Z', 'Z')}`;
  const busy = await api.ask<object[]>('GET', `/free-busy?${span}&who=${encodeURIComponent(room.address)}`, {
    cookie,
  });
  t.equal(busy.json.length, 2);
  const calendar = await api.ask<{ conferenceId: string }[]>('GET', `/calendar?${span}`, { cookie });
  t.same(
    calendar.json.map(({ conferenceId }) => conferenceId),
    [first, second],
  );
  const page = await api.ask<{ conferenceId: string }[]>('GET', `/calendar?${span}&offset=1&limit=1`, {
    cookie,
  });
  t.same(page.json[0]?.conferenceId, second);
});

void t.test('a change needs the version that was read, and tells each only what is new to them', async t => {
  const { api, cookie, make, plan, life } = await open(t);
  const id = await make();
  await plan(id, 0, {
    ...plain(60),
    parties: [person, { ...person, name: 'Old', email: 'old@example.org' }],
  });
  t.equal((await plan(id, 0, plain(90))).status, 412);
  api.announced.length = 0;
  const added = { ...person, name: 'New', email: 'new@example.org' };
  t.equal((await plan(id, 1, { ...plain(90), parties: [person, added] })).json.version, 2);
  t.match(api.announced, [
    { kind: 'update', sequence: 1, to: [person] },
    { kind: 'invitation', to: [added] },
    { kind: 'cancellation', to: [{ email: 'old@example.org' }] },
  ]);
  t.equal((await plan(id, 2, plain(-90))).json.code, 'bad-schedule');
  t.equal((await api.ask('DELETE', `/conferences/${id}/schedule`, { cookie })).status, 204);
  t.match(api.announced.at(-1), { kind: 'cancellation', sequence: 2 });
  t.match(await life(id), { state: 'open', opensAt: null, endsAt: null });
});

void t.test('an Idempotency-Key holds over a restart, and keeps its answer to itself', async t => {
  const { api, cookie } = await open(t);
  const ask = (title: string) =>
    api.ask<Conference>('POST', '/conferences', {
      cookie,
      body: { title },
      headers: { 'idempotency-key': 'k-1' },
    });
  const first = await ask('Once');
  const again = await ask('Once');
  t.same(again.json, first.json);
  t.equal((await ask('Other')).status, 422);
  const stored = api.database.prepare('SELECT * FROM idempotency_key').all();
  t.equal(stored.length, 1, 'it is in the store, where a restart finds it');
  t.notMatch(JSON.stringify(stored), first.json.conferenceId, 'sealed');
});
