import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import t, { type Test as TapTest } from 'tap';
import { audioLevel, silentLevel } from '../../rtp/audio-level.js';
import { ntpFromWallMs } from '../../rtp/ntp-time.js';
import { writeRtcp } from '../../rtp/rtcp.js';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { sequenceDelta, timestampDelta } from '../../rtp/sequence.js';
import type { RtpCodec } from '../../rtp/session.js';
import { measureWallOffsetMs } from '../clock.js';
import { LipSync } from '../lip-sync.js';
import type { ConferencePlan } from '../plan.js';
import type { AudioStatistics } from './audio-conference.js';
import { AudioMixer } from './audio-mixer.js';
import { AudioThread } from './audio-thread.js';
import { freeUdpPorts } from '../../../testing/peers/ports.js';
import { codecs, SyntheticRoom, type Network } from '../../../testing/synthetic/synthetic-room.js';
import { amplitudeAt, Tone } from './tone.js';

interface Member {
  codec: RtpCodec;
  hz: number | null;
  network?: Network;
}

/** Rooms `site0`, `site1`, … in one conference, each hearing all but itself. */
async function invite(t: TapTest, members: Member[]) {
  const rooms = await Promise.all(
    members.map(({ codec, hz, network }) =>
      SyntheticRoom.open(codec, hz === null ? null : new Tone(hz, 6000), network),
    ),
  );
  t.teardown(() => rooms.forEach(room => room.close()));
  const ports = await freeUdpPorts(members.length);
  const plan: ConferencePlan = {
    conferenceId: 'c',
    sessions: rooms.map((room, i) => room.session(`s${i}`, ports[i]!, 5000 + i)),
    sources: rooms.map((_, i) => ({ siteId: `site${i}`, name: '', audio: `s${i}` })),
    relays: [],
    transcodes: [],
    outputs: rooms.map((_, i) => ({ id: `o${i}`, audio: { session: `s${i}`, without: `site${i}` } })),
  };
  return { rooms, ports, plan };
}

/** A meeting over real sockets on a clock that is moved by hand: as exact on a busy machine as on an idle one. */
async function meet(t: TapTest, members: Member[]) {
  const { rooms, ports, plan } = await invite(t, members);
  const clock = { at: 50_000, nowMs: () => clock.at, wallMs: () => clock.at + 1_700_000_000_000 };
  const digits: string[] = [];
  const failed: string[] = [];
  const memory = LipSync.allocate();
  const mixer = new AudioMixer(
    { clock, lipSync: memory },
    {
      onDigit: (_conference, session, digit) => digits.push(`${session} ${digit}`),
      onSessionFailed: (_conference, session) => failed.push(session),
    },
  );
  t.teardown(() => mixer.close());
  const talking = new Set(rooms);

  /** Lets `ms` pass. Packets leave and arrive every 5 ms, and a tick is made each 20. */
  async function pass(ms: number): Promise<void> {
    for (const endMs = clock.at + ms; clock.at < endMs; clock.at += 5) {
      rooms.forEach((room, i) => {
        if (clock.at % 20 === 0 && talking.has(room)) room.sendOne(ports[i]!, clock.at);
        room.deliver(clock.at);
      });
      // What is sent on loopback is there at the next turn of the event loop.
      for (let i = 0; i < 3; i++) await turn();
      mixer.clock.run();
    }
    for (let i = 0; i < 3; i++) await turn();
  }
  const statistics = (): AudioStatistics => {
    for (const [, statistics] of mixer.statistics()) return statistics;
    throw new Error('no conference');
  };
  return {
    rooms,
    ports,
    plan,
    clock,
    mixer,
    digits,
    failed,
    talking,
    pass,
    statistics,
    lipSync: new LipSync(memory),
  };
}

