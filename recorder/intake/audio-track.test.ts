import t from 'tap';
import { OpusEncoder } from '../../sfu/codecs/opus.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { AudioTrack, opusSamples } from './audio-track.js';

const tone = new Int16Array(960 * 2).map(
  (_, index) => 8000 * Math.sin((2 * Math.PI * 20 * (index >> 1)) / 960),
);

function setUp(start = 0) {
  const frames: Buffer[] = [];
  const track = new AudioTrack(start, frame => frames.push(frame));
  const encoder = new OpusEncoder({ channels: 2 });
  t.teardown(() => {
    track.close();
    encoder.close();
  });
  return { frames, track, packet: () => encoder.encode(tone)! };
}

void t.test('packets in a row become frames in a row, as many as the time needs', async t => {
  const { track, frames, packet } = setUp();
  for (let index = 0; index < 50; index++) track.packet(index * 960, packet());
  t.equal(track.position, 48_000);
  track.end();
  t.equal(frames.length, Math.ceil(48_000 / 1024));
  t.same(track.counts, { late: 0, invalid: 0, concealed: 0, silent: 0 });
});

void t.test(
  'a lost packet is concealed, a long gap is silence, and the next packet stands in its place',
  async t => {
    const { track, packet } = setUp();
    track.packet(0, packet());
    track.packet(1920, packet());
    t.equal(track.counts.concealed, 960);
    t.equal(track.counts.silent, 0);
    track.packet(48_000, packet());
    t.equal(track.position, 48_960);
    t.equal(track.counts.concealed, 960 + 5760, 'at most 120 ms are made up');
    t.equal(track.counts.silent, 48_000 - 2880 - 5760);
  },
);

void t.test('jitter of the clock moves nothing; what is late is left out', async t => {
  const { track, packet } = setUp();
  for (let index = 0; index < 10; index++) track.packet(index * 960 + (index % 2) * 300, packet());
  t.equal(track.position, 9600);
  track.packet(3 * 960, packet());
  t.equal(track.position, 9600);
  t.equal(track.counts.late, 1);
});

void t.test('silence is filled up to a time, and a recording goes on from anywhere', async t => {
  const { track, frames, packet } = setUp(480_000);
  track.fill(528_000);
  t.equal(track.position, 528_000);
  track.fill(500_000);
  t.equal(track.position, 528_000, 'never back');
  track.packet(528_000, packet());
  track.end();
  t.equal(frames.length, Math.ceil(48_960 / 1024));
  track.packet(600_000, packet());
  t.equal(track.position, 528_960, 'nothing after the end');
});

void t.test('the length of every kind of packet (RFC 6716 §3.1, §3.2)', async t => {
  t.equal(opusSamples([(1 << 3) | 0]), 960, 'SILK 20 ms');
  t.equal(opusSamples([(3 << 3) | 1]), 5760, 'two of 60 ms');
  t.equal(opusSamples([(12 << 3) | 0]), 480, 'hybrid 10 ms');
  t.equal(opusSamples([(16 << 3) | 0]), 120, 'CELT 2.5 ms');
  t.equal(opusSamples([(31 << 3) | 3, 6]), 5760, 'six of 20 ms');
  t.equal(opusSamples([(31 << 3) | 3, 7]), 0, 'more than 120 ms is illegal');
  t.equal(opusSamples([(31 << 3) | 3]), 0);
  t.equal(opusSamples([]), 0);
});

void t.test('random bytes are counted and change nothing but time', async t => {
  const { track, packet } = setUp();
  const random = new SeededRandom(11);
  let at = 0;
  for (let round = 0; round < 500; round++) {
    const bytes = Uint8Array.from({ length: random.below(200) }, () => random.below(256));
    track.packet(at, bytes);
    at = Math.max(at, track.position);
    track.packet(at, packet());
    at += 960;
    t.ok(track.position >= at - 480 && track.position <= at + 480 * 13, `round ${round}`);
  }
});
