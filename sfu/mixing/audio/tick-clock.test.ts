import t from 'tap';
import { TickClock } from './tick-clock.js';

class FakeClock {
  at = 5000.4;
  nowMs = () => this.at;
  wallMs = () => this.at + 1_700_000_000_000;
}

void t.test('every tick is made once and in time, however late the timers are', async t => {
  const clock = new FakeClock();
  const ticks: { tick: number; atMs: number }[] = [];
  const ticker = new TickClock(clock, 20, (tick, atMs) => ticks.push({ tick, atMs }));
  // A timer that is late by anything up to 190 ms.
  for (let i = 0; i < 500; i++) {
    clock.at += 1 + ((i * 7919) % 190);
    ticker.run();
  }
  const passed = clock.at - ticks[0]!.atMs;
  t.equal(ticks.length, Math.floor(passed / 20 + 1e-6) + 1);
  t.ok(ticks.every(({ tick }, i) => tick === ticks[0]!.tick + i));
  t.ok(ticks.every(({ atMs }, i) => Math.abs(atMs - ticks[0]!.atMs - i * 20) < 0.001));
  t.equal(ticks[0]!.tick, Math.ceil((5000.4 + 1_700_000_000_000) / 20), 'numbered since 1970');
  t.equal(ticker.skipped, 0);
  t.ok(ticker.worstLatenessMs > 150 && ticker.worstLatenessMs < 210);
});

void t.test('after a long sleep the missed ticks are skipped, their numbers too', async t => {
  const clock = new FakeClock();
  const ticks: number[] = [];
  const ticker = new TickClock(clock, 20, tick => ticks.push(tick));
  clock.at += 20;
  ticker.run();
  clock.at += 60_000;
  ticker.run();
  t.equal(ticks.length, 2);
  t.equal(ticks[1]! - ticks[0]!, 3000);
  t.equal(ticker.skipped, 2999);
});

void t.test('by itself it ticks at its rate', async t => {
  const startMs = performance.now();
  const clock = { nowMs: () => performance.now(), wallMs: () => Date.now() };
  const late: number[] = [];
  const ticker = new TickClock(clock, 20, (_tick, atMs) => late.push(performance.now() - atMs));
  ticker.start();
  await new Promise(resolve => setTimeout(resolve, 1000));
  ticker.close();
  const expected = (performance.now() - startMs) / 20;
  t.ok(Math.abs(late.length - expected) <= 2, `${late.length} ticks`);
  t.ok(
    late.every(lateMs => lateMs >= 0),
    'none early',
  );
});
