import t from 'tap';
import { audioLevel } from '../../rtp/audio-level.js';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { createAudioDecoder } from './audio-decoder.js';
import { createAudioEncoder, encodingKey, timestampStep } from './audio-encoder.js';
import { decodeG711, encodeG711 } from './g711.js';
import { Limiter } from './limiter.js';
import { PitchConcealment } from './pitch-concealment.js';
import { Downsampler, Upsampler } from './rate-converter.js';
import { tickSamples } from './sound-format.js';
import { codecs } from '../../../testing/synthetic/synthetic-room.js';
import { lengthen, longestStretch, shorten } from './time-stretch.js';
import { amplitudeAt, Tone } from './tone.js';

/** The largest step between neighbouring samples: a click is a large one. */
function largestStep(pcm: Int16Array): number {
  let largest = 0;
  for (let i = 1; i < pcm.length; i++) largest = Math.max(largest, Math.abs(pcm[i]! - pcm[i - 1]!));
  return largest;
}

function join(pieces: Int16Array[]): Int16Array {
  const pcm = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    pcm.set(piece, at);
    at += piece.length;
  }
  return pcm;
}

void t.test('G.711 has the values of its standard, and its own codes survive', async t => {
  const decode = (law: 'PCMU' | 'PCMA', code: number) => {
    const pcm = new Int16Array(1);
    decodeG711(law, Uint8Array.of(code), pcm);
    return pcm[0];
  };
  // ITU-T G.711 tables 1 and 2, scaled to 16 bits.
  t.same(
    [0x00, 0x80, 0xff, 0x7f].map(code => decode('PCMU', code)),
    [-32124, 32124, 0, -0],
  );
  t.same(
    [0xd5, 0x55, 0xaa, 0x2a].map(code => decode('PCMA', code)),
    [8, -8, 32256, -32256],
  );
  for (const law of ['PCMU', 'PCMA'] as const) {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const pcm = new Int16Array(256);
    const again = new Uint8Array(256);
    const pcmAgain = new Int16Array(256);
    decodeG711(law, all, pcm);
    encodeG711(law, pcm, again);
    decodeG711(law, again, pcmAgain);
    t.same(pcmAgain, pcm, law);
  }
});

void t.test('resampling keeps what fits and takes away what does not, with no seams', async t => {
  for (const factor of [3, 6]) {
    const down = new Downsampler(factor);
    const up = new Upsampler(factor);
    const through = (hz: number) => {
      const tone = new Tone(hz);
      const pieces: Int16Array[] = [];
      for (let i = 0; i < 25; i++)
        pieces.push(up.convert(down.convert(tone.fill(new Int16Array(960)))).slice());
      return join(pieces.slice(5));
    };
    t.ok(pieces960(down, up));
    const nyquist = 24000 / factor;
    for (const hz of [100, nyquist * 0.4, nyquist * 0.8]) {
      const amplitude = amplitudeAt(through(hz), hz);
      t.ok(Math.abs(amplitude - 8000) < 400, `${hz} Hz by ${factor}: ${amplitude}`);
    }
    const outside = through(nyquist * 1.3);
    t.ok(audioLevel(outside) > 55, `${nyquist * 1.3} Hz is gone: -${audioLevel(outside)} dBov`);
  }
  function pieces960(down: Downsampler, up: Upsampler): boolean {
    return up.convert(down.convert(new Int16Array(960))).length === 960;
  }
});

void t.test('idle noise becomes silence, and the first sound after it is whole', async t => {
  const up = new Upsampler(6);
  t.equal(Math.max(...up.convert(new Int16Array(160).fill(-8))), 0);
  const loud = up.convert(new Int16Array(160).fill(1000)).slice();
  t.ok(Math.abs(loud.at(-1)! - 1000) < 10);
  const tail = up.convert(new Int16Array(160)).slice();
  t.ok(tail[0]! > 900 && tail.at(-1) === 0, 'what was in the filter comes out');
  t.equal(Math.max(...up.convert(new Int16Array(160))), 0);
});

void t.test('each codec carries a tone there and back', async t => {
  for (const codec of Object.values(codecs)) {
    const encoder = createAudioEncoder(codec);
    const decoder = createAudioDecoder(codec);
    const tone = new Tone(1000);
    const pieces: Int16Array[] = [];
    let bytes = 0;
    for (let i = 0; i < 60; i++) {
      const payload = encoder.encode(tone.fill(new Int16Array(tickSamples)))!;
      bytes = payload.length;
      pieces.push(decoder.decode(payload)!.slice());
    }
    const pcm = join(pieces.slice(10));
    t.equal(pcm.length, 50 * tickSamples, codec.name);
    t.ok(Math.abs(amplitudeAt(pcm, 1000) - 8000) < 800, `${codec.name}: ${amplitudeAt(pcm, 1000)}`);
    t.ok(amplitudeAt(pcm, 1300) < 150);
    if (codec.name !== 'opus') t.equal(bytes, 160);
    encoder.close();
    decoder.close();
  }
  t.same(Object.values(codecs).map(timestampStep), [960, 160, 160, 160]);
  t.equal(encodingKey(codecs.opus), encodingKey({ ...codecs.opus, payloadType: 96 }));
  t.not(encodingKey(codecs.opus), encodingKey({ ...codecs.opus, parameters: { useinbandfec: '1' } }));
});

