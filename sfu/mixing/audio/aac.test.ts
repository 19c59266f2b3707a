import t from 'tap';
import { heardInLatm } from '../../codecs/aac-latm-judge.js';
import { aacConfigBytes, parseAacConfig, type AacLdConfig } from '../../rtp/aac/aac-config.js';
import { LatmReader, latmConfigBytes, parseLatmConfig, writeLatm } from '../../rtp/aac/latm.js';
import { packAacHbr, unpackAacHbr } from '../../rtp/aac/mpeg4-generic.js';
import type { RtpCodec } from '../../rtp/session.js';
import { heardByFfmpeg, sentByFfmpeg, type TimedPayload } from '../../../testing/peers/ffmpeg-sound.js';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { likenessDb, Speech } from '../../../testing/synthetic/speech.js';
import { createAudioDecoder } from './audio-decoder.js';
import { createAudioEncoder, timestampStep } from './audio-encoder.js';
import { tickSamples } from './sound-format.js';
import { amplitudeAt, Tone } from './tone.js';

const hbr = { streamtype: '5', mode: 'AAC-hbr', sizelength: '13', indexlength: '3', indexdeltalength: '3' };

function generic(config: AacLdConfig): RtpCodec {
  const parameters = { ...hbr, config: aacConfigBytes(config).toString('hex') };
  const { sampleRate: clockRate, channels } = config;
  return { name: 'mpeg4-generic', payloadType: 97, clockRate, channels, parameters };
}

function latm(clockRate: number, parameters: Record<string, string>): RtpCodec {
  return { name: 'MP4A-LATM', payloadType: 98, clockRate, parameters };
}

const mono480: AacLdConfig = { sampleRate: 48_000, channels: 1, frameSamples: 480, resilience: 0 };
const mono512: AacLdConfig = { ...mono480, frameSamples: 512 };

/** All payloads of a second or more, with their timestamps. */
function say(codec: RtpCodec, sound: { fill(pcm: Int16Array): Int16Array }, ticks: number) {
  const encoder = createAudioEncoder(codec);
  const said = new Int16Array(ticks * tickSamples);
  const payloads: TimedPayload[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    const pcm = sound.fill(said.subarray(tick * tickSamples, (tick + 1) * tickSamples));
    for (let payload = encoder.encode(pcm); payload; payload = encoder.next?.() ?? null) {
      const timestamp = (tick + 1) * timestampStep(codec) - (encoder.timestampLag ?? 0);
      payloads.push({ payload: Buffer.from(payload), timestamp });
    }
  }
  encoder.close();
  return { said, payloads };
}

function hear(codec: RtpCodec, payloads: readonly Buffer[]): Int16Array {
  const decoder = createAudioDecoder(codec);
  const heard: number[] = [];
  for (const payload of payloads) for (const sample of decoder.decode(payload) ?? []) heard.push(sample);
  decoder.close();
  return Int16Array.from(heard);
}

void t.test('speech and a tone come through, whichever way AAC-LD is carried', async t => {
  for (const codec of [
    generic(mono480),
    generic(mono512),
    generic({ ...mono480, sampleRate: 24_000 }),
    generic({ ...mono480, channels: 2 }),
    latm(90_000, { object: '23', bitrate: '64000' }),
    latm(48_000, { cpresent: '0', config: latmConfigBytes(mono512).toString('hex') }),
  ]) {
    const what = `${codec.name} ${JSON.stringify(codec.parameters)}`;
    const { said, payloads } = say(codec, new Speech(48_000), 150);
    payloads.slice(1).forEach(({ timestamp }, i) => {
      const step = (timestamp - payloads[i]!.timestamp) / codec.clockRate;
      if (step < 0.0099 || step > 0.0214) t.fail(`${what}: ${step} s from one packet to the next`);
    });
    const heard = hear(
      codec,
      payloads.map(({ payload }) => payload),
    );
    t.ok(Math.abs(heard.length - said.length) <= 1024, `${what}: ${heard.length} of ${said.length} samples`);
    const likeness = likenessDb(said.subarray(9600, 57_600), heard.subarray(9600), 4000);
    t.ok(likeness > 14, `${what}: ${likeness.toFixed(1)} dB`);
    const tone = say(codec, new Tone(1000, 6000), 100);
    const heardTone = hear(
      codec,
      tone.payloads.map(({ payload }) => payload),
    );
    t.ok(Math.abs(amplitudeAt(heardTone.subarray(-48_000), 1000) - 6000) < 400, what);
  }
});

