import t from 'tap';
import { clock, PlaybackKeys } from './playback-keys.js';

function visit() {
  const done: string[] = [];
  const said: string[][] = [];
  const keys = new PlaybackKeys(
    {
      durationMs: 190_000,
      play: () => done.push('play'),
      pause: () => done.push('pause'),
      seek: byMs => done.push(`seek ${byMs}`),
    },
    { say: lines => said.push(lines), over: lines => done.push(`over ${lines.join()}`) },
  );
  return { keys, done, said };
}

void t.test('keys pause, go on and seek, and where it is then is said', async t => {
  const { keys, done, said } = visit();
  for (const digit of '2246') keys.press(digit);
  t.same(done, ['pause', 'play', 'seek -30000', 'seek 30000']);
  keys.reached(62_345);
  t.match(said, [[/Forward 30 s/, '1:02 / 3:10']]);
  keys.reached(62_345);
  t.equal(said.length, 1, 'once');
  keys.press('0');
  t.match(said.at(-1)!.join('\n'), /2 .*pause[^]*8 .*stop/);
});

void t.test('it ends by key or by itself, and only once', async t => {
  const { keys, done } = visit();
  keys.press('8');
  keys.ended();
  keys.press('2');
  t.match(done, ['pause', /^over .*Stopped/]);
  t.equal(done.length, 2);
  t.equal(keys.state, 'over');
});

void t.test('times as people write them', async t => {
  t.same([0, 59_999, 60_000, 3_725_000].map(clock), ['0:00', '0:59', '1:00', '1:02:05']);
});