void t.test(
  'single lost packets of a tone are concealed with about its loudness, without clicks',
  async t => {
    for (const codec of Object.values(codecs)) {
      const encoder = createAudioEncoder(codec);
      const decoder = createAudioDecoder(codec);
      const tone = new Tone(300);
      const pieces: Int16Array[] = [];
      for (let i = 0; i < 110; i++) {
        const payload = encoder.encode(tone.fill(new Int16Array(tickSamples)))!;
        pieces.push((i % 10 === 9 ? decoder.conceal(tickSamples) : decoder.decode(payload)!).slice());
      }
      t.equal(pieces[99]!.length, tickSamples);
      const concealed = audioLevel(join(pieces.filter((_, i) => i > 20 && i % 10 === 9)));
      // Opus takes a steady tone for noise, and conceals it by less.
      t.ok(
        Math.abs(concealed - 15) < (codec.name === 'opus' ? 9 : 4),
        `${codec.name}: -${concealed} dBov for -15`,
      );
      const clean = 8000 * ((2 * Math.PI * 300) / 48000);
      t.ok(largestStep(join(pieces.slice(20))) < clean * 3.5, `${codec.name}: no clicks`);
      encoder.close();
      decoder.close();
    }
  },
);

void t.test('decoders refuse or survive hostile payloads', async t => {
  const random = new SeededRandom(51);
  for (const codec of Object.values(codecs)) {
    const decoder = createAudioDecoder(codec);
    for (let i = 0; i < 1000; i++) {
      const pcm = decoder.decode(random.bytes(random.below(1400)));
      if (pcm && pcm.length > 5760) t.fail(`${pcm.length} samples`);
      if (i % 7 === 0) decoder.conceal(tickSamples);
    }
    t.equal(decoder.decode(Buffer.alloc(0)), null);
    decoder.close();
  }
});

void t.test('stretching keeps pitch and loudness, and makes no clicks', async t => {
  for (const hz of [150, 440, 1234]) {
    const shorter: Int16Array[] = [];
    const longer: Int16Array[] = [];
    const tone = new Tone(hz);
    for (let i = 0; i < 50; i++) {
      const pcm = new Int16Array(tickSamples + longestStretch);
      tone.fill(pcm.subarray(0, tickSamples));
      const other = pcm.slice();
      shorter.push(pcm.subarray(0, shorten(pcm, tickSamples)));
      longer.push(other.subarray(0, lengthen(other, tickSamples)));
    }
    for (const [name, pieces, right] of [
      ['shorter', shorter, (length: number) => length < tickSamples],
      ['longer', longer, (length: number) => length > tickSamples],
    ] as const) {
      t.ok(
        pieces.every(piece => right(piece.length) && Math.abs(piece.length - tickSamples) <= longestStretch),
      );
      // Whole periods come and go: within a piece the tone goes on.
      const worst = Math.max(...pieces.map(largestStep));
      t.ok(worst < 8000 * ((2 * Math.PI * hz) / 48000) * 1.6 + 30, `${hz} Hz ${name}: ${worst}`);
      t.ok(
        pieces.every(piece => Math.abs(audioLevel(piece) - 15) <= 2),
        `${hz} Hz ${name}`,
      );
    }
  }
  t.equal(shorten(new Int16Array(480), 480), 480, 'too short to stretch');
});

void t.test('the limiter keeps a loud mix from clipping and leaves a quiet one as it is', async t => {
  const limiter = new Limiter();
  const out = new Int16Array(tickSamples);
  const run = (amplitude: number, ticks: number) => {
    const tone = new Tone(500, 30_000);
    const sum = new Float32Array(tickSamples);
    const pieces: Int16Array[] = [];
    for (let i = 0; i < ticks; i++) {
      const pcm = tone.fill(new Int16Array(tickSamples));
      for (let n = 0; n < tickSamples; n++) sum[n] = (pcm[n]! * amplitude) / 30_000;
      limiter.process(sum, out);
      pieces.push(out.slice());
    }
    return join(pieces);
  };
  const quiet = run(10_000, 20);
  t.ok(Math.abs(amplitudeAt(quiet, 500) - 10_000) < 60);
  t.equal(amplitudeAt(quiet, 1500) < 5, true);
  const loud = run(90_000, 50);
  t.ok(Math.max(...loud) < 32_767 && Math.min(...loud) > -32_768, 'never at the end of the scale');
  t.ok(amplitudeAt(loud.subarray(-tickSamples * 20), 500) > 30_000, 'and yet as loud as can be');
  t.ok(amplitudeAt(loud.subarray(-tickSamples * 20), 1500) < 300, 'not distorted as clipping would');
  const after = run(10_000, 50);
  t.ok(Math.abs(amplitudeAt(after.subarray(-tickSamples * 10), 500) - 10_000) < 60, 'and it recovers');
});

void t.test('concealment of nothing is silence', async t => {
  const concealment = new PitchConcealment();
  t.equal(audioLevel(concealment.conceal(960)), 127);
  t.equal(concealment.conceal(480).length, 480);
});
