import t from 'tap';
import { H264Encoder, type H264EncoderOptions } from './h264-encoder.js';
import { Scaler } from './scaler.js';
import { Surface } from './surface.js';
import { VideoDecoder } from './video-decoder.js';
import { FixedRateEncoder } from './fixed-rate-encoder.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';

const options: H264EncoderOptions = {
  width: 640,
  height: 360,
  frameRate: 30,
  bitrate: 800_000,
  preset: 'superfast',
  profile: 'baseline',
  keyframeIntervalS: 0,
};

/** Halves of different colours and some noise, so that the encoder has something to do. */
function picture(width: number, height: number, seed: number): Surface {
  const surface = Surface.allocate(width, height);
  surface.region(0, 0, width / 2, height).fill(60, 100, 180);
  surface.region(width / 2, 0, width / 2, height).fill(180, 160, 90);
  const random = new SeededRandom(seed);
  for (let n = 0; n < width * 4; n++)
    surface.planes[0][random.below(width * height)] = 16 + random.below(220);
  return surface;
}

function nalUnits(annexB: Buffer): Buffer[] {
  const starts: number[] = [];
  for (let at = annexB.indexOf('000001', 0, 'hex'); at >= 0; at = annexB.indexOf('000001', at + 3, 'hex')) {
    starts.push(at + 3);
  }
  return starts.map((start, n) => {
    let end = n + 1 < starts.length ? starts[n + 1]! - 3 : annexB.length;
    if (end > start && annexB[end - 1] === 0) end--;
    return annexB.subarray(start, end);
  });
}

const typeOf = (nal: Buffer) => nal[0]! & 31;

void t.test('what is encoded is decoded to the same picture', async t => {
  const encoder = new H264Encoder(options);
  const decoder = new VideoDecoder('H264');
  const scaler = new Scaler('letterbox');
  const target = Surface.allocate(640, 360);
  for (let n = 0; n < 5; n++) {
    const encoded = encoder.encode(picture(640, 360, n), n)!;
    t.equal(encoded.keyframe, n === 0);
    t.equal(encoded.index, n);
    const decoded = decoder.decode(encoded.data)!;
    t.same([decoded.width, decoded.height], [640, 360]);
    t.ok(scaler.scale(decoded, target));
  }
  const at = (x: number, y: number) => [
    target.planes[1][(y / 2) * 320 + x / 2]!,
    target.planes[2][(y / 2) * 320 + x / 2]!,
  ];
  for (const [x, wanted] of [
    [100, [100, 180]],
    [540, [160, 90]],
  ] as const) {
    const [cb, cr] = at(x, 180);
    t.ok(Math.abs(cb! - wanted[0]) < 6 && Math.abs(cr! - wanted[1]) < 6, `colour at ${x}: ${cb} ${cr}`);
  }
  for (const part of [encoder, decoder, scaler]) {
    part.close();
    part.close();
  }
});

void t.test('after lost pictures those that follow are shown, wherever the frame numbers wrap', async t => {
  // x264's numbers have four bits and alone give the order.
  for (const lost of [[14], [15], [16], [17], [15, 16, 17, 18], [31, 32, 48]]) {
    const encoder = new H264Encoder(options);
    const decoder = new VideoDecoder('H264');
    let shown = 0;
    for (let n = 0; n < 64; n++) {
      const { data } = encoder.encode(picture(640, 360, n), n)!;
      if (!lost.includes(n) && decoder.decode(data)) shown++;
    }
    t.equal(shown, 64 - lost.length, `without ${lost.join()}`);
    encoder.close();
    decoder.close();
  }
});

void t.test('a picture that lost its end shows the part before the loss', async t => {
  const encoder = new H264Encoder(options);
  const decoder = new VideoDecoder('H264');
  const scaler = new Scaler('letterbox');
  const target = Surface.allocate(640, 360);
  const grey = Surface.allocate(640, 360);
  grey.fill(60, 128, 128);
  decoder.decode(encoder.encode(grey, 0)!.data);
  const whole = encoder.encode(picture(640, 360, 1), 1)!.data;
  const decoded = decoder.decode(whole.subarray(0, whole.length / 2));
  t.ok(decoded && scaler.scale(decoded, target));
  const chroma = (y: number) => target.planes[1][(y / 2) * 320 + 50]!;
  t.ok(Math.abs(chroma(20) - 100) < 8, `new at the top: ${chroma(20)}`);
  for (const part of [encoder, decoder, scaler]) part.close();
});

