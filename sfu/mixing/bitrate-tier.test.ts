import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { BitrateTier } from './bitrate-tier.js';

/** Reports for `seconds`, from `fromS` on; the bit rates of each second. */
function observe(
  tier: BitrateTier,
  seconds: number,
  report: (bitrate: number, second: number) => { loss?: number; estimate?: number },
  fromS = 0,
): number[] {
  return Array.from({ length: seconds }, (_, n) => {
    const { loss = 0, estimate = null } = report(tier.bitrate, fromS + n);
    tier.observe({ fractionLost: loss, estimate }, (fromS + n) * 1000);
    return tier.bitrate;
  });
}

/** A link of so many bit/s loses what does not fit. */
const link = (capacity: number) => (bitrate: number) => ({
  loss: bitrate > capacity ? 1 - capacity / bitrate : 0,
});

void t.test('it falls to what a link carries within seconds, and stays about there', async t => {
  const tier = new BitrateTier(2_000_000);
  const rates = observe(tier, 120, link(300_000));
  t.ok(rates[6]! <= 300_000, `after 6 s ${rates[6]}`);
  const late = rates.slice(10);
  const changes = late.filter((rate, n) => n > 0 && rate !== late[n - 1]).length;
  t.ok(changes <= 10, `${changes} changes in two minutes`);
  t.ok(Math.max(...late) <= 384_000 && Math.min(...late) >= 192_000, 'no flapping');
});

void t.test('it comes back when the link does', async t => {
  const tier = new BitrateTier(1_500_000);
  observe(tier, 30, link(300_000));
  const rates = observe(tier, 200, link(5_000_000), 30);
  t.equal(rates.at(-1), 1_500_000);
});

void t.test('loss that does not follow the bit rate leaves it where it was', async t => {
  const random = new SeededRandom(2);
  const tier = new BitrateTier(1_000_000);
  const rates = observe(tier, 120, () => ({ loss: 0.17 + random.next() * 0.06 }));
  t.equal(rates[30], 1_000_000);
  t.equal(rates.slice(30).filter(rate => rate < 1_000_000).length, 0);
  const congested = observe(tier, 40, bitrate => ({ loss: bitrate > 500_000 ? 0.5 : 0.2 }), 120);
  t.ok(congested.at(-1)! <= 512_000, 'but more loss than that is a matter of the rate again');
});

void t.test("a receiver's own estimate is a limit", async t => {
  const tier = new BitrateTier(4_000_000);
  t.equal(observe(tier, 1, () => ({ estimate: 900_000 }))[0], 768_000);
  t.equal(observe(tier, 60, () => ({ estimate: 1_100_000 }), 1).at(-1), 1_000_000);
  t.equal(observe(tier, 1, () => ({ estimate: 10_000 }), 61)[0], 64_000, 'the lowest tier');
});

void t.test('a little loss changes nothing', async t => {
  const tier = new BitrateTier(2_000_000);
  t.same([...new Set(observe(tier, 60, (_, n) => ({ loss: n % 2 ? 0.06 : 0.01 })))], [2_000_000]);
  tier.limit(1_000_000);
  t.equal(tier.bitrate, 1_000_000);
});
