import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { AacEncoder } from './aac-encoder.js';
import { G722Decoder, G722Encoder } from './g722.js';
import { openDecoder } from './native.js';
import { OpusDecoder, OpusEncoder } from './opus.js';
import { OwnedCodec, OwnedFrame } from './owned.js';
import { Resampler } from './resampler.js';

function tone(hz: number, sampleRate: number, samples: number, channels: 1 | 2 = 1, from = 0): Int16Array {
  const pcm = new Int16Array(samples * channels);
  for (let n = 0; n < samples; n++) {
    const value = 10_000 * Math.sin((2 * Math.PI * hz * (from + n)) / sampleRate);
    for (let channel = 0; channel < channels; channel++) pcm[n * channels + channel] = value;
  }
  return pcm;
}

/** Zero crossings upwards in a second of one channel. */
function pitch(pcm: Int16Array, sampleRate: number, channels: 1 | 2 = 1): number {
  let crossings = 0;
  const samples = pcm.length / channels;
  for (let n = 1; n < samples; n++) {
    if (pcm[(n - 1) * channels]! < 0 && pcm[n * channels]! >= 0) crossings++;
  }
  return (crossings * sampleRate) / samples;
}

function join(pieces: Int16Array[]): Int16Array {
  const all = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const near = (value: number, wanted: number, by: number) => Math.abs(value - wanted) <= by;

void t.test('a tone through Opus is the same tone, mono and stereo', async t => {
  for (const channels of [1, 2] as const) {
    const encoder = new OpusEncoder({ channels, expectedLossPercent: 10 });
    const decoder = new OpusDecoder(channels);
    t.equal(encoder.samplesPerPacket, 960);
    const heard: Int16Array[] = [];
    for (let n = 0; n < 50; n++) {
      const packet = encoder.encode(tone(440, 48_000, 960, channels, n * 960))!;
      const pcm = decoder.decode(packet)!;
      t.equal(pcm.length, 960 * channels);
      heard.push(pcm.slice());
    }
    t.ok(near(pitch(join(heard), 48_000, channels), 440, 5));
    t.throws(() => encoder.encode(new Int16Array(100)), RangeError);
    encoder.close();
    decoder.close();
    t.throws(() => encoder.encode(tone(440, 48_000, 960, channels)), /after close/);
  }
});

void t.test('a mono decoder takes stereo packets, and the other way round', async t => {
  const encoder = new OpusEncoder({ channels: 2 });
  const decoder = new OpusDecoder(1);
  const packet = encoder.encode(tone(1000, 48_000, 960, 2))!;
  t.equal(decoder.decode(packet)!.length, 960);
  encoder.close();
  decoder.close();
});

void t.test('a tone through G.722 is the same tone', async t => {
  const encoder = new G722Encoder();
  const decoder = new G722Decoder();
  const heard: Int16Array[] = [];
  for (let n = 0; n < 50; n++) {
    const packet = encoder.encode(tone(1000, 16_000, 320, 1, n * 320))!;
    t.equal(packet.length, 160);
    heard.push(decoder.decode(packet)!.slice());
  }
  t.ok(near(pitch(join(heard), 16_000), 1000, 10));
  encoder.close();
  decoder.close();
});

void t.test('AAC takes any amounts, accounts for its delay and decodes to the same tone', async t => {
  const encoder = new AacEncoder({ channels: 2, bitrate: 128_000 });
  t.equal(encoder.config.toString('hex').slice(0, 4), '1190', 'AAC-LC, 48 kHz, stereo');
  const units = [];
  for (let n = 0; n < 50; n++) units.push(...encoder.encode(tone(880, 48_000, 960, 2, n * 960)));
  units.push(...encoder.end());
  t.throws(() => encoder.encode(new Int16Array(10)));
  t.equal(units[0]!.pts, -2048);
  t.ok(units.every((unit, n) => unit.pts === -2048 + n * 1024));
  t.ok(units.at(-1)!.pts + 1024 >= 48_000, 'all that went in comes out');
  const native = openDecoder('aac', context => {
    context.extraData = encoder.config;
  });
  const decoder = new OwnedCodec(native);
  const frame = new OwnedFrame();
  const heard: Int16Array[] = [];
  for (const unit of units) {
    t.ok(decoder.feed(unit.data));
    if (!decoder.receiveInto(frame)) continue;
    const plane = frame.native.data![0]!;
    const floats = new Float32Array(plane.buffer, plane.byteOffset, frame.native.nbSamples);
    heard.push(Int16Array.from(floats, value => value * 20_000));
  }
  const second = join(heard).subarray(4096, 44_000);
  t.ok(near(pitch(second, 48_000), 880, 5), `${pitch(second, 48_000)} Hz`);
  for (const part of [encoder, decoder, frame]) part.close();
});

void t.test('resampling keeps the tone and the time', async t => {
  for (const [from, to] of [
    [8_000, 48_000],
    [16_000, 48_000],
    [48_000, 16_000],
    [48_000, 8_000],
  ] as const) {
    const resampler = new Resampler({ sampleRate: from, channels: 1 }, { sampleRate: to, channels: 2 });
    const heard: Int16Array[] = [];
    for (let n = 0; n < 50; n++) {
      heard.push(resampler.convert(tone(700, from, from / 50, 1, (n * from) / 50)).slice());
    }
    const pcm = join(heard);
    t.ok(near(pcm.length / 2, to, to * 0.01), `${pcm.length / 2} of ${to} samples`);
    t.ok(near(pitch(pcm, to, 2), 700, 12));
    resampler.close();
    t.throws(() => resampler.convert(new Int16Array(10)), /after close/);
  }
});

void t.test('random bytes never crash the decoders', async t => {
  const random = new SeededRandom(3);
  const encoder = new OpusEncoder();
  for (const decoder of [new OpusDecoder(), new OpusDecoder(2), new G722Decoder()]) {
    for (let n = 0; n < 2000; n++) {
      const valid = encoder.encode(tone(300, 48_000, 960))!;
      decoder.decode(n % 2 ? random.bytes(random.below(300)) : random.mutate(valid));
    }
    t.ok(decoder.errors > 0, 'some were refused');
    t.ok(decoder.decode(encoder.encode(tone(300, 48_000, 960))!), 'and it still decodes');
    decoder.close();
  }
  encoder.close();
});
