import t from 'tap';
import { audioLevel } from '../../rtp/audio-level.js';
import { parseRtp, writeRtpHeader, type RtpPacket } from '../../rtp/packet.js';
import type { RtpCodec } from '../../rtp/session.js';
import { describeNoise, noiseOf } from '../../codecs/comfort-noise-judge.js';
import { OpusEncoder } from '../../codecs/opus.js';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { codecs } from '../../../testing/synthetic/synthetic-room.js';
import { Speech } from '../../../testing/synthetic/speech.js';
import { createAudioDecoder } from './audio-decoder.js';
import { createAudioEncoder, timestampStep } from './audio-encoder.js';
import { AudioSource } from './audio-source.js';
import { ComfortNoise } from './comfort-noise.js';
import { carriesLostOpus } from './quiet-packet.js';
import { tickSamples } from './sound-format.js';
import { amplitudeAt, Tone } from './tone.js';

function packet(payloadType: number, sequence: number, timestamp: number, payload: Buffer): RtpPacket {
  const data = Buffer.alloc(12 + payload.length);
  writeRtpHeader(data, false, payloadType, sequence & 0xffff, timestamp >>> 0, 7);
  payload.copy(data, 12);
  return parseRtp(data)!;
}

/** The levels of each tick, when these packets arrive at their ticks. */
function listen(source: AudioSource, packets: (RtpPacket | null)[], heard: number[] = []): number[] {
  const levels: number[] = [];
  packets.forEach((packet, tick) => {
    const nowMs = 1000 + tick * 20;
    if (packet) source.insert(packet, nowMs);
    source.pull(nowMs + 10);
    levels.push(source.level);
    for (const sample of source.pcm) heard.push(sample);
  });
  return levels;
}

/** The largest step from one sample to the next: a click stands out. */
function steepest(pcm: number[]): number {
  let most = 0;
  for (let i = 1; i < pcm.length; i++) most = Math.max(most, Math.abs(pcm[i]! - pcm[i - 1]!));
  return most;
}

void t.test('noise that FFmpeg describes sounds as loud and as dark as it was', async t => {
  const random = new SeededRandom(9);
  const noise = new Int16Array(6400);
  let last = 0;
  for (let i = 0; i < noise.length; i++) {
    // Low frequencies prevail.
    last = 0.9 * last + (random.next() - 0.5) * 200;
    noise[i] = last;
  }
  const comfort = new ComfortNoise();
  comfort.describe(describeNoise(noise));
  const made = comfort.make(960 * 20).slice();
  t.ok(Math.abs(audioLevel(made) - audioLevel(noise)) <= 3, `${audioLevel(made)} for ${audioLevel(noise)}`);
  const band = (hz: number) => {
    let sum = 0;
    for (let at = 0; at + 960 <= made.length; at += 960) sum += amplitudeAt(made.subarray(at, at + 960), hz);
    return sum;
  };
  t.ok(band(200) > 4 * band(3000), 'dark');
});

void t.test('how we describe silence is what FFmpeg makes of it', async t => {
  const codec: RtpCodec = { ...codecs.PCMU, comfortNoisePayloadType: 13 };
  const encoder = createAudioEncoder(codec);
  const tone = new Tone(500);
  const pcm = new Int16Array(tickSamples);
  const payloads: (Buffer | null)[] = [];
  const kinds: boolean[] = [];
  for (let tick = 0; tick < 100; tick++) {
    const payload = encoder.encode(tick < 20 || tick >= 90 ? tone.fill(pcm) : pcm.fill(0));
    payloads.push(payload && Buffer.from(payload));
    kinds.push(encoder.describesSilence === true);
  }
  t.equal(payloads.slice(0, 30).filter(payload => payload?.length === 160).length, 30);
  t.same(
    kinds.flatMap((silence, tick) => (silence ? [tick] : [])),
    [30, 50, 70],
    'at once, and each 400 ms',
  );
  t.equal(payloads.slice(30, 90).filter(payload => payload !== null).length, 3);
  t.equal(payloads[90]!.length, 160, 'a word is sent from its beginning');
  const level = audioLevel(noiseOf(payloads[30]!, 50).subarray(4000));
  // FFmpeg's excitation is evenly distributed and not made up for: 6 dB less than it is told.
  t.ok(Math.abs(level - 76) < 3, `-${level} dBov`);
  encoder.close();
});

void t.test('between the words of G.711 with comfort noise there is the noise of the room', async t => {
  const codec: RtpCodec = { ...codecs.PCMA, comfortNoisePayloadType: 13 };
  const source = new AudioSource({ codec }, 200);
  const encoder = createAudioEncoder(codecs.PCMA);
  const tone = new Tone(500);
  let sequence = 65_530;
  const packets = Array.from({ length: 150 }, (_, tick) => {
    if (tick < 50 || tick >= 100)
      return packet(8, sequence++, tick * 160, Buffer.from(encoder.encode(tone.fill(new Int16Array(960)))!));
    // A room of -50 dBov, said at once and once again.
    return tick === 50 || tick === 75 ? packet(13, sequence++, tick * 160, Buffer.of(50)) : null;
  });
  const levels = listen(source, packets);
  const between = levels.slice(55, 98);
  t.ok(
    between.every(level => level >= 47 && level <= 53),
    between.join(' '),
  );
  t.ok(
    levels.slice(106).every(level => level < 20),
    'and then words again',
  );
  t.equal(source.playout.lost + source.undecodable, 0);
  source.close();
  encoder.close();
});

