import t from 'tap';
import { audioLevel } from '../../rtp/audio-level.js';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { SiteLevel } from './site-level.js';
import { tickSamples } from './sound-format.js';
import { Tone } from './tone.js';

/** Words of 400 ms with pauses of 200 ms, in a room with this noise; amplitudes. Levels of what comes out. */
function speak(site: SiteLevel, amplitude: number, noise: number, seconds: number) {
  const voice = new Tone(300, amplitude);
  const random = new SeededRandom(81);
  const words: number[] = [];
  const pauses: number[] = [];
  for (let tick = 0; tick < seconds * 50; tick++) {
    const pcm = new Int16Array(tickSamples);
    const isWord = tick % 30 < 20;
    if (isWord) voice.fill(pcm);
    for (let i = 0; i < tickSamples; i++) pcm[i]! += Math.round((random.next() * 2 - 1) * noise);
    site.process(pcm, audioLevel(pcm));
    (isWord ? words : pauses).push(audioLevel(pcm));
  }
  const last = (levels: number[]) => levels.slice(-20).reduce((sum, level) => sum + level, 0) / 20;
  return { words: last(words), pauses: last(pauses) };
}

void t.test('the soft and the loud come to about the same level, within bounds', async t => {
  // An amplitude of 4000 is -21.3 dBov.
  t.ok(Math.abs(speak(new SiteLevel(), 4000, 15, 12).words - 21) <= 1, 'who is right is left alone');
  const soft = speak(new SiteLevel(), 1200, 15, 12).words;
  t.ok(soft >= 19 && soft <= 24, `32 becomes ${soft}`);
  const loud = speak(new SiteLevel(), 25_000, 15, 12).words;
  t.ok(loud >= 17 && loud <= 21, `5 becomes ${loud}`);
  const whisper = speak(new SiteLevel(), 250, 3, 20).words;
  t.ok(Math.abs(whisper - (45.4 - 12)) <= 2, `12 dB and no more: 45 becomes ${whisper}`);
});

void t.test('noise is never pumped up', async t => {
  // -56 dBov of noise under speech of -35.
  const noisy = speak(new SiteLevel(), 800, 90, 15);
  t.ok(noisy.pauses >= 53, `noise stays at -${noisy.pauses} dBov`);
  const alone = new SiteLevel();
  const { pauses, words } = speak(alone, 0, 90, 20);
  t.ok(Math.abs(pauses - 56) <= 1 && Math.abs(words - 56) <= 1, 'noise alone stays as it is');
});

void t.test('muting and unmuting are ramps, and muted is silent', async t => {
  const site = new SiteLevel();
  const tone = new Tone(300, 8000);
  let last = 0;
  let largest = 0;
  for (let tick = 0; tick < 60; tick++) {
    site.wanted = tick >= 20 && tick < 40 ? 0 : 1;
    const pcm = tone.fill(new Int16Array(tickSamples));
    site.process(pcm, audioLevel(pcm));
    for (const sample of pcm) {
      largest = Math.max(largest, Math.abs(sample - last));
      last = sample;
    }
    const isMuted = tick > 20 && tick < 40;
    t.equal(audioLevel(pcm) === 127, isMuted);
    t.equal(site.muted, isMuted);
  }
  t.ok(largest < 8000 * ((2 * Math.PI * 300) / 48_000) * 1.1, `no clicks: ${largest}`);
});