/** RTP from the mixer goes on without a gap: numbers, timestamps, one SSRC, and a marker at the beginning only. */
function assertSteady(t: TapTest, room: SyntheticRoom, name: string, step: number): void {
  let wrong = 0;
  for (let i = 1; i < room.packets.length; i++) {
    const before = room.packets[i - 1]!;
    const now = room.packets[i]!;
    if (sequenceDelta(now.sequenceNumber, before.sequenceNumber) !== 1) wrong++;
    if (timestampDelta(now.timestamp, before.timestamp) !== step) wrong++;
    if (now.ssrc !== before.ssrc || now.marker) wrong++;
  }
  t.ok(room.packets.length > 10 && wrong === 0, `${name}: ${wrong} of ${room.packets.length} do not follow`);
  t.ok(room.packets[0]?.marker, `${name}: the first packet has the marker`);
}

/** `room` hears this tone as it was said, at an amplitude of 6000, or not at all. */
function assertHears(t: TapTest, room: SyntheticRoom, hz: number, name: string, least = 4800): void {
  const amplitude = amplitudeAt(room.lastSecond(), hz);
  t.ok(amplitude > least && amplitude < 7200, `${name} hears ${hz} Hz: ${Math.round(amplitude)}`);
}

function assertHearsNot(t: TapTest, room: SyntheticRoom, hz: number, name: string): void {
  const amplitude = amplitudeAt(room.lastSecond(), hz);
  t.ok(amplitude < 60, `${name} does not hear ${hz} Hz: ${Math.round(amplitude)}`);
}

void t.test('three rooms hear the others and not themselves, each in its own codec', async t => {
  const hz = [500, 800, 1300];
  const { rooms, plan, mixer, pass, statistics } = await meet(t, [
    { codec: codecs.opus, hz: hz[0]! },
    { codec: codecs.G722, hz: hz[1]! },
    { codec: codecs.PCMA, hz: hz[2]! },
  ]);
  await mixer.setPlan(plan);
  await pass(2500);
  rooms.forEach((room, i) => {
    hz.forEach((tone, n) => {
      if (n === i) assertHearsNot(t, room, tone, `room ${i}`);
      else assertHears(t, room, tone, `room ${i}`);
    });
    t.ok(Math.abs(room.packets.length - 125) <= 1, `${room.packets.length} packets in 2.5 s`);
  });
  assertSteady(t, rooms[0]!, 'opus', 960);
  assertSteady(t, rooms[1]!, 'G722', 160);
  assertSteady(t, rooms[2]!, 'PCMA', 160);
  const { sources, encoders, sessions } = statistics();
  for (const { audioLevel } of Object.values(sources))
    t.ok(Math.abs(audioLevel - 18) <= 2, `-${audioLevel} dBov`);
  t.equal(encoders, 3);
  t.match(sessions.s1, { packetsReceived: 125, packetsLost: 0, malformed: 0 });
  t.ok(
    rooms.every(room => room.rtcp.some(packet => packet.type === 'senderReport')),
    'all get sender reports',
  );
});

void t.test('with 20 % loss and 60 ms of jitter on the way in, the others are still heard', async t => {
  const random = new SeededRandom(71);
  const network: Network = () => (random.next() < 0.2 ? null : 5 + random.next() * 60);
  const { rooms, plan, mixer, pass, statistics } = await meet(t, [
    { codec: codecs.opus, hz: 500, network },
    { codec: codecs.PCMU, hz: 900, network },
    { codec: codecs.G722, hz: null },
  ]);
  await mixer.setPlan(plan);
  await pass(5000);
  assertHears(t, rooms[2]!, 500, 'opus', 2000);
  assertHears(t, rooms[2]!, 900, 'PCMU', 2000);
  assertHearsNot(t, rooms[0]!, 500, 'not itself');
  assertSteady(t, rooms[2]!, 'the listener', 160);
  const { sessions, sources } = statistics();
  t.ok(sessions.s0!.packetsLost > 30 && sessions.s0!.packetsLost < 70, `${sessions.s0!.packetsLost} lost`);
  const { playoutDelayMs } = sources.site0!;
  t.ok(playoutDelayMs > 50 && playoutDelayMs < 120, `${playoutDelayMs} ms of playout delay`);
});

