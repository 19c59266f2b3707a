import { setImmediate } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { systemClock } from '../clock.js';
import { PacketGathering } from './packet-gathering.js';
import { TickClock } from './tick-clock.js';

/** Turns of the event loop in so many ms, were something always ready. */
async function turnsIn(ms: number): Promise<number> {
  let turns = 0;
  let counting = true;
  const count = (): void => {
    turns++;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  await sleep(ms);
  counting = false;
  return turns;
}

void t.test('while many packets come the thread naps, and no tick is late', async t => {
  const ticks: number[] = [];
  const clock = new TickClock(systemClock(0), 20, tick => ticks.push(tick));
  const gathering = new PacketGathering(clock);
  clock.start();
  gathering.adapt(0);
  gathering.adapt(2500);
  clock.worstLatenessMs = 0;
  const busy = await turnsIn(400);
  t.ok(busy > 100 && busy < 250, `${busy} turns in 400 ms`);
  t.ok(clock.worstLatenessMs < 10, `a tick was ${clock.worstLatenessMs} ms late`);
  t.same(
    ticks,
    ticks.map((_, i) => ticks[0]! + i),
  );
  gathering.adapt(2600);
  const calm = await turnsIn(100);
  t.ok(calm > 1000, `${calm} turns in 100 ms`);
  gathering.close();
  clock.close();
});
