import dgram from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { rtpHeaderBytes, writeRtpHeader, type RtpPacket } from '../../sfu/rtp/packet.js';
import { isRtcp, parseRtcp, writeRtcp, type RtcpPacket } from '../../sfu/rtp/rtcp.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import type { RtpSession } from '../../sfu/rtp/session.js';
import { RtpIntake } from './rtp-intake.js';
import { VideoIntake } from './video-intake.js';

const loopback = '127.0.0.1';
const ssrc = 0xabcdef01;

async function bind(): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4');
  await new Promise<void>(resolve => socket.bind(0, loopback, () => resolve()));
  return socket;
}

function packet(
  sequence: number,
  payload = 'x',
  options: { ssrc?: number; payloadType?: number } = {},
): Buffer {
  const bytes = Buffer.alloc(rtpHeaderBytes + payload.length);
  writeRtpHeader(
    bytes,
    true,
    options.payloadType ?? 102,
    sequence & 0xffff,
    sequence * 3000,
    options.ssrc ?? ssrc,
  );
  bytes.write(payload, rtpHeaderBytes);
  return bytes;
}

async function setUp(t: Test, told: { ssrc?: number } = { ssrc }) {
  const sender = await bind();
  const probe = await bind();
  const { port } = probe.address();
  await new Promise<void>(resolve => probe.close(() => resolve()));
  const remotePort = sender.address().port;
  const session: RtpSession = {
    id: 'v',
    kind: 'video',
    local: { address: loopback, port, rtcpPort: port },
    remote: { address: loopback, port: remotePort, rtcpPort: remotePort },
    symmetric: false,
    receive: { codec: { name: 'H264', payloadType: 102, clockRate: 90_000, parameters: {} }, ...told },
    feedback: { nack: true, pli: true, fir: true },
  };
  const seen = { packets: [] as RtpPacket[], reports: 0, restarts: 0, feedback: [] as RtcpPacket[] };
  sender.on('message', data => isRtcp(data) && seen.feedback.push(...(parseRtcp(data) ?? [])));
  const intake = await RtpIntake.open(session, {
    arrived: () => undefined,
    packet: each => seen.packets.push(each),
    senderReport: () => seen.reports++,
    restarted: () => seen.restarts++,
  });
  t.teardown(async () => {
    sender.close();
    await intake.close();
  });
  const send = (data: Buffer, socket = sender): void => socket.send(data, port, loopback);
  return { intake, session, sender, seen, send };
}

void t.test('packets in order, from the sender alone, of the stream alone', async t => {
  const { intake, seen, send } = await setUp(t);
  const stranger = await bind();
  send(packet(65_535));
  send(packet(65_537));
  send(packet(65_536));
  send(packet(65_538), stranger);
  send(packet(65_538, 'x', { ssrc: 5 }));
  send(packet(65_538, 'x', { payloadType: 96 }));
  send(Buffer.from('no RTP'));
  await sleep(100);
  stranger.close();
  t.same(
    seen.packets.map(each => each.sequenceNumber),
    [65_535, 0, 1],
  );
  t.match(intake.counts, { foreign: 1, otherStream: 2, malformed: 1 });
  t.same([seen.restarts, intake.packetsLost], [0, 0]);
});

void t.test(
  'reports go out at once and each second, requests for keyframes not too often, NACKs for gaps',
  async t => {
    const { intake, seen, send } = await setUp(t);
    const beganMs = performance.now();
    intake.tick(beganMs);
    for (let n = 0; n < 10; n++) intake.requestKeyframe(beganMs + n * 20);
    send(packet(1));
    send(packet(4));
    await sleep(60);
    intake.tick(performance.now());
    await sleep(60);
    t.equal(seen.feedback.filter(each => each.type === 'pictureLoss').length, 1);
    t.match(
      seen.feedback.find(each => each.type === 'nack'),
      { mediaSsrc: ssrc, sequenceNumbers: [2, 3] },
    );
    t.equal(seen.feedback[0]?.type, 'receiverReport');
    intake.tick(performance.now() + 1001);
    await sleep(50);
    const report = seen.feedback.findLast(each => each.type === 'receiverReport');
    t.match(report, { blocks: [{ ssrc, highestSequence: 4 }] });
    intake.tick(performance.now() + 1200);
    t.same(
      seen.packets.map(each => each.sequenceNumber),
      [1, 4],
      'the gap is given up',
    );
    t.equal(intake.packetsLost, 2);
  },
);

