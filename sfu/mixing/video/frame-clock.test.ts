import t from 'tap';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { FrameClock } from './frame-clock.js';

/** All that is due when woken at each of these times. */
function run(clock: FrameClock, wakeUpsMs: number[]): number[] {
  const made: number[] = [];
  for (const nowMs of wakeUpsMs) {
    for (let index = clock.due(nowMs); index !== null; index = clock.due(nowMs)) made.push(index);
  }
  return made;
}

void t.test('late pictures are made up at once: the average is the frame rate', async t => {
  const random = new SeededRandom(1);
  const clock = new FrameClock(30, 1_000_000);
  const wakeUps: number[] = [];
  for (let nowMs = 1_000_000; nowMs < 1_060_000; nowMs += 1 + random.below(random.next() < 0.02 ? 250 : 40)) {
    wakeUps.push(nowMs);
  }
  const made = run(clock, wakeUps);
  t.ok(Math.abs(made.length - 60 * 30) <= 8, `${made.length} of 1800`);
  t.equal(clock.skipped, 0);
  t.ok(
    made.every((index, n) => index === made[0]! + n),
    'none twice, none left out',
  );
});

void t.test('after a stall the clock goes on from now and counts what it left out', async t => {
  const clock = new FrameClock(30, 0);
  t.same(run(clock, [0, 34]), [0, 1]);
  t.same(run(clock, [2001]), [60]);
  t.equal(clock.skipped, 58);
  t.equal(clock.due(2001), null);
  t.ok(Math.abs(clock.waitMs(2001) - 32.3) < 0.1);
});

void t.test('numbers go on from one clock to the next', async t => {
  t.equal(new FrameClock(30, 5000).due(5000), 150);
  t.equal(new FrameClock(30, 5001).due(5034), 151);
});