void t.test('three talkers among fifty cost four encodes', async t => {
  const members = Array.from({ length: 50 }, (_, i) => ({
    codec: codecs.opus,
    hz: i < 3 ? 500 + i * 300 : null,
  }));
  const { rooms, plan, mixer, pass, statistics } = await meet(t, members);
  await mixer.setPlan(plan);
  await pass(1500);
  t.equal(statistics().encoders, 4);
  const listener = rooms[49]!;
  for (const hz of [500, 800, 1100]) assertHears(t, listener, hz, 'who is silent', 2500);
  assertHearsNot(t, rooms[0]!, 500, 'who talks');
  assertHears(t, rooms[0]!, 800, 'who talks', 2500);
});

void t.test(
  'who is silent shares an encoder with the others who are, and steps out of it to talk',
  async t => {
    const members = [700, null, null, null, 1500].map(hz => ({ codec: codecs.opus, hz }));
    const { rooms, plan, mixer, pass, statistics, talking } = await meet(t, members);
    const [first, , , , last] = rooms as [SyntheticRoom, ...SyntheticRoom[]];
    talking.clear();
    await mixer.setPlan(plan);
    await pass(300);
    t.equal(statistics().encoders, 1, 'nobody talks: one for all');
    talking.add(first);
    await pass(500);
    t.equal(statistics().encoders, 2);
    talking.add(last!);
    await pass(1500);
    t.equal(statistics().encoders, 3);
    for (const i of [1, 2, 3]) {
      assertHears(t, rooms[i]!, 700, `room ${i}`, 3500);
      assertHears(t, rooms[i]!, 1500, `room ${i}`, 3500);
    }
    assertHearsNot(t, first, 700, 'who talks');
    talking.clear();
    await pass(1900);
    t.equal(statistics().encoders, 1, 'and back again');
    rooms.forEach((room, i) => assertSteady(t, room, `room ${i}`, 960));
    t.equal(rooms[1]!.packets.length, 210, 'silence is sent too');
  },
);

void t.test('a single listener keeps its encoder when it begins to talk', async t => {
  const { plan, mixer, pass, statistics, talking, rooms } = await meet(t, [
    { codec: codecs.G722, hz: 500 },
    { codec: codecs.opus, hz: 900 },
  ]);
  talking.delete(rooms[0]!);
  await mixer.setPlan(plan);
  for (let i = 0; i < 3; i++) {
    await pass(400);
    t.equal(statistics().encoders, 2);
    talking.add(rooms[0]!);
  }
  assertHears(t, rooms[0]!, 900, 'G.722');
});

void t.test('a new plan does not touch what stays the same; members come and go', async t => {
  const { rooms, plan, mixer, pass, statistics } = await meet(t, [
    { codec: codecs.G722, hz: 500 },
    { codec: codecs.opus, hz: 900 },
    { codec: codecs.PCMU, hz: 1300 },
  ]);
  const two: ConferencePlan = {
    ...plan,
    sessions: plan.sessions.slice(0, 2),
    sources: plan.sources.slice(0, 2),
    outputs: plan.outputs.slice(0, 2),
  };
  await mixer.setPlan(two);
  await pass(600);
  for (let i = 0; i < 20; i++) {
    await mixer.setPlan(structuredClone(i % 2 ? two : plan));
    await pass(60);
  }
  t.equal(statistics().sessions.s2, undefined);
  await mixer.setPlan(plan);
  await pass(1500);
  assertHears(t, rooms[0]!, 1300, 'the first hears the new one');
  assertHears(t, rooms[2]!, 500, 'and the other way round');
  assertSteady(t, rooms[0]!, 'G722', 160);
  assertSteady(t, rooms[1]!, 'opus', 960);
  t.match(statistics().sources.site0, { concealed: 0 }, 'nothing was missed');

  const muted = structuredClone(plan);
  delete muted.sources[1]!.audio;
  await mixer.setPlan(muted);
  await pass(1100);
  assertHearsNot(t, rooms[0]!, 900, 'after muting');
  t.equal(statistics().sessions.s0!.malformed, 0);
  await mixer.remove('c');
  await mixer.setPlan(plan);
  await pass(1300);
  assertHears(t, rooms[0]!, 900, 'removed and come again on the same ports');
});

