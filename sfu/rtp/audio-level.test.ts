import t from 'tap';
import { audioLevel, readAudioLevel, silentLevel, writeAudioLevel } from './audio-level.js';
import { parseRtp, writeRtpHeader } from './packet.js';

void t.test('levels are those of RFC 6465: a full sine is -3 dBov, silence 127', async t => {
  const sine = (amplitude: number) =>
    Int16Array.from({ length: 960 }, (_, i) => amplitude * Math.sin((i * 2 * Math.PI) / 96));
  t.equal(audioLevel(sine(32767)), 3);
  t.equal(audioLevel(sine(3276.7)), 23);
  t.equal(audioLevel(sine(327.67)), 43);
  t.equal(audioLevel(new Int16Array(960)), silentLevel);
  t.equal(audioLevel(new Int16Array(960).fill(-32768)), 0);
});

void t.test('a written level is read back, with the voice flag beside it', async t => {
  const data = Buffer.alloc(30, 9);
  writeRtpHeader(data, false, 111, 1, 2, 3);
  t.equal(writeAudioLevel(data, 10, 23), 20);
  const packet = parseRtp(data)!;
  t.equal(readAudioLevel(packet, 10), 23);
  t.equal(packet.extension(10)![0], 0x80 | 23);
  t.equal(readAudioLevel(packet, 1), null);
  writeRtpHeader(data, false, 111, 1, 2, 3);
  writeAudioLevel(data, 10, silentLevel);
  t.equal(parseRtp(data)!.extension(10)![0], 127, 'silence is no voice');
});
