import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { loadAnnouncement } from './announcement.js';
import { encodeG711 } from './g711.js';
import { sampleRate, tickSamples } from './sound-format.js';
import { fromInt16, toneLevelDb } from '../../../testing/judge/tones.js';

/** 0.25 s of a tone, as µ-law at 8 kHz. */
function wav(hz: number): Buffer {
  const pcm = Int16Array.from({ length: 2000 }, (_, i) => 8000 * Math.sin((2 * Math.PI * hz * i) / 8000));
  const body = Buffer.alloc(pcm.length);
  encodeG711('PCMU', pcm, body);
  const head = Buffer.alloc(46);
  head.write('RIFF\0\0\0\0WAVEfmt ', 'latin1');
  head.writeUInt32LE(18, 16);
  head.writeUInt16LE(7, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.write('data', 38, 'latin1');
  head.writeUInt32LE(body.length, 42);
  return Buffer.concat([head, body]);
}

void t.test('files are spoken one after the other, once', async t => {
  const folder = t.testdir();
  const files = [500, 1500].map(hz => {
    const file = path.join(folder, `${hz}.wav`);
    fs.writeFileSync(file, wav(hz));
    return file;
  });
  const announcement = await loadAnnouncement('1', files);
  const heard: number[] = [];
  while (announcement.pull()) heard.push(...announcement.pcm);
  t.equal(heard.length, Math.ceil(sampleRate / 2 / tickSamples) * tickSamples);
  t.notOk(announcement.pull());
  const part = (from: number, to: number) =>
    fromInt16(Int16Array.from(heard.slice(from * sampleRate, to * sampleRate)), sampleRate);
  t.ok(toneLevelDb(part(0.02, 0.22), 500) > -20);
  t.ok(toneLevelDb(part(0.02, 0.22), 1500) < -50);
  t.ok(toneLevelDb(part(0.28, 0.48), 1500) > -20);
  t.ok(toneLevelDb(part(0.28, 0.48), 500) < -50);
});

void t.test('what is no such file is refused', async t => {
  const folder = t.testdir({ garbage: 'x'.repeat(99), empty: '' });
  for (const name of ['garbage', 'empty', 'missing'])
    await t.rejects(loadAnnouncement('1', [path.join(folder, name)]), name);
});