void t.test('mouths and ears are muted and made softer, each for itself and without clicks', async t => {
  const { rooms, plan, mixer, pass, statistics } = await meet(t, [
    { codec: codecs.PCMU, hz: 500 },
    { codec: codecs.PCMA, hz: 900 },
    { codec: codecs.PCMA, hz: null },
    { codec: codecs.PCMA, hz: null },
  ]);
  const [, , listener, other] = rooms as [SyntheticRoom, ...SyntheticRoom[]];
  await mixer.setPlan(plan);
  await pass(1500);
  assertHears(t, listener!, 500, 'at first');
  t.equal(statistics().encoders, 3);

  const softer = structuredClone(plan);
  softer.sources[0]!.gain = 0.5;
  softer.outputs[2]!.audio!.gain = 0.5;
  await mixer.setPlan(softer);
  await pass(1300);
  const near = (room: SyntheticRoom, hz: number, wanted: number) => {
    const amplitude = amplitudeAt(room.lastSecond(), hz);
    t.ok(Math.abs(amplitude / wanted - 1) < 0.15, `${hz} Hz at ${Math.round(amplitude)} for ${wanted}`);
  };
  near(other!, 500, 3000);
  near(other!, 900, 6000);
  near(listener!, 500, 1500);
  near(listener!, 900, 3000);
  near(rooms[1]!, 500, 3000);

  const muted = structuredClone(plan);
  muted.sources[0]!.gain = 0;
  muted.outputs[2]!.audio!.gain = 0;
  await mixer.setPlan(muted);
  await pass(1300);
  assertHearsNot(t, other!, 500, 'who listens to a muted mouth');
  assertHears(t, other!, 900, 'and yet the other');
  t.ok(audioLevel(listener!.lastSecond()) > 80, 'a muted ear hears nothing');
  assertHears(t, rooms[0]!, 900, 'who is muted hears');

  await mixer.setPlan(plan);
  await pass(1500);
  assertHears(t, listener!, 500, 'afterwards');
  assertHears(t, other!, 500, 'afterwards');
  t.equal(statistics().encoders, 3, 'and shares its encoder again');
  assertSteady(t, listener!, 'PCMA', 160);
  // The largest step between two samples is that of both tones, not of a click.
  const step = (2 * Math.PI * 6000 * (500 + 900)) / 48_000;
  for (const room of [listener!, other!]) {
    const heard = room.heard.slice(30);
    let largest = 0;
    let last = heard[0]![0]!;
    for (const pcm of heard) {
      for (const sample of pcm) {
        largest = Math.max(largest, Math.abs(sample - last));
        last = sample;
      }
    }
    t.ok(largest < step * 1.3, `${Math.round(largest)} between two samples, ${Math.round(step)} expected`);
  }
});

void t.test('a re-negotiated codec and hold change that session only', async t => {
  const { rooms, plan, mixer, pass } = await meet(t, [
    { codec: codecs.opus, hz: 500 },
    { codec: codecs.PCMU, hz: 900 },
  ]);
  await mixer.setPlan(plan);
  await pass(600);
  const held = structuredClone(plan);
  delete held.sessions[0]!.send;
  await mixer.setPlan(held);
  const before = rooms[0]!.packets.length;
  await pass(400);
  t.equal(rooms[0]!.packets.length, before, 'on hold nothing is sent');
  await mixer.setPlan(plan);
  await pass(1200);
  const last = rooms[0]!.packets[before - 1]!;
  const next = rooms[0]!.packets[before]!;
  t.ok(next.marker);
  t.equal(sequenceDelta(next.sequenceNumber, last.sequenceNumber), 1, 'numbers go on');
  t.equal(timestampDelta(next.timestamp, last.timestamp), 21 * 960, 'and so does time');
  const changed = structuredClone(plan);
  changed.sessions[1]!.send!.codec = codecs.PCMA;
  await mixer.setPlan(changed);
  await pass(100);
  t.equal(rooms[1]!.packets.at(-1)!.payloadType, 8);
  assertHears(t, rooms[0]!, 900, 'after hold');
  assertSteady(t, rooms[1]!, 'PCMU, then PCMA', 160);
});