void t.test('sender reports of the stream are passed on; the sender may be replaced', async t => {
  const { intake, session, seen, send } = await setUp(t);
  const report = (of: number): Buffer =>
    writeRtcp([
      {
        type: 'senderReport',
        ssrc: of,
        ntpTime: { seconds: 1, fraction: 2 },
        rtpTimestamp: 3,
        packetCount: 4,
        octetCount: 5,
        blocks: [],
      },
    ]);
  send(report(ssrc));
  send(report(7));
  await sleep(50);
  t.equal(seen.reports, 1);
  const other = await bind();
  const { port } = other.address();
  const remote = { address: loopback, port, rtcpPort: port };
  intake.update({ ...session, remote, receive: { ...session.receive!, ssrc: 7 } });
  t.equal(seen.restarts, 1);
  send(report(7), other);
  send(packet(9, 'x', { ssrc: 7 }), other);
  send(packet(10));
  await sleep(50);
  other.close();
  t.equal(seen.reports, 2);
  t.equal(seen.packets.length, 1);
  t.equal(intake.counts.foreign, 1);
});

void t.test('when no SSRC was told the newest stream is taken', async t => {
  const { seen, send } = await setUp(t, {});
  send(packet(1, 'x', { ssrc: 5 }));
  send(packet(7, 'x', { ssrc: 6 }));
  await sleep(50);
  t.equal(seen.packets.length, 2);
  t.equal(seen.restarts, 2);
});

void t.test('a port that is taken says so', async t => {
  const { session } = await setUp(t);
  const nobody = { arrived: () => 0, packet: () => 0, senderReport: () => 0, restarted: () => 0 };
  await t.rejects(RtpIntake.open(session, nobody), { code: 'EADDRINUSE' });
});

void t.test('random bytes from the sender itself are counted, and the stream goes on', async t => {
  const { intake, seen, send } = await setUp(t);
  const random = new SeededRandom(21);
  for (let round = 0; round < 3000; round++) {
    const bytes = Buffer.from(Array.from({ length: random.below(120) }, () => random.below(256)));
    // Half of them look like ours: RTP of the stream, or RTCP.
    if (round % 2 && bytes.length >= rtpHeaderBytes) {
      bytes[0] = 0x80 | (bytes[0]! & 0x3f);
      bytes[1] = round % 4 === 1 ? 102 : 200 + random.below(8);
      bytes.writeUInt32BE(ssrc, round % 4 === 1 ? 8 : 4);
    }
    send(bytes);
    if (round % 50 === 0) await sleep(1);
  }
  await sleep(50);
  intake.tick(performance.now() + 5000);
  const before = seen.packets.length;
  for (let sequence = 30_000; sequence < 30_010; sequence++) send(packet(sequence, 'fine'));
  await sleep(100);
  intake.tick(performance.now() + 10_000);
  const fine = seen.packets.slice(before).filter(each => each.payload.toString() === 'fine');
  t.ok(fine.length >= 8, `${fine.length} packets after it`);
  t.ok(intake.counts.malformed > 100, `${intake.counts.malformed} malformed`);
});

void t.test('random payloads never make a broken sample', async t => {
  const random = new SeededRandom(22);
  let samples = 0;
  const video = new VideoIntake({
    picture: ({ data }) => {
      samples++;
      let at = 0;
      while (at < data.length) at += 4 + data.readUInt32BE(at);
      if (at !== data.length) t.fail('lengths do not add up');
    },
    broken: () => undefined,
  });
  const { parseRtp } = await import('../../sfu/rtp/packet.js');
  const sps = Buffer.from('6742c01edaA02802DD80880000030008000003019478b175'.replace(/A/g, 'a'), 'hex');
  const pps = Buffer.from('68ce3c80', 'hex');
  for (let sequence = 0; sequence < 5000; sequence++) {
    const kind = random.below(6);
    const noise = Buffer.from(Array.from({ length: 1 + random.below(60) }, () => random.below(256)));
    const payload =
      kind === 0
        ? sps
        : kind === 1
          ? pps
          : kind === 2
            ? Buffer.concat([Buffer.from([0x65, 0x88]), noise])
            : noise;
    const bytes = Buffer.concat([packet(sequence, ''), payload]);
    bytes[1] = random.below(2) ? 102 : 102 | 0x80;
    const parsed = parseRtp(bytes);
    if (parsed) video.push(parsed);
  }
  t.ok(samples > 100, `${samples} samples`);
});
