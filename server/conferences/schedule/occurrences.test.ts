import t from 'tap';
import { alternativesTo, conflictsOf } from './conflicts.js';
import { occurrencesOf, type When } from './occurrences.js';

const once: When = { begins: '2026-11-24T09:00', timeZone: 'Asia/Shanghai', minutes: 60, rrule: null };
const begins = (when: Partial<When>) => occurrencesOf({ ...once, ...when }).map(({ beginsAt }) => beginsAt);

void t.test(
  'local time becomes UTC, and nine o’clock stays nine o’clock over a change of summer time',
  async t => {
    t.same(occurrencesOf(once), [{ beginsAt: '2026-11-24T01:00:00Z', endsAt: '2026-11-24T02:00:00Z' }]);
    t.same(begins({ begins: '2026-10-19T09:00', timeZone: 'Europe/Berlin', rrule: 'FREQ=WEEKLY;COUNT=3' }), [
      '2026-10-19T07:00:00Z',
      '2026-10-26T08:00:00Z',
      '2026-11-02T08:00:00Z',
    ]);
  },
);

void t.test('a rule ends, by count or by a moment in UTC', async t => {
  t.same(begins({ rrule: 'FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3' }), [
    '2026-11-24T01:00:00Z',
    '2026-11-26T01:00:00Z',
    '2026-12-01T01:00:00Z',
  ]);
  t.equal(begins({ rrule: 'FREQ=DAILY;UNTIL=20261126T010000Z' }).length, 3, 'the last one is on the moment');
  t.equal(begins({ rrule: 'FREQ=DAILY;UNTIL=20261126T005959Z' }).length, 2);
});

void t.test('what makes no sense is told in words', async t => {
  const wrong: [object, RegExp][] = [
    [{ timeZone: 'Mars/Olympus' }, /no time zone/],
    [{ begins: '2026-13-40T09:00' }, /no time/],
    [{ rrule: 'FREQ=WEEKLY' }, /COUNT or UNTIL/],
    [{ rrule: 'FREQ=SECONDLY;COUNT=5' }, /Daily, weekly/],
    [{ rrule: 'FREQ=DAILY;COUNT=1000' }, /366 times/],
    [{ rrule: 'FREQ=DAILY;UNTIL=20400101T000000Z' }, /366 times/],
    [{ rrule: 'NONSENSE' }, /makes no sense|COUNT or UNTIL/],
    [{ rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;COUNT=2' }, /no time at all/],
  ];
  for (const [change, message] of wrong)
    t.throws(() => begins(change), { code: 'bad-schedule', message }, JSON.stringify(change));
});

const at = (from: string, until: string) => ({
  beginsAt: `2026-11-24T${from}:00Z`,
  endsAt: `2026-11-24T${until}:00Z`,
});
const taken = [
  { conferenceId: 'a', who: ['sip:1@x'], hdUnits: 4, ...at('08:00', '09:00') },
  { conferenceId: 'b', who: ['sip:2@x'], hdUnits: 4, ...at('08:30', '09:30') },
];

void t.test('rooms and people can be in one conference at a time; ends may touch', async t => {
  const wanted = { occurrences: [at('08:45', '09:15')], who: ['sip:1@x'], hdUnits: 0 };
  t.match(conflictsOf(wanted, taken, 10), [{ kind: 'room-or-person', what: 'sip:1@x', conferenceId: 'a' }]);
  t.same(conflictsOf({ ...wanted, occurrences: [at('09:00', '10:00')] }, taken, 10), []);
  t.equal(alternativesTo(wanted, taken, 10)[0], '2026-11-24T09:00:00Z');
});

void t.test('ports are counted at the moment when most are reserved', async t => {
  const wanted = (hdUnits: number, from: string, until: string) => ({
    ...{ occurrences: [at(from, until)], who: [], hdUnits },
  });
  t.same(
    conflictsOf(wanted(2, '08:00', '10:00'), taken, 10),
    [],
    'from 8:30 to 9:00 there are just two left',
  );
  t.match(conflictsOf(wanted(3, '08:00', '10:00'), taken, 10), [
    { kind: 'capacity', what: '1 of 10 ports of 720p30' },
  ]);
  t.same(conflictsOf(wanted(6, '09:00', '10:00'), taken, 10), []);
  t.same(
    conflictsOf(wanted(50, '09:00', '10:00'), taken, Infinity),
    [],
    'not measured yet: nothing is refused',
  );
});
