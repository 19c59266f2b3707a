import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { Redundancy, RepeatedLoss } from './redundancy.js';

void t.test('as many copies as the loss needs, fewer only when it has been less for a while', async t => {
  const redundancy = new Redundancy();
  const after = (loss: number, nowS: number) => {
    redundancy.observe(loss, 40, nowS * 1000);
    return redundancy.copies;
  };
  t.equal(after(0.005, 0), 0);
  t.equal(after(0.05, 5), 2);
  t.equal(after(0.2, 10), 4);
  t.equal(after(0, 15), 4);
  t.equal(after(0.2, 20), 4, 'one good report says little');
  t.equal(after(0.01, 25), 4);
  t.equal(after(0.01, 35), 4);
  t.equal(after(0.01, 41), 3);
  t.equal(after(0.2, 46), 4, 'too early');
  t.equal(after(0, 50), 4);
  t.equal(after(0, 70), 4, 'so it waits longer the next time');
  t.equal(after(0, 81), 3);
});

void t.test('no copies where a link is too narrow: a queue stands before it, or most is lost', async t => {
  const redundancy = new Redundancy();
  t.ok(redundancy.observe(0.1, 30, 0));
  t.equal(redundancy.copies, 3);
  t.ok(redundancy.observe(0.1, 330, 5000));
  t.equal(redundancy.copies, 0);
  t.ok(redundancy.observe(0.1, 60, 10_000));
  t.ok(redundancy.observe(0.6, null, 15_000));
  t.equal(redundancy.copies, 0);
  t.notOk(redundancy.observe(0.1, 60, 20_000), 'what is still lost is the trace of it');
  t.ok(redundancy.observe(0.1, 60, 25_000));
  t.equal(redundancy.copies, 3);
});

void t.test(
  "the network's loss is told from reports that count copies, and from those that do not",
  async t => {
    for (const countsCopies of [true, false]) {
      for (const [copies, loss] of [
        [1, 0.05],
        [2, 0.1],
        [3, 0.2],
      ] as const) {
        const random = new SeededRandom(5);
        const estimate = new RepeatedLoss();
        let received = 0;
        for (let n = 0; n < 5000; n++) {
          let came = 0;
          for (let i = 0; i <= copies; i++) if (random.next() >= loss) came++;
          received += countsCopies ? came : Math.min(1, came);
          if (n !== 0 && n !== 4999) continue;
          const block = { highestSequence: n, cumulativeLost: n + 1 - received, fractionLost: 0 };
          const seen = estimate.observe(block, copies);
          if (n === 0) t.equal(seen, null);
          else
            t.ok(
              Math.abs(seen! - loss) < (countsCopies ? 0.02 : 0.06),
              `${copies} copies at ${loss}: ${seen}`,
            );
        }
      }
    }
    t.equal(new RepeatedLoss().observe({ highestSequence: 9, cumulativeLost: 1, fractionLost: 64 }, 0), 0.25);
  },
);