void t.test('a transcode carries one source alone, with its level in the header', async t => {
  const { rooms, plan, mixer, pass, talking } = await meet(t, [
    { codec: codecs.PCMA, hz: 500 },
    { codec: codecs.G722, hz: 900 },
    { codec: codecs.opus, hz: null },
  ]);
  talking.clear();
  const toSfu = plan.sessions[2]!;
  toSfu.send!.audioLevelExtensionId = 10;
  delete toSfu.receive;
  await mixer.setPlan({
    ...plan,
    sources: plan.sources.slice(0, 2),
    outputs: plan.outputs.slice(0, 2),
    transcodes: [{ id: 't', siteId: 'site0', to: 's2' }],
  });
  await pass(300);
  t.equal(rooms[2]!.packets.at(-1)!.extension(10)![0], silentLevel, 'silence before anybody talks');
  await pass(2000);
  const { length } = rooms[2]!.packets;
  t.ok(
    length >= 14 && length <= 17,
    `a silent room is published by a frame now and then: ${length} in 2.3 s`,
  );
  rooms.forEach(room => talking.add(room));
  await pass(1500);
  assertHears(t, rooms[2]!, 500, 'the SFU');
  assertHearsNot(t, rooms[2]!, 900, 'the SFU');
  const level = rooms[2]!.packets.at(-1)!.extension(10)![0]!;
  t.ok(level >= (0x80 | 17) && level <= (0x80 | 19), 'voice, at -18 dBov');
  const spoken = rooms[2]!.packets.slice(-60);
  for (let i = 1; i < spoken.length; i++) {
    t.equal(timestampDelta(spoken[i]!.timestamp, spoken[i - 1]!.timestamp), 960);
    t.equal(spoken[i]!.marker, false);
  }
  t.ok(
    rooms[2]!.packets.slice(length, length + 2).some(packet => packet.marker),
    'speech after silence has the marker',
  );
});

void t.test('pictures learn which moment of the sender is being mixed', async t => {
  const { rooms, ports, plan, clock, mixer, pass, lipSync, talking } = await meet(t, [
    { codec: codecs.PCMU, hz: 500 },
  ]);
  const slot = LipSync.slotOf('c', 'site0');
  await mixer.setPlan(plan);
  const startMs = clock.at;
  await pass(500);
  t.equal(lipSync.read(slot), null, 'not before a sender report');
  // The sender's own clock: what the room said at `startMs` of ours was captured at noon.
  const noonMs = Date.UTC(2026, 10, 22, 12);
  rooms[0]!.sendRaw(
    ports[0]!,
    writeRtcp([
      {
        type: 'senderReport',
        ssrc: 1000,
        ntpTime: ntpFromWallMs(noonMs),
        rtpTimestamp: 0xffff_0000,
        packetCount: 0,
        octetCount: 0,
        blocks: [],
      },
    ]),
  );
  await pass(1000);
  const reading = lipSync.read(slot)!;
  const delayMs = reading.atMs - startMs - (reading.capturedMs - noonMs);
  t.ok(delayMs > 15 && delayMs < 65, `sound is mixed ${delayMs} ms after it was captured`);
  t.ok(Math.abs(lipSync.delayMs(slot, reading.capturedMs + 100, reading.atMs) - 100) < 0.01);
  talking.clear();
  await mixer.setPlan({ ...plan, sources: [] });
  t.equal(lipSync.read(slot), null, 'who is not mixed any more holds up no picture');
});

