import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { projectRoot } from '../../../base/project.js';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { decodeG711 } from './g711.js';
import { ToneDigits } from './tone-digits.js';

const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477, 1633];
const keys = '123A456B789C*0#D';

interface Press {
  ms?: number;
  gapMs?: number;
  /** Amplitudes of the low and the high tone. */
  levels?: [number, number];
  /** Of the frequencies. */
  deviation?: number;
  noise?: number;
}

/** A key as a telephone makes it, with silence (and noise) behind. */
function press(key: string, options: Press = {}): Int16Array {
  const { ms = 80, gapMs = 60, levels = [4000, 5000], deviation = 0, noise = 0 } = options;
  const at = keys.indexOf(key);
  const random = new SeededRandom(at + 1);
  const length = (ms + gapMs) * 8;
  const angle = (hz: number, n: number) => (2 * Math.PI * hz * (1 + deviation) * n) / 8000;
  return Int16Array.from({ length }, (_, n) => {
    const hiss = (random.next() - 0.5) * 2 * noise;
    if (n >= ms * 8) return hiss;
    return (
      hiss + levels[0] * Math.sin(angle(rows[at >> 2]!, n)) + levels[1] * Math.sin(angle(columns[at & 3]!, n))
    );
  });
}

/** In packets of 20 ms. */
function heard(...sounds: Int16Array[]): string {
  const digits = new ToneDigits();
  let all = '';
  for (const sound of sounds)
    for (let at = 0; at < sound.length; at += 160) all += digits.push(sound.subarray(at, at + 160)) ?? '';
  return all;
}

void t.test('every key, once for each press', async t => {
  t.equal(heard(...[...keys].map(key => press(key))), keys);
  t.equal(heard(press('5'), press('5'), press('5', { ms: 2000 })), '555', 'however long it is held');
});

void t.test('as lines make them: faint, unequal, off pitch, in noise', async t => {
  for (const options of [
    { levels: [400, 500] as [number, number] },
    { levels: [4000, 7000] as [number, number] },
    { levels: [8000, 4000] as [number, number] },
    { deviation: 0.015 },
    { deviation: -0.015 },
    { noise: 800 },
  ])
    t.equal(heard(...[...keys].map(key => press(key, options))), keys, JSON.stringify(options));
});

void t.test('what is no key: one tone, too short, too far off', async t => {
  t.equal(heard(press('1', { levels: [8000, 0] }), press('1', { levels: [0, 8000] })), '');
  t.equal(heard(press('1', { ms: 25 })), '');
  t.equal(heard(press('1', { deviation: 0.04 }), press('D', { deviation: 0.04 })), '');
  t.equal(heard(new Int16Array(8000)), '');
});

void t.test('talk-off: minutes of speech in two languages, at many pitches, are no key', async t => {
  const folder = path.join(projectRoot, 'server/conferences/ivr/prompts');
  let seconds = 0;
  for (const file of readdirSync(folder).filter(name => name.endsWith('.wav'))) {
    const bytes = readFileSync(path.join(folder, file));
    const law = bytes.subarray(bytes.indexOf('data', 0, 'latin1') + 8);
    const speech = new Int16Array(law.length);
    decodeG711('PCMU', law, speech);
    for (let pitch = 0.7; pitch < 1.5; pitch += 0.05) {
      const voice = Int16Array.from(
        { length: Math.floor(speech.length / pitch) },
        (_, n) => speech[Math.floor(n * pitch)]!,
      );
      seconds += voice.length / 8000;
      t.equal(heard(voice), '', `${file}, pitch ${pitch.toFixed(2)}`);
    }
  }
  t.ok(seconds > 300, `${Math.round(seconds)} s`);
});
