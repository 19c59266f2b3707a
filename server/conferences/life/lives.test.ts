import t from 'tap';
import { ConferenceRecords } from '../../store/conference-records.js';
import { openTestDatabase } from '../../../testing/harness/test-database.js';
import { JournalRecords } from '../../store/journal-records.js';
import { LifeRecords } from '../../store/life-records.js';
import { actingAs } from '../acting.js';
import { Lives } from './lives.js';

function make() {
  const database = openTestDatabase();
  const conferences = new ConferenceRecords(database);
  for (const id of ['a', 'b']) {
    const record = {
      conferenceId: id,
      title: id,
      number: id,
      pin: null,
      chairPin: null,
      link: id,
      createdAt: '',
    };
    conferences.insert(record);
  }
  const clock = { nowMs: Date.parse('2026-11-23T08:00:00Z') };
  const lives = new Lives(new LifeRecords(database), new JournalRecords(database), () => clock.nowMs);
  return { database, conferences, lives, clock };
}

void t.test('a conference that nobody has touched is open', async t => {
  const { lives } = make();
  t.equal(lives.of('a').state, 'open');
  t.doesNotThrow(() => lives.admit('a'));
});

void t.test('it runs while somebody is there; a lock does not outlast the run', async t => {
  const { lives } = make();
  lives.began('a', '2026-11-23T08:00:00.000Z');
  lives.change('a', { locked: true });
  t.match(lives.of('a'), { state: 'running', locked: true, startedAt: '2026-11-23T08:00:00.000Z' });
  lives.saveRun('a', '{}');
  t.match(lives.interrupted(), [{ conferenceId: 'a', run: '{}' }]);
  lives.over('a');
  t.match(lives.of('a'), { state: 'open', locked: false, startedAt: null });
  t.same(lives.interrupted(), []);
});

void t.test('scheduled: nobody comes in too early, or after the end', async t => {
  const { lives, clock } = make();
  lives.move('a', 'scheduled', { opensAt: '2026-11-23T09:00:00Z', endsAt: '2026-11-23T10:00:00Z' });
  t.throws(() => lives.admit('a'), { code: 'too-early' });
  clock.nowMs += 3_600_000;
  t.doesNotThrow(() => lives.admit('a'));
  lives.began('a', '2026-11-23T09:00:00Z');
  lives.over('a');
  t.equal(lives.of('a').state, 'scheduled', 'who left may come again until its time is over');
  lives.move('a', 'ended');
  t.throws(() => lives.admit('a'), { code: 'conference-over' });
  t.throws(() => lives.move('a', 'running'), /that is ended cannot become running/);
});

void t.test('the journal numbers each conference without a gap, and nobody can change it', async t => {
  const { lives, database, conferences } = make();
  lives.note('a', 'created');
  actingAs({ kind: 'user', id: 'u1', name: 'wang' }, () => lives.note('a', 'layout', { view: 'auto' }));
  lives.note('b', 'created');
  await actingAs({ kind: 'site', id: 's1', name: 'Ward' }, async () => {
    await Promise.resolve();
    lives.note('a', 'sound');
  });
  const journal = lives.journalOf('a', 0, 10);
  t.same(
    journal.map(({ sequence, kind, actorKind, actorName }) => [sequence, kind, actorKind, actorName]),
    [
      [1, 'created', 'system', ''],
      [2, 'layout', 'user', 'wang'],
      [3, 'sound', 'site', 'Ward'],
    ],
  );
  t.equal(lives.journalOf('b', 0, 10)[0]?.sequence, 1);
  t.throws(() => database.exec("UPDATE conference_journal SET kind = 'x'"), /append-only/);
  t.throws(() => database.exec('DELETE FROM conference_journal'), /append-only/);
  conferences.delete('a');
  t.equal(lives.journalOf('a', 0, 10).length, 3, 'it outlives the conference');
});