void t.test('a sender may change to any codec that was agreed, whatever its clock', async t => {
  const agreed = [codecs.PCMU, codecs.G722, codecs.opus];
  const source = new AudioSource({ codec: codecs.PCMU, others: [codecs.G722, codecs.opus] }, 200);
  const encoders = agreed.map(createAudioEncoder);
  const tone = new Tone(700, 5000);
  const heard: number[] = [];
  const packets = Array.from({ length: 400 }, (_, tick) => {
    const n = [0, 1, 0, 2][Math.floor(tick / 100)]!;
    const codec = agreed[n]!;
    const payload = encoders[n]!.encode(tone.fill(new Int16Array(tickSamples)))!;
    return packet(codec.payloadType, tick, tick * timestampStep(codec), Buffer.from(payload));
  });
  const levels = listen(source, packets, heard);
  const quiet = levels.slice(5).filter(level => level > 25).length;
  t.ok(quiet <= 3, `${quiet} ticks are quiet`);
  for (const from of [50, 150, 250, 350]) {
    const amplitude = amplitudeAt(Int16Array.from(heard.slice((from - 20) * 960, (from + 20) * 960)), 700);
    t.ok(Math.abs(amplitude - 5000) < 900, `${amplitude}`);
  }
  // A click is a step that no tone of this loudness makes: 5000 · 2π · 700 / 48000 = 458 a sample.
  const step = steepest(heard.slice(4800, 290 * 960));
  t.ok(step < 2500, `no click between codecs of one clock: ${step}`);
  const stray = packet(77, 400, 400 * 960, Buffer.alloc(50));
  source.insert(stray, 9000);
  t.pass('what was not agreed is passed over');
  source.close();
  for (const encoder of encoders) encoder.close();
});

/** A voice in Opus with redundancy, of which single packets get lost. */
function lossyVoice() {
  const random = new SeededRandom(17);
  const encoder = new OpusEncoder({ bitrate: 32_000, expectedLossPercent: 20 });
  const speech = new Speech(48_000);
  const lost: boolean[] = [];
  const packets = Array.from({ length: 500 }, (_, tick) => {
    lost.push(tick > 20 && !lost.at(-1) && random.next() < 0.15);
    return packet(111, tick, tick * 960, encoder.encode(speech.fill(new Int16Array(tickSamples)))!);
  });
  encoder.close();
  /** Those whose successor carries them: silence is not worth it to the encoder. */
  const carried = lost.map((isLost, tick) => isLost && carriesLostOpus(packets[tick + 1]!.payload));
  return { packets, lost, carried };
}

void t.test('what is lost is nearly what it was where the next packet carries it', async t => {
  const { packets, lost, carried } = lossyVoice();
  const whole = createAudioDecoder(codecs.opus);
  const concealing = createAudioDecoder(codecs.opus);
  const recovering = createAudioDecoder(codecs.opus);
  let power = 0;
  let concealed = 0;
  let recovered = 0;
  const differ = (a: Int16Array, b: Int16Array) => a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  packets.forEach(({ payload }, tick) => {
    const wanted = whole.decode(payload)!;
    const guessed = lost[tick] ? concealing.conceal(tickSamples) : concealing.decode(payload)!;
    const next = packets[tick + 1]?.payload;
    const found = lost[tick]
      ? (recovering.recover!(next!, tickSamples) ?? recovering.conceal(tickSamples))
      : recovering.decode(payload)!;
    if (!carried[tick]) return;
    power += differ(wanted, new Int16Array(tickSamples));
    concealed += differ(wanted, guessed);
    recovered += differ(wanted, found);
  });
  const db = (error: number) => 10 * Math.log10(power / error);
  t.ok(db(recovered) > 4 && db(recovered) > db(concealed) + 4, `${db(recovered)} dB, not ${db(concealed)}`);
  for (const decoder of [whole, concealing, recovering]) decoder.close();
});

void t.test('sound waits for the redundancy of the next packet once packets get lost', async t => {
  const { packets, lost, carried } = lossyVoice();
  const source = new AudioSource({ codec: codecs.opus }, 200);
  listen(
    source,
    packets.map((packet, tick) => (lost[tick] ? null : packet)),
  );
  const possible = carried.filter(Boolean).length;
  t.ok(possible > 20 && source.recovered >= possible * 0.75, `${source.recovered} of ${possible}`);
  t.ok(source.playout.delayMs < 70, `${source.playout.delayMs} ms`);
  source.close();
});

void t.test('Opus pauses while nobody talks, and goes on without a click', async t => {
  const codec: RtpCodec = { ...codecs.opus, parameters: { usedtx: '1' } };
  const encoder = createAudioEncoder(codec);
  const source = new AudioSource({ codec }, 200);
  const tone = new Tone(600, 4000);
  const heard: number[] = [];
  let sent = 0;
  let sequence = 0;
  const packets = Array.from({ length: 300 }, (_, tick) => {
    const pcm = new Int16Array(tickSamples);
    const payload = encoder.encode(tick < 100 || tick >= 200 ? tone.fill(pcm) : pcm);
    if (tick >= 100 && tick < 200 && payload) sent++;
    return payload && packet(111, sequence++, tick * 960, Buffer.from(payload));
  });
  const levels = listen(source, packets, heard);
  t.ok(sent <= 15, `${sent} of 100 packets of silence are sent`);
  t.ok(
    levels.slice(110, 198).every(level => level > 60),
    'silence is silent',
  );
  t.ok(
    levels.slice(205).every(level => level < 30),
    'the next word comes',
  );
  // The tone itself: 4000 · 2π · 600 / 48000 = 314 a sample.
  t.ok(steepest(heard) < 1500, `${steepest(heard)}`);
  source.close();
  encoder.close();
});
