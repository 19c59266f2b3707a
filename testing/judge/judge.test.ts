import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { makeBeepAndFlash, makePicture, sine } from '../peers/clips.js';
import { frozenIntervals, gaps } from './continuity.js';
import { blackIntervals, flashes, lipSync, probe, soundOf } from './media-file.js';
import { difference, hueOf, meanColour, readPicture } from './picture.js';
import { hears, toneLevelDb } from './tones.js';

const whole = { x: 0, y: 0, width: 1, height: 1 };

void t.test('lip-sync is told to 10 ms, also when it is wrong', async t => {
  const dir = t.testdir();
  for (const audioLateMs of [0, 100]) {
    const file = path.join(dir, `late-${audioLateMs}.mp4`);
    await makeBeepAndFlash(file, { colour: 'blue', width: 320, height: 180, seconds: 5, audioLateMs });
    const offsets = await lipSync(file, whole, 1000);
    t.ok(offsets.length >= 3, `${offsets.length} flashes have a beep`);
    const worst = Math.max(...offsets.map(offset => Math.abs(offset - audioLateMs)));
    t.ok(worst <= 12, `told ${offsets.map(Math.round).join(', ')} for ${audioLateMs}`);
  }
});

void t.test('a file is probed, its colour and motion seen, black found', async t => {
  const dir = t.testdir();
  const file = path.join(dir, 'blue.mp4');
  await makePicture(file, { colour: '0x2040d0', width: 320, height: 180, fps: 25, seconds: 3 });
  const probed = await probe(file);
  t.match(probed, { width: 320, height: 180, videoCodec: 'h264', audioCodec: '' });
  t.ok(Math.abs(probed.framesPerSecond - 25) < 0.3);
  const [first, later] = [await readPicture(file, 0.2), await readPicture(file, 1.2)];
  t.equal(hueOf(meanColour(first, { x: 0.6, y: 0.3, width: 0.3, height: 0.4 })), 'blue');
  t.ok(difference(first, later) > 1, 'it moves');
  t.equal(difference(first, first), 0);
  t.same(await blackIntervals(file), []);
  t.same(await flashes(file, whole), []);

  const black = path.join(dir, 'black.mp4');
  await makeBeepAndFlash(black, { colour: 'black', width: 320, height: 180, seconds: 2 });
  const lengths = (await blackIntervals(black)).map(({ fromMs, toMs }) => Math.round(toMs - fromMs));
  t.equal(lengths[0], 900, 'black between two flashes');
});

void t.test('a tone is heard, another is not, silence is silent', async t => {
  const a = sine({ hz: 440, seconds: 1, level: 0.1 });
  t.ok(Math.abs(toneLevelDb(a, 440) + 20) < 1, `${toneLevelDb(a, 440)} dB`);
  t.ok(hears(a, 440));
  t.notOk(hears(a, 620));
  t.notOk(hears({ sampleRate: 48_000, samples: new Float32Array(48_000) }, 440));
  // G.711 read with the wrong law, or random bytes, are loud at every frequency.
  const noise = Float32Array.from({ length: 48_000 }, (_, n) => Math.sin(n * n));
  t.notOk(hears({ sampleRate: 48_000, samples: noise }, 440), 'noise is no tone, however loud');
  const mixed = a.samples.map((sample, n) => sample + 0.02 * noise[n]!);
  t.ok(hears({ sampleRate: 48_000, samples: mixed }, 440), 'a tone in some noise is one');
  const file = path.join(t.testdir(), 'beep.mp4');
  await makeBeepAndFlash(file, { colour: 'blue', width: 320, height: 180, seconds: 2, toneHz: 700 });
  t.ok(hears(await soundOf(file), 700));
});

void t.test('holes in a stream and a picture that stands still are found, and only those', async t => {
  const dir = t.testdir();
  const [intact, holed, frozen] = ['intact.mp4', 'holed.mp4', 'frozen.mp4'].map(name => path.join(dir, name));
  await makeBeepAndFlash(intact!, { colour: 'blue', width: 320, height: 180, fps: 30, seconds: 4 });
  t.same(await gaps(intact!), []);
  // Frames 60 to 74, that is 2.0 to 2.5 s, are lost.
  const lost = "select='not(between(n,60,74))'";
  await ffmpeg(['-i', intact!, '-vf', lost, '-fps_mode', 'passthrough', '-c:a', 'copy', holed!]);
  const holes = await gaps(holed!);
  t.equal(holes.length, 1);
  t.match(holes[0], { stream: 'video' });
  t.ok(Math.abs(holes[0]!.atMs - 2000) < 5 && Math.abs(holes[0]!.missingMs - 500) < 5, JSON.stringify(holes));

  // The left half moves, the right one stands still from 1 to 2 s.
  const graph =
    "testsrc2=s=160x180:r=25:d=3[l];testsrc2=s=160x180:r=25:d=3,drawbox=c=red:t=fill:enable='between(t,0.99,1.99)'[r];[l][r]hstack,format=yuv420p";
  await ffmpeg(['-filter_complex', graph, frozen!]);
  const long = async (x: number): Promise<number[]> =>
    (await frozenIntervals(frozen!, { x, y: 0, width: 0.5, height: 1 }))
      .filter(({ fromMs, toMs }) => toMs - fromMs >= 200)
      .map(({ fromMs, toMs }) => Math.round(toMs - fromMs));
  t.same(await long(0), []);
  const [stillMs = 0, ...others] = await long(0.5);
  t.same(others, []);
  t.ok(Math.abs(stillMs - 960) <= 80, `${stillMs} ms without movement`);
});

function ffmpeg(args: string[]): Promise<unknown> {
  return promisify(execFile)('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args]);
}