void t.test('VP8 is decoded to the same picture, with keyframes on request', async t => {
  const encoder = new FixedRateEncoder('VP8', { width: 320, height: 180, frameRate: 30, bitrate: 500_000 });
  const decoder = new VideoDecoder('VP8');
  const scaler = new Scaler('letterbox');
  const surface = picture(320, 180, 1);
  const target = Surface.allocate(320, 180);
  for (let n = 0; n < 10; n++) {
    if (n === 6) encoder.requestKeyframe();
    const encoded = encoder.encode(surface, n)!;
    t.equal(encoded.keyframe, n === 0 || n === 6);
    t.ok(scaler.scale(decoder.decode(encoded.data)!, target));
  }
  t.ok(Math.abs(target.planes[1][45 * 160 + 40]! - 100) < 6);
  t.ok(Math.abs(target.planes[1][45 * 160 + 120]! - 160) < 6);
  for (const part of [encoder, decoder, scaler]) part.close();
});

void t.test(
  'intra refresh: a picture damaged for good heals within two seconds, without a keyframe',
  async t => {
    const encoder = new H264Encoder({ ...options, intraRefresh: true });
    const decoder = new VideoDecoder('H264');
    const scaler = new Scaler('letterbox');
    const { width, height } = options;
    const seen = Surface.allocate(width, height);
    const surface = picture(width, height, 1);
    const different = () => {
      let sum = 0;
      for (let at = 0; at < width * height; at += 7)
        sum += Math.abs(seen.planes[0][at]! - surface.planes[0][at]!);
      return sum / ((width * height) / 7);
    };
    let keyframes = 0;
    let damaged = 0;
    for (let n = 0; n < 100; n++) {
      // A change that is seen in one picture only, and that one is lost.
      if (n === 20) surface.planes[0].fill(200, 0, (width * height) / 2);
      const encoded = encoder.encode(surface, n)!;
      if (encoded.keyframe) keyframes++;
      if (n >= 20 && n < 24) continue;
      const decoded = decoder.decode(encoded.data);
      if (decoded) scaler.scale(decoded, seen);
      if (n === 24) damaged = different();
    }
    t.equal(keyframes, 1);
    t.ok(damaged > 10, `damaged by ${damaged}`);
    t.ok(different() < 4, `healed to ${different()}`);
    for (const part of [encoder, decoder, scaler]) part.close();
  },
);

void t.test('a keyframe comes on request and at the interval, with SPS and PPS before it', async t => {
  const onRequest = new H264Encoder(options);
  const keyframes: number[] = [];
  for (let n = 0; n < 40; n++) {
    if (n === 17) onRequest.requestKeyframe();
    const { data, keyframe } = onRequest.encode(picture(640, 360, n), n)!;
    if (!keyframe) continue;
    keyframes.push(n);
    t.same(
      nalUnits(data)
        .map(typeOf)
        .filter(type => type !== 6),
      [7, 8, 5],
    );
  }
  t.same(keyframes, [0, 17]);
  onRequest.close();

  const periodic = new H264Encoder({ ...options, keyframeIntervalS: 1 });
  const second: number[] = [];
  for (let n = 0; n < 65; n++) if (periodic.encode(picture(640, 360, 1), n)!.keyframe) second.push(n);
  t.same(second, [0, 30, 60]);
  periodic.close();
});

void t.test(
  'profile and level are those asked for; slices stay below the limit for packetization-mode 0',
  async t => {
    for (const [profile, idc] of [
      ['baseline', 66],
      ['high', 100],
    ] as const) {
      const encoder = new H264Encoder({
        ...options,
        profile,
        level: 31,
        maxNalUnitBytes: 1100,
        bitrate: 3_000_000,
      });
      const units = nalUnits(encoder.encode(picture(640, 360, 3), 0)!.data);
      const sps = units.find(nal => typeOf(nal) === 7)!;
      t.same([sps[1], sps[3]], [idc, 31]);
      t.ok(units.length > 5, `${units.length} units`);
      t.ok(
        units.every(nal => nal.length <= 1100),
        `largest ${Math.max(...units.map(nal => nal.length))}`,
      );
      encoder.close();
    }
  },
);

