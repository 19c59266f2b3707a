import t from 'tap';
import { PacketRepeats } from './packet-repeats.js';

/** Sends `packets` packets each `intervalMs`, a burst of `burst` at once; what left, in order. */
function run(copies: number, packets: number, burst: number, intervalMs: number, first = 65_530): string[] {
  const repeats = new PacketRepeats();
  const left: string[] = [];
  const collect = (nowMs: number) =>
    repeats.collect(copies, nowMs, sequence => left.push(`${(sequence - first) & 0xffff}'`));
  let nowMs = 1000;
  for (let n = 0; n < packets; nowMs += intervalMs) {
    for (let i = 0; i < burst && n < packets; i++, n++) {
      left.push(String(n));
      repeats.sent((first + n) & 0xffff, nowMs);
      collect(nowMs);
    }
    for (let tick = 10; tick < intervalMs; tick += 10) collect(nowMs + tick);
  }
  for (let tick = 0; tick < 300; tick += 10) collect(nowMs + tick);
  return left;
}

void t.test('each packet leaves as often as wanted, across 65535 to 0', async t => {
  for (const [copies, burst] of [
    [1, 1],
    [2, 3],
    [4, 12],
  ] as const) {
    const left = run(copies, 60, burst, 33);
    for (let n = 0; n < 60; n++) {
      t.equal(left.filter(name => name === String(n)).length, 1);
      t.equal(left.filter(name => name === `${n}'`).length, copies, `${n} of ${burst} at once`);
    }
  }
});

void t.test('copies are spread, and never further behind than there are copies', async t => {
  t.same(run(2, 4, 4, 40).slice(0, 9), ['0', '1', "0'", '2', "0'", "1'", '3', "1'", "2'"]);
  t.same(run(2, 2, 1, 40), ['0', '1', "0'", "0'", "1'", "1'"]);
  for (const left of [run(3, 100, 9, 33), run(3, 100, 1, 20)]) {
    let newest = 0;
    for (const name of left) {
      if (name.endsWith("'")) t.ok(newest - Number.parseInt(name) <= 3, `${name} after ${newest}`);
      else newest = Number(name);
    }
  }
});

void t.test('nothing is sent again after a pause', async t => {
  const repeats = new PacketRepeats();
  const left: number[] = [];
  repeats.sent(7, 1000);
  repeats.collect(3, 1500, sequence => left.push(sequence));
  repeats.sent(8, 1501);
  repeats.collect(3, 1501, sequence => left.push(sequence));
  t.same(left, []);
});
