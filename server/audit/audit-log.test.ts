import t from 'tap';
import { AuditRecords } from '../store/audit-records.js';
import { openTestDatabase } from '../../testing/harness/test-database.js';
import { AuditLog, csvLine } from './audit-log.js';

const act = {
  actorId: 'u',
  actorName: 'li',
  source: '::1',
  action: 'x',
  object: 'conference:c',
  result: 'ok',
};

function open() {
  const database = openTestDatabase();
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  return { database, clock, audit: new AuditLog(new AuditRecords(database), () => clock.now) };
}

void t.test('a chain is whole; a change, a gap and an exchange break it where they are', async t => {
  const columns: [string, string][] = [
    ['actor_name', `'wu'`],
    ['result', `'not-allowed'`],
    ['at', `'2025-01-01T00:00:00.000Z'`],
    ['detail', `'{"a":1}'`],
    ['hash', `'${'0'.repeat(64)}'`],
  ];
  for (const [column, value] of columns) {
    const { database, audit } = open();
    for (let n = 0; n < 5; n++) audit.append({ ...act, detail: { n } });
    t.match(audit.verify(), { records: 5, headSequence: 5, brokenAt: null });
    database.exec('DROP TRIGGER audit_record_is_final');
    database.exec(`UPDATE audit_record SET ${column} = ${value} WHERE sequence = 3`);
    t.equal(audit.verify().brokenAt, 3, column);
  }
  const { database, audit } = open();
  for (let n = 0; n < 5; n++) audit.append(act);
  database.exec('DROP TRIGGER audit_record_is_kept; DELETE FROM audit_record WHERE sequence = 2');
  t.equal(audit.verify().brokenAt, 3, 'a gap');
});

void t.test('retention deletes what is old alone, says so, and the chain stays whole', async t => {
  const { clock, audit } = open();
  const day = 86_400_000;
  for (let n = 0; n < 10; n++, clock.now += 30 * day) audit.append({ ...act, detail: { n } });
  const before = audit.head;
  t.equal(audit.retain(185 * day), 4, 'of ten months those older than six');
  t.match(audit.verify(), { records: 7, brokenAt: null });
  t.equal(audit.head.sequence, before.sequence + 1);
  const [first] = audit.find({ afterSequence: 0, from: '', until: '9999', limit: 1 });
  t.equal(first?.sequence, 5);
  t.match([...audit.all({ from: '', until: '9999', action: 'audit-retention' })], [{ object: 'audit:1-4' }]);
  t.equal(audit.retain(185 * day), 0, 'nothing twice');
});

void t.test('records are found by who, what and when, over pages', async t => {
  const { clock, audit } = open();
  for (let n = 0; n < 2_500; n++, clock.now += 1_000)
    audit.append({ ...act, action: n % 2 ? 'odd' : 'even' });
  t.equal([...audit.all({ from: '', until: '9999', action: 'odd' })].length, 1_250);
  t.equal(audit.find({ afterSequence: 2_000, from: '', until: '9999', limit: 1_000 }).length, 500);
  t.equal([...audit.all({ from: '2026-01-01T00:00:10', until: '2026-01-01T00:00:19.999Z' })].length, 10);
});

void t.test('CSV: quotes are doubled, a formula stays text', async t => {
  const { audit } = open();
  audit.append({ ...act, actorName: '=HYPERLINK("x")', object: '' });
  const [record] = audit.find({ afterSequence: 0, from: '', until: '9999', limit: 1 });
  t.match(csvLine(record!), /^"1","2026-01-01T00:00:00\.000Z","u","'=HYPERLINK\(""x""\)",/);
});