void t.test('the ffmpeg program hears what we send, with its own decoder', async t => {
  for (const codec of [
    generic(mono512),
    // FFmpeg takes the clock for the sample rate.
    latm(48_000, { cpresent: '0', config: latmConfigBytes(mono512).toString('hex') }),
  ]) {
    const { said, payloads } = say(codec, new Speech(48_000), 150);
    const heard = await heardByFfmpeg(codec, payloads, 2);
    const likeness = likenessDb(said.subarray(9600, 57_600), heard.subarray(4800), 12_000);
    t.ok(likeness > 14, `${codec.name}: ${likeness.toFixed(1)} dB`);
  }
});

void t.test('FFmpeg understands elements whose configuration is in-band', async t => {
  const { said, payloads } = say(latm(90_000, { object: '23' }), new Speech(48_000), 150);
  t.ok(
    payloads.length >= 299 && payloads.length <= 300,
    'two units of 480 samples a tick, one in each packet',
  );
  // 512 samples, which its own decoder knows.
  const units = say(generic(mono512), new Speech(48_000), 150).payloads.flatMap(({ payload }) =>
    unpackAacHbr(payload),
  );
  const heard = heardInLatm(units.map(unit => writeLatm(unit, mono512)));
  const likeness = likenessDb(said.subarray(9600, 57_600), heard.subarray(9600), 4000);
  t.ok(likeness > 14, `${likeness.toFixed(1)} dB`);
});

void t.test('access units of RFC 3640 are found in what the ffmpeg program sends', async t => {
  const packets = await sentByFfmpeg(
    '-f lavfi -i sine=1000:sample_rate=48000:duration=1 -c:a aac -flags +global_header'.split(' '),
    97,
  );
  const units = packets.flatMap(({ payload }) => unpackAacHbr(payload));
  // Of 47 units of 1024 samples it keeps those that did not fill a packet.
  t.ok(units.length >= 40 && units.length <= 47, `${units.length}`);
  const sizes = packets.reduce((sum, { payload }) => sum + payload.length, 0);
  t.equal(
    units.reduce((sum, unit) => sum + unit.length + 2, 0) + packets.length * 2,
    sizes,
    'and nothing is left over',
  );
});

void t.test('configurations of real devices are understood', async t => {
  t.same(parseAacConfig('B98C00'), { ...mono480, resilience: 0 }, 'Cisco TelePresence');
  t.same(parseAacConfig('b98900'), mono512, 'libfdk_aac');
  t.same(parseAacConfig('b98d00'), mono480);
  t.equal(parseAacConfig('1190'), undefined, 'AAC-LC takes too long to talk over');
  t.equal(parseAacConfig('zz'), undefined);
  t.same(parseLatmConfig(latmConfigBytes(mono480).toString('hex'))?.aac, mono480);
  t.equal(parseLatmConfig('400024203fc0'), undefined, 'AAC-LC');
});

void t.test('elements and units survive the way there and back, and garbage is refused', async t => {
  const random = new SeededRandom(8);
  for (const length of [1, 254, 255, 256, 510, 600]) {
    const unit = random.bytes(length);
    t.same(unpackAacHbr(packAacHbr([unit, unit])), [unit, unit]);
    const reader = new LatmReader(true);
    t.same(reader.read(writeLatm(unit, mono480)), [unit]);
    t.same(reader.config, mono480);
    t.same(
      new LatmReader(false, parseLatmConfig(latmConfigBytes(mono480).toString('hex'))).read(
        writeLatm(unit, undefined),
      ),
      [unit],
    );
  }
  const codecs = [generic(mono480), latm(90_000, {})];
  const payloads = codecs.map(codec => say(codec, new Tone(500), 20).payloads);
  codecs.forEach((codec, i) => {
    const decoder = createAudioDecoder(codec);
    for (let n = 0; n < 3000; n++) {
      const { payload } = payloads[i]![n % 20]!;
      decoder.decode(n % 2 ? random.mutate(payload) : random.bytes(random.below(200)));
    }
    for (const { payload } of payloads[i]!) decoder.decode(payload);
    t.ok(decoder.decode(payloads[i]![10]!.payload), `${codec.name} still decodes`);
    decoder.close();
  });
});
