import t from 'tap';
import { audioLevel, writeAudioLevel } from '../../rtp/audio-level.js';
import { parseRtp, writeRtpHeader, type RtpPacket } from '../../rtp/packet.js';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import type { RtpCodec } from '../../rtp/session.js';
import { createAudioDecoder } from './audio-decoder.js';
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
  return say(codec, new Tone(hz), count, delayMs);
}

function say(
  codec: RtpCodec,
  tone: { fill(pcm: Int16Array, tick: number): Int16Array },
  count: number,
  delayMs: () => number | null,
): Arrival[] {
  const encoder = createAudioEncoder(codec);
  const arrivals: Arrival[] = [];
  for (let i = 0; i < count; i++) {
    const payload = encoder.encode(tone.fill(new Int16Array(tickSamples), i))!;
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
      const source = new AudioSource({ codec }, 200);
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
      const source = new AudioSource({ codec }, 200);
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
  const source = new AudioSource({ codec }, 200);
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
  const source = new AudioSource({ codec: codecs.opus }, 200);
  const arrivals = speak(codecs.opus, 400, 300, () => 5).map((arrival, i) => {
    if (i < 100 || i >= 200 || i % 2) return arrival;
    const data = Buffer.concat([arrival.packet.buffer.subarray(0, 12), random.bytes(80)]);
    return { ...arrival, packet: parseRtp(data)! };
  });
  const heard = listen(source, arrivals, 298);
  t.ok(amplitudeAt(heard.subarray(-50 * tickSamples), 400) > 5000);
  source.close();
});

/** The noise of a quiet room, -70 dBov, until somebody speaks in it. */
function quietUntil(tick: number) {
  const random = new SeededRandom(63);
  const voice = new Tone(700, 3000);
  return {
    fill(pcm: Int16Array, now: number): Int16Array {
      if (now >= tick) voice.fill(pcm);
      for (let i = 0; i < pcm.length; i++) pcm[i]! += Math.round((random.next() * 2 - 1) * 18);
      return pcm;
    },
  };
}

void t.test('who is silent is not decoded, and the first word is heard from its beginning', async t => {
  const voiceOpus = { ...codecs.opus, parameters: { useinbandfec: '1' } };
  const begins = 200;
  for (const codec of [voiceOpus, codecs.G722, codecs.PCMA, codecs.PCMU]) {
    const arrivals = say(codec, quietUntil(begins), 250, () => 5);
    const source = new AudioSource({ codec }, 200);
    const silent = listen(source, arrivals, begins);
    t.ok(source.passedOver > 120, `${codec.name}: ${source.passedOver} of 200 were passed over`);
    t.ok(audioLevel(silent) >= 65);
    const after = source.passedOver;
    // The same sender, decoded all the time.
    const decoder = createAudioDecoder(codec);
    const whole = arrivals.map(({ packet }) => decoder.decode(packet.payload)!.slice());
    const onset = whole.findIndex(pcm => audioLevel(pcm) < 40);
    const heard: number[] = [];
    for (let i = begins, next = begins; i < 250; i++) {
      const nowMs = 1010 + i * 20;
      for (; next < 250 && arrivals[next]!.atMs <= nowMs; next++)
        source.playout.insert(arrivals[next]!.packet, arrivals[next]!.atMs);
      source.pull(nowMs);
      heard.push(...source.pcm);
    }
    t.ok(onset >= begins - 1 && onset <= begins + 1);
    t.equal(source.passedOver <= after + 3, true, 'everything is decoded from then on');
    // Only where in the ticks it begins may differ: by energy over the first 100 ms.
    const first = heard.findIndex(sample => Math.abs(sample) > 400);
    const wholeSound = whole.slice(onset - 1).flatMap(pcm => [...pcm]);
    const wholeFirst = wholeSound.findIndex(sample => Math.abs(sample) > 400);
    const power = (pcm: number[], from: number) => audioLevel(Int16Array.from(pcm.slice(from, from + 4800)));
    t.ok(
      Math.abs(power(heard, first) - power(wholeSound, wholeFirst)) <= 1,
      `${codec.name}: the first 100 ms are as loud as they were said`,
    );
    source.close();
    decoder.close();
  }
});

void t.test('what a packet says of its level (RFC 6464) counts more than what it seems', async t => {
  // Opus of music does not tell by itself that it is quiet.
  const arrivals = say(codecs.opus, quietUntil(150), 200, () => 5).map(({ packet, atMs }, i) => {
    const data = Buffer.alloc(packet.payload.length + 40);
    writeRtpHeader(data, false, 111, i, i * 960, 7);
    const start = writeAudioLevel(data, 10, i < 150 ? 70 : 20);
    packet.payload.copy(data, start);
    return { packet: parseRtp(data.subarray(0, start + packet.payload.length))!, atMs };
  });
  for (const [id, passes] of [
    [undefined, false],
    [10, true],
  ] as const) {
    const source = new AudioSource(
      { codec: codecs.opus, ...(id !== undefined && { audioLevelExtensionId: id }) },
      200,
    );
    const heard = listen(source, arrivals, 195);
    t.equal(source.passedOver > 80, passes, `${source.passedOver} passed over`);
    const loudness = amplitudeAt(heard.subarray(-20 * tickSamples), 700);
    t.ok(loudness > 2500 && loudness < 3500, `${loudness}`);
    source.close();
  }
});
