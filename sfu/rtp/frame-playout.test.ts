import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { FramePlayout } from './frame-playout.js';

/** Shows `seconds` of 30 fps that come with a delay of `delay(n)`; the longest gap between two after 5 s, and the delays. */
function play(playout: FramePlayout, seconds: number, delay: (n: number) => number, fromMs = 0) {
  const shown: number[] = [];
  const delays: number[] = [];
  let arrivedMs = 0;
  for (let n = 0; n < seconds * 30; n++) {
    const sentMs = fromMs + (n * 1000) / 30;
    arrivedMs = Math.max(arrivedMs, sentMs + delay(n)); // pictures come in order
    const timestamp = (Math.round(sentMs * 90) + 0xffff_0000) % 0x100000000;
    shown.push(arrivedMs + playout.holdMs(timestamp, arrivedMs));
    delays.push(shown.at(-1)! - sentMs);
  }
  const late = shown.slice(150);
  const longestGap = Math.max(...late.slice(1).map((time, n) => time - late[n]!));
  return { longestGap, delays };
}

void t.test('on a good network nothing is held back, also when the machine stalls once', async t => {
  // For 300 ms nothing runs, then all comes at once.
  const stalled = (n: number) => n >= 200 && n < 209;
  const { delays } = play(new FramePlayout(), 20, n =>
    stalled(n) ? 300 - ((n - 200) * 1000) / 30 : (n % 7) * 2,
  );
  const others = delays.filter((_, n) => !stalled(n));
  t.ok(Math.max(...others) <= 12, `${Math.max(...others)} ms`);
});

void t.test('late pictures come in even steps once the delay has grown, up to a second', async t => {
  for (const jitterMs of [200, 950]) {
    const random = new SeededRandom(3);
    const { longestGap, delays } = play(new FramePlayout(), 40, () => random.next() * jitterMs);
    t.ok(longestGap < 120, `${jitterMs}: ${longestGap} ms`);
    t.ok(Math.max(...delays) < jitterMs + 60);
  }
});

void t.test('the delay goes when the network is good again', async t => {
  const random = new SeededRandom(4);
  const playout = new FramePlayout();
  play(playout, 20, () => random.next() * 400);
  t.ok(playout.delayMs > 250);
  const { delays } = play(playout, 30, () => 5, 20_000);
  t.ok(delays.at(-1)! < 20, `${delays.at(-1)}`);
});

void t.test('timestamps that jump begin anew', async t => {
  const playout = new FramePlayout();
  for (let n = 0; n < 100; n++) playout.holdMs(n * 3000, n * 33);
  t.equal(playout.holdMs(0x8000_0000, 3400), 0);
  for (let n = 1; n < 100; n++) t.ok(playout.holdMs(0x8000_0000 + n * 3000, 3400 + n * 33.3) < 5);
});
