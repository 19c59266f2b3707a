import t from 'tap';
import { FakeClock } from '../fake-clock.js';
import { RateLimit } from './rate-limit.js';

const limits = { burst: 3, perSecond: 2, totalBurst: 8, totalPerSecond: 4, maxSources: 5 };

function allowed(limit: RateLimit, source: string, tries: number): number {
  return Array.from({ length: tries }, () => limit.allow(source)).filter(Boolean).length;
}

void t.test('each source has its burst, then its rate', async t => {
  const clock = new FakeClock();
  const limit = new RateLimit(clock, limits);
  t.equal(allowed(limit, 'a', 10), 3);
  t.equal(allowed(limit, 'b', 10), 3, 'another source is another matter');
  clock.advance(1000);
  t.equal(allowed(limit, 'a', 10), 2);
  clock.advance(60_000);
  t.equal(allowed(limit, 'a', 10), 3, 'no more than the burst is saved up');
});

void t.test('all sources together have a limit, and the table of sources too', async t => {
  const clock = new FakeClock();
  const limit = new RateLimit(clock, limits);
  let total = 0;
  for (let i = 0; i < 100; i++) total += allowed(limit, `forged ${i}`, 2);
  t.equal(total, 8);
  t.equal(limit.sources, 5);
});
