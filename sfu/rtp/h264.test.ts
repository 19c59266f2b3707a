import t from 'tap';
import type { EncodedFrame } from './encoded-frame.js';
import { H264Depacketizer } from './h264-depacketizer.js';
import { forEachNal } from './h264-nal.js';
import { H264Packetizer, maxSliceBytes } from './h264-packetizer.js';
import { parseRtp, writeRtpHeader, type RtpPacket } from './packet.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';

const sps = Buffer.from('6742c01ed900a02ff97011000003000100000300320f162e48', 'hex');
const pps = Buffer.from('68cb83cb20', 'hex');
const start = Buffer.from([0, 0, 0, 1]);

/** A NAL unit with random content, without start codes in it, as encoders make. */
function nal(random: SeededRandom, header: number, bytes: number, firstOfPicture = true): Buffer {
  const data = random.bytes(bytes);
  for (let i = 0; i < bytes; i++) if (data[i] === 0) data[i] = 1;
  data[0] = header;
  data[1] = firstOfPicture ? 0x88 : 0x40;
  return data;
}

const annexB = (...nals: Buffer[]) => Buffer.concat(nals.flatMap(unit => [start, unit]));

/** Packetizes access units as a sender does: numbered from `sequence`, 3000 ticks apart. */
function send(packetizer: H264Packetizer, accessUnits: Buffer[], sequence = 65530): RtpPacket[] {
  const packets: RtpPacket[] = [];
  accessUnits.forEach((unit, i) => {
    packetizer.packetize(unit, (payload, marker) => {
      const data = Buffer.alloc(12 + payload.length);
      writeRtpHeader(data, marker, 96, (sequence + packets.length) & 0xffff, (i * 3000) >>> 0, 7);
      payload.copy(data, 12);
      packets.push(parseRtp(data, i * 33)!);
    });
  });
  return packets;
}

function receive(packets: RtpPacket[], sprop?: string) {
  const frames: (EncodedFrame & { copy: Buffer })[] = [];
  const depacketizer = new H264Depacketizer(
    frame => frames.push({ ...frame, copy: Buffer.from(frame.data) }),
    sprop,
  );
  for (const packet of packets) depacketizer.push(packet);
  return { frames, depacketizer };
}

void t.test('access units of all sizes come back byte for byte, in both modes', async t => {
  for (const mode of [0, 1] as const) {
    const random = new SeededRandom(5);
    const units: Buffer[] = [];
    for (let i = 0; i < 60; i++) {
      const nals: Buffer[] = i % 20 === 0 ? [sps, pps] : [];
      const type = i % 20 === 0 ? 0x65 : 0x41;
      const limit = mode === 0 ? maxSliceBytes : 8000;
      for (let n = 0; n <= i % 4; n++) nals.push(nal(random, type, 3 + random.below(limit - 3), n === 0));
      units.push(annexB(...nals));
    }
    const packetizer = new H264Packetizer(mode);
    const packets = send(packetizer, units);
    t.ok(
      packets.every(packet => packet.buffer.length <= 1200),
      'no packet is larger than 1200 bytes',
    );
    t.equal(packets.filter(packet => packet.marker).length, units.length, 'one marker an access unit');
    const { frames, depacketizer } = receive(packets);
    t.same(
      frames.map(frame => frame.copy.equals(units[frame.timestamp / 3000]!)),
      units.map(() => true),
      `mode ${mode}`,
    );
    t.ok(
      frames.every((frame, i) => frame.complete && !frame.lossBefore && frame.keyframe === (i % 20 === 0)),
    );
    t.equal(depacketizer.malformed, 0);
    t.equal(packetizer.tooLarge, 0);
  }
});

void t.test('mode 0 sends single NAL units only, and counts what it cannot send', async t => {
  const random = new SeededRandom(6);
  const packetizer = new H264Packetizer(0);
  const packets = send(packetizer, [annexB(sps, pps, nal(random, 0x65, 1188), nal(random, 0x65, 1189))]);
  t.same(
    packets.map(packet => packet.payload[0]! & 0x1f),
    [7, 8, 5],
  );
  t.equal(packets.at(-1)!.marker, true, 'the last that is sent carries the marker');
  t.equal(packetizer.tooLarge, 1);
});

void t.test('mode 1 joins SPS and PPS into a STAP-A and splits into FU-A as RFC 6184 draws them', async t => {
  const random = new SeededRandom(7);
  const packets = send(new H264Packetizer(1), [annexB(sps, pps, nal(random, 0x65, 3000))]);
  const first = packets[0]!.payload;
  t.equal(first[0], 0x60 | 24);
  t.equal(first.readUInt16BE(1), sps.length);
  t.ok(first.subarray(3, 3 + sps.length).equals(sps));
  const fragments = packets.slice(1).map(packet => packet.payload);
  t.same(
    fragments.map(payload => payload[0]),
    [0x7c, 0x7c, 0x7c],
  );
  t.same(
    fragments.map(payload => payload[1]),
    [0x85, 0x05, 0x45],
  );
});