void t.test('keys are told once each; a taken port is told; the port given up is used again', async t => {
  const { rooms, ports, plan, clock, mixer, pass, digits, failed } = await meet(t, [
    { codec: codecs.PCMU, hz: 500 },
  ]);
  await mixer.setPlan(plan);
  for (const [key, timestamp] of [
    [5, 1000],
    [11, 9000],
  ] as const) {
    for (let duration = 160; duration <= 960; duration += 160) {
      const event = Buffer.from([key, (duration >= 640 ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]);
      rooms[0]!.send(ports[0]!, 101, event, timestamp, clock.at);
    }
  }
  await pass(60);
  t.same(digits, ['s0 5', 's0 #']);
  const second = structuredClone(plan);
  second.conferenceId = 'other';
  await mixer.setPlan(second);
  t.same(failed, ['s0']);
  await mixer.remove('c');
  await mixer.setPlan(second);
  t.same(failed, ['s0']);
});

void t.test('garbage and a stranger who talks on the same port are not heard', async t => {
  const { rooms, ports, plan, clock, mixer, pass, statistics } = await meet(t, [
    { codec: codecs.opus, hz: 500 },
    { codec: codecs.opus, hz: 900 },
  ]);
  await mixer.setPlan(plan);
  await pass(200);
  const random = new SeededRandom(72);
  const stranger = await SyntheticRoom.open(codecs.opus, new Tone(2000, 20_000));
  t.teardown(() => stranger.close());
  for (let i = 0; i < 100; i++) {
    for (let n = 0; n < 10; n++) stranger.sendRaw(ports[n % 2]!, random.bytes(random.below(1200)));
    stranger.sendOne(ports[0]!, clock.at);
    stranger.deliver(clock.at);
    await pass(20);
  }
  assertHears(t, rooms[1]!, 500, 'the other');
  assertHearsNot(t, rooms[1]!, 2000, 'the other');
  assertSteady(t, rooms[1]!, 'opus', 960);
  t.ok(statistics().sessions.s0!.malformed > 500, `${statistics().sessions.s0!.malformed} counted`);
});

void t.test('after the machine stood still, the output goes on in step with the clock', async t => {
  const { rooms, plan, clock, mixer, pass } = await meet(t, [
    { codec: codecs.opus, hz: 500 },
    { codec: codecs.PCMU, hz: 900 },
  ]);
  await mixer.setPlan(plan);
  await pass(400);
  clock.at += 300;
  await pass(400);
  assertSteady(t, rooms[0]!, '300 ms are made up for', 960);
  const before = rooms[0]!.packets.length;
  clock.at += 10_000;
  await pass(1500);
  const after = rooms[0]!.packets[before]!;
  t.ok(after.marker, '10 s are not');
  t.ok(rooms[0]!.packets.length - before < 80);
  assertHears(t, rooms[0]!, 900, 'then');
});

void t.test('the thread does the same, and tells what happens', async t => {
  const { rooms, ports, plan } = await invite(t, [
    { codec: codecs.opus, hz: 500 },
    { codec: codecs.PCMU, hz: 900 },
  ]);
  const thread = new AudioThread({ wallOffsetMs: measureWallOffsetMs(), lipSync: LipSync.allocate() });
  t.teardown(() => thread.close());
  const digits: string[] = [];
  let reports = 0;
  thread.events.on('dtmf', (conference, session, digit) => digits.push(`${conference} ${session} ${digit}`));
  thread.events.on('statistics', () => reports++);
  thread.setPlan(plan);
  const until = async (condition: () => boolean) => {
    for (let i = 0; !condition() && i < 1000; i++) await sleep(10);
  };
  await until(() => rooms[0]!.packets.length > 0);
  rooms[1]!.send(ports[1]!, 101, Buffer.from([1, 10, 0, 160]), 1000, 0);
  rooms.forEach((room, i) => room.talk(ports[i]!));
  await until(() => rooms[0]!.packets.length > 150 && digits.length > 0 && reports > 1);
  t.ok(amplitudeAt(rooms[0]!.lastSecond(), 900) > 2000, 'real time, whatever else the machine does');
  assertHearsNot(t, rooms[0]!, 500, 'not itself');
  t.same(digits, ['c s1 1']);
  t.ok(thread.statistics('c')!.sessions.s0!.packetsSent > 50);
  t.ok(thread.alive);
  await thread.close();
  const soFar = rooms[0]!.packets.length;
  await sleep(100);
  t.equal(rooms[0]!.packets.length, soFar);
});
