import t from 'tap';
import { addDays, addMonths, dayOf, monthOf, startOf, wallClock, weekOf } from './days.js';
import { linesWithoutMail, newPlan, planOf, requestOf } from './plan.js';

const plan = newPlan('2026-11-23T09:00', 'Asia/Shanghai', 'zh');
const whole = (request: ReturnType<typeof requestOf>) => request;

void t.test(
  'what people write of rooms and guests becomes parties, and the same again when it is edited',
  async t => {
    const rooms =
      'Ward 3 <sip:ward3@10.0.0.3>\n10.0.0.9 手术室\n1005\nAula <sip:aula@h> <mailto:aula@example.org>';
    const guests = 'Dr. Wang <wang@example.org>; li@example.org';
    const request = requestOf({ ...plan, rooms, guests });
    t.same(request.parties, [
      { kind: 'room', name: 'Ward 3', address: 'sip:ward3@10.0.0.3' },
      { kind: 'room', name: '手术室', address: '10.0.0.9' },
      { kind: 'room', name: '1005', address: '1005' },
      { kind: 'room', name: 'Aula', address: 'sip:aula@h', email: 'aula@example.org' },
      { kind: 'person', name: 'Dr. Wang', email: 'wang@example.org' },
      { kind: 'person', name: 'li@example.org', email: 'li@example.org' },
    ]);
    t.same(requestOf(planOf(whole(request))).parties, request.parties);
    t.same(linesWithoutMail('Dr. Wang\nli@example.org'), ['Dr. Wang']);
  },
);

void t.test('a repetition is a rule of RFC 5545 and is known again; another rule stays as it is', async t => {
  t.equal(requestOf(plan).rrule, null);
  for (const repeat of ['daily', 'weekdays', 'weekly', 'fortnightly', 'monthly'] as const) {
    const request = requestOf({ ...plan, repeat, times: 7 });
    t.match(request.rrule, /^FREQ=\w+.*;COUNT=7$/);
    t.match(planOf(whole(request)), { repeat, times: 7 });
  }
  const rule = 'FREQ=WEEKLY;UNTIL=20270101T000000Z;BYDAY=MO';
  t.match(planOf(whole({ ...requestOf(plan), rrule: rule })), { repeat: 'other', rule });
});

void t.test('days, weeks and months', async t => {
  t.equal(dayOf(startOf('2024-02-29')), '2024-02-29');
  t.equal(addDays('2026-12-31', 1), '2027-01-01');
  t.equal(addMonths('2026-01-31', 1), '2026-02-28');
  t.equal(addMonths('2026-01-31', -2), '2025-11-30');
  t.same([weekOf('2026-11-29')[0], weekOf('2026-11-23')[0]], ['2026-11-23', '2026-11-23']);
  const weeks = monthOf('2026-11-15');
  t.same([weeks.length, weeks[0]?.[0], weeks.at(-1)?.[6]], [6, '2026-10-26', '2026-12-06']);
  t.equal(monthOf('2027-02-01').length, 4, 'a month that begins on Monday and has four weeks');
  t.equal(wallClock('2026-11-23T16:30:00Z', 'Asia/Shanghai'), '2026-11-24T00:30');
});
