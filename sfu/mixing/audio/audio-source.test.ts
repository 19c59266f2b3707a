import t from 'tap';
import { audioLevel } from '../../rtp/audio-level.js';
import { parseRtp, writeRtpHeader, type RtpPacket } from '../../rtp/packet.js';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import type { RtpCodec } from '../../rtp/session.js';
import { createAudioEncoder, timestampStep } from './audio-encoder.js';
import { AudioSource } from './audio-source.js';
import { tickSamples } from './sound-format.js';
import { codecs } from '../../../testing/synthetic/synthetic-room.js';
import { amplitudeAt, Tone } from './tone.js';

interface Arrival {
  packet: RtpPacket;
  atMs: number;
}

/** A tone as packets, each delayed as the network wants; null: lost. */
function speak(codec: RtpCodec, hz: number, count: number, delayMs: () => number | null): Arrival[] {
  const encoder = createAudioEncoder(codec);
  const tone = new Tone(hz);
  const arrivals: Arrival[] = [];
  for (let i = 0; i < count; i++) {
    const payload = encoder.encode(tone.fill(new Int16Array(tickSamples)))!;
    const delay = delayMs();
    if (delay === null) continue;
    const data = Buffer.alloc(12 + payload.length);
    writeRtpHeader(data, false, codec.payloadType, i & 0xffff, i * timestampStep(codec), 7);
    payload.copy(data, 12);
    arrivals.push({ packet: parseRtp(data)!, atMs: 1000 + i * 20 + delay });
  }
  encoder.close();
  return arrivals.sort((a, b) => a.atMs - b.atMs);
}

function listen(source: AudioSource, arrivals: Arrival[], ticks: number): Int16Array {
  const heard = new Int16Array(ticks * tickSamples);
  let next = 0;
  for (let i = 0; i < ticks; i++) {
    const nowMs = 1010 + i * 20;
    while (next < arrivals.length && arrivals[next]!.atMs <= nowMs) {
      const { packet, atMs } = arrivals[next++]!;
      source.playout.insert(packet, atMs);
    }
    source.pull(nowMs);
    heard.set(source.pcm, i * tickSamples);
  }
  return heard;
}

void t.test(
  '20 % loss and 60 ms of jitter leave a tone that is heard all the time, in every codec',
  async t => {
    for (const codec of Object.values(codecs)) {
      const random = new SeededRandom(61);
      const source = new AudioSource(codec, 200);
      const arrivals = speak(codec, 400, 500, () => (random.next() < 0.2 ? null : random.next() * 60));
      const heard = listen(source, arrivals, 500);
      const levels: number[] = [];
      for (let at = 50 * tickSamples; at < heard.length; at += tickSamples)
        levels.push(audioLevel(heard.subarray(at, at + tickSamples)));
      const quiet = levels.filter(level => level > 30).length;
      t.ok(quiet <= 10, `${codec.name}: ${quiet} of ${levels.length} ticks are quiet`);
      const { delayMs } = source.playout;
      t.ok(delayMs > 40 && delayMs < 130, `${codec.name}: ${delayMs} ms of delay`);
      t.ok(amplitudeAt(heard.subarray(200 * tickSamples, 300 * tickSamples), 400) > 1500, 'still that tone');
      source.close();
    }
  },
);

void t.test(
  'when a sender falls silent its sound fades away, and it talks no more a second later',
  async t => {
    for (const codec of Object.values(codecs)) {
      const source = new AudioSource(codec, 200);
      listen(
        source,
        speak(codec, 300, 100, () => 5),
        98,
      );
      t.ok(source.active);
      t.equal(source.loudest <= 15, true);
      const levels: number[] = [];
      for (let i = 98; i < 98 + 120; i++) {
        source.pull(1010 + i * 20);
        levels.push(source.level);
      }
      t.ok(
        levels.slice(40).every(level => level === 127),
        codec.name,
      );
      t.notOk(source.active);
      source.close();
    }
  },
);

void t.test("the timestamp says which of the sender's samples is heard", async t => {
  const codec = codecs.PCMU;
  const source = new AudioSource(codec, 200);
  // A click at a known moment of the sender: sample 20000 of its 8 kHz clock.
  const arrivals: Arrival[] = [];
  for (let i = 0; i < 200; i++) {
    const data = Buffer.alloc(172, 0xff);
    if (i === 125) data.fill(0x80, 12, 28);
    writeRtpHeader(data, false, 0, i, i * 160, 7);
    arrivals.push({ packet: parseRtp(data)!, atMs: 1000 + i * 20 + 3 });
  }
  let next = 0;
  let foundAt = -1;
  for (let i = 0; i < 200 && foundAt < 0; i++) {
    const nowMs = 1010 + i * 20;
    while (next < arrivals.length && arrivals[next]!.atMs <= nowMs) {
      source.playout.insert(arrivals[next]!.packet, arrivals[next]!.atMs);
      next++;
    }
    source.pull(nowMs);
    const at = source.pcm.findIndex(sample => Math.abs(sample) > 10_000);
    if (at >= 0) foundAt = source.timestamp + at / 6;
  }
  t.ok(Math.abs(foundAt - 20_000) < 40, `heard at ${foundAt}, within 5 ms`);
  source.close();
});

void t.test('garbage in well-formed packets is counted, and what follows is heard', async t => {
  const random = new SeededRandom(62);
  const source = new AudioSource(codecs.opus, 200);
  const arrivals = speak(codecs.opus, 400, 300, () => 5).map((arrival, i) => {
    if (i < 100 || i >= 200 || i % 2) return arrival;
    const data = Buffer.concat([arrival.packet.buffer.subarray(0, 12), random.bytes(80)]);
    return { ...arrival, packet: parseRtp(data)! };
  });
  const heard = listen(source, arrivals, 298);
  t.ok(amplitudeAt(heard.subarray(-50 * tickSamples), 400) > 5000);
  source.close();
});