void t.test('IDR pictures without parameters get the last ones, on sending and on receiving', async t => {
  const random = new SeededRandom(8);
  const idr = nal(random, 0x65, 500);
  const packetizer = new H264Packetizer(1);
  const { frames } = receive(send(packetizer, [annexB(sps, pps, idr), annexB(idr)]));
  t.same(
    frames.map(frame => frame.copy.equals(annexB(sps, pps, idr))),
    [true, true],
  );

  const bare = send(new H264Packetizer(1), [annexB(idr)]);
  const sprop = `${sps.toString('base64')},${pps.toString('base64')}`;
  t.ok(receive(bare, sprop).frames[0]!.copy.equals(annexB(sps, pps, idr)), 'from sprop-parameter-sets');
  t.ok(receive(bare).frames[0]!.copy.equals(annexB(idr)), 'none known: as it came');
});

void t.test('loss marks the access units it touches, and only those', async t => {
  const random = new SeededRandom(9);
  const units = Array.from({ length: 6 }, () => annexB(nal(random, 0x41, 5000)));
  const packets = send(new H264Packetizer(1), units, 0);
  t.equal(packets.length, 30);
  const received = (...lost: number[]) => receive(packets.filter((_, i) => !lost.includes(i))).frames;
  const without = (...lost: number[]) =>
    received(...lost).map(frame => [frame.timestamp / 3000, frame.complete, frame.lossBefore]);
  const fine = (n: number) => [n, true, false];
  // In the middle of one: its slice goes as far as the loss.
  t.same(without(12), [fine(0), fine(1), [2, false, true], fine(3), fine(4), fine(5)]);
  t.ok(
    received(12)[2]!.copy.equals(units[2]!.subarray(0, received(12)[2]!.copy.length)),
    'no byte beyond it',
  );
  // The last packet, with the marker: the next one's beginning is seen, so it is complete.
  t.same(without(14), [fine(0), fine(1), [2, false, false], [3, true, true], fine(4), fine(5)]);
  // The first packet: nothing of its only NAL unit can be used, and the next one tells of the loss.
  t.same(without(10), [fine(0), fine(1), [3, true, true], fine(4), fine(5)]);
  // A whole access unit.
  t.same(without(10, 11, 12, 13, 14), [fine(0), fine(1), [3, true, true], fine(4), fine(5)]);
});

void t.test('of several slices the ones that came are given out as incomplete', async t => {
  const random = new SeededRandom(10);
  const slices = [0, 1, 2].map(n => nal(random, 0x41, 900, n === 0));
  const packets = send(new H264Packetizer(0), [annexB(...slices), annexB(...slices)], 0);
  const head = receive(packets.filter((_, i) => i !== 3)).frames;
  t.same(
    head.map(frame => frame.complete),
    [true, false],
    'a lost head is noticed',
  );
  const middle = receive(packets.filter((_, i) => i !== 1)).frames;
  t.same(
    middle.map(frame => [frame.complete, frame.lossBefore]),
    [
      [false, true],
      [true, false],
    ],
  );
  t.ok(middle[0]!.copy.equals(annexB(slices[0]!, slices[2]!)));
});

void t.test('an access unit whose marker is missing ends with the next timestamp', async t => {
  const random = new SeededRandom(11);
  const units = [annexB(nal(random, 0x41, 100)), annexB(nal(random, 0x41, 100))];
  const packets = send(new H264Packetizer(1), units).map(packet => {
    packet.buffer[1]! &= 0x7f;
    return parseRtp(packet.buffer)!;
  });
  const { frames } = receive(packets);
  t.equal(frames.length, 1);
  t.ok(frames[0]!.complete);
});

void t.test('the NAL units of an Annex B stream are found behind either start code', async t => {
  const found: string[] = [];
  const data = Buffer.from('000000016742000003' + '00000168ce' + '0000000001' + '65880000' + '000001', 'hex');
  forEachNal(data, (from, to) => found.push(data.toString('hex', from, to)));
  t.same(found, ['6742000003', '68ce', '6588']);
  forEachNal(Buffer.alloc(2), () => t.fail('nothing there'));
});

void t.test('broken and random payloads never throw; frames stay bounded and are flagged', async t => {
  const random = new SeededRandom(12);
  const valid = send(
    new H264Packetizer(1),
    Array.from({ length: 30 }, (_, i) => annexB(sps, pps, nal(random, i % 5 ? 0x41 : 0x65, 200 + i * 150))),
  );
  const { depacketizer } = receive([]);
  let malformedBefore = 0;
  for (let round = 0; round < 300; round++) {
    for (const packet of valid) {
      const data = random.next() < 0.5 ? random.mutate(packet.buffer) : packet.buffer;
      if (random.next() < 0.1) continue;
      const parsed = parseRtp(data);
      if (parsed) depacketizer.push(parsed);
    }
    if (round === 0) malformedBefore = depacketizer.malformed;
  }
  t.ok(depacketizer.malformed > malformedBefore, `${depacketizer.malformed} counted`);
});
