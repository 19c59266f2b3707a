import t from 'tap';
import { fluencyOf } from './freezes.js';

const even = (fromMs: number, toMs: number) =>
  Array.from({ length: Math.round((toMs - fromMs) / 33) }, (_, n) => fromMs + n * 33);

void t.test('even pictures are no freeze, a late one is none either', async t => {
  t.match(fluencyOf(even(0, 10_000), 0, 10_000), { frozen: 0, freezes: 0, longestFreezeMs: 0 });
  const shown = even(0, 10_000);
  shown.splice(100, 3); // 132 ms
  t.equal(fluencyOf(shown, 0, 10_000).freezes, 0);
});

void t.test('what stands is found, also at the beginning and at the end', async t => {
  const { frozen, freezes, longestFreezeMs } = fluencyOf(
    [...even(0, 4_000), ...even(5_000, 10_000)],
    0,
    10_000,
  );
  t.equal(freezes, 1);
  t.ok(Math.abs(longestFreezeMs - 1_000) < 60, `${longestFreezeMs}`);
  t.ok(Math.abs(frozen - 0.1) < 0.01);
  t.equal(fluencyOf(even(1_000, 9_000), 0, 10_000).freezes, 2);
  t.equal(fluencyOf([], 0, 1_000).frozen, 1);
});