void t.test('the bit rate follows a change while open, up and down', async t => {
  const encoder = new H264Encoder(options);
  let index = 0;
  const measure = (bitrate: number) => {
    encoder.bitrate = bitrate;
    let bytes = 0;
    for (let n = 0; n < 90; n++) {
      const { data, keyframe } = encoder.encode(picture(640, 360, index), index)!;
      if (n >= 30) bytes += data.length;
      t.equal(keyframe, index === 0);
      index++;
    }
    return (bytes * 8) / 2;
  };
  const [low, high, lowAgain] = [measure(400_000), measure(2_000_000), measure(400_000)];
  t.ok(low < 560_000, `low ${low}`);
  t.ok(high > 1_400_000 && high < 2_400_000, `high ${high}`);
  t.ok(lowAgain < 560_000, `low again ${lowAgain}`);
  encoder.close();
});

void t.test('use after release or close, wrong sizes and widths are errors, not crashes', async t => {
  const encoder = new H264Encoder(options);
  const decoder = new VideoDecoder('H264');
  const scaler = new Scaler('crop');
  const first = encoder.encode(picture(640, 360, 1), 0)!;
  const second = encoder.encode(picture(640, 360, 2), 1)!;
  const old = decoder.decode(first.data)!;
  t.ok(decoder.decode(second.data));
  t.throws(() => scaler.scale(old, Surface.allocate(320, 180)), /after release/);
  t.throws(() => scaler.scale(old, Surface.allocate(328, 180)), /multiple of 16/);
  t.throws(() => encoder.encode(Surface.allocate(320, 180), 2), RangeError);
  t.throws(() => encoder.encode(Surface.allocate(1280, 720).region(0, 0, 640, 360), 2), RangeError);
  t.throws(() => Surface.allocate(641, 360), RangeError);
  t.throws(() => Surface.allocate(640, 360).region(320, 0, 322, 360), RangeError);
  t.throws(() => Surface.over(new SharedArrayBuffer(1000), 0, 640, 360), RangeError);
  encoder.close();
  decoder.close();
  t.throws(() => encoder.encode(picture(640, 360, 1), 3), /after close/);
  t.throws(() => decoder.decode(first.data), /after close/);
  t.throws(() => new H264Encoder({ ...options, width: 0 }), { code: 'codec' });
});

void t.test('a stream that changes its size goes on, with bars where its shape differs', async t => {
  const decoder = new VideoDecoder('H264');
  const scaler = new Scaler('letterbox');
  const target = Surface.allocate(640, 360);
  for (const [width, height, leftBar] of [
    [1280, 720, false],
    [480, 480, true],
    [180, 320, true],
    [64, 32, false],
  ] as const) {
    const encoder = new H264Encoder({ ...options, width, height });
    const surface = Surface.allocate(width, height);
    surface.fill(200, 90, 90);
    const decoded = decoder.decode(encoder.encode(surface, 0)!.data)!;
    t.same([decoded.width, decoded.height], [width, height]);
    t.ok(scaler.scale(decoded, target));
    const luma = (x: number, y: number) => target.planes[0][y * 640 + x]!;
    t.ok(Math.abs(luma(320, 180) - 200) < 8, `${width}×${height} in the middle`);
    t.equal(luma(2, 180) < 40, leftBar, `${width}×${height} at the left`);
    encoder.close();
  }
  decoder.close();
  scaler.close();
});

void t.test('random bytes, cut and flipped streams never crash the decoders', async t => {
  const random = new SeededRandom(7);
  const encoder = new H264Encoder(options);
  const scaler = new Scaler('letterbox');
  const target = Surface.allocate(320, 176);
  for (const codec of ['H264', 'VP8'] as const) {
    const decoder = new VideoDecoder(codec);
    let accepted = 0;
    for (let n = 0; n < 400; n++) {
      let bytes = random.bytes(1 + random.below(400));
      if (codec === 'H264' && n % 2 === 0) {
        bytes = encoder.encode(picture(640, 360, n), n)!.data;
        if (n % 3 !== 0) bytes = random.mutate(bytes);
      } else if (codec === 'VP8' && n % 2 === 0) {
        // RFC 6386 §9.1: a keyframe's start code and a size, then noise.
        bytes = Buffer.concat([Buffer.from([0x10, 2, 0, 0x9d, 1, 0x2a, n & 255, 1, 80, 1]), bytes]);
      }
      const decoded = decoder.decode(bytes);
      if (decoded && scaler.scale(decoded, target)) accepted++;
    }
    t.equal(decoder.decode(Buffer.alloc(0)), null);
    t.ok(decoder.errors > 50, `${codec}: ${decoder.errors} refused`);
    if (codec === 'H264') t.ok(accepted > 50, `${accepted} pictures in spite of it`);
    decoder.close();
  }
  scaler.close();
  encoder.close();
});
