import t from 'tap';
import type { EncodedFrame } from './encoded-frame.js';
import { parseRtp, writeRtpHeader, type RtpPacket } from './packet.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { Vp8Depacketizer } from './vp8-depacketizer.js';

/** The forms of a payload descriptor (RFC 7741 §4.2), without S; PictureID with 15 and with 7 bits. */
const descriptors = [
  '00',
  '8080ff00',
  '808005',
  '80c0812305',
  '80f08123a045',
  '8020c0',
  '8010a0',
  '804011',
].map(hex => Buffer.from(hex, 'hex'));

function frameBytes(random: SeededRandom, bytes: number, keyframe: boolean): Buffer {
  const data = random.bytes(bytes);
  data[0] = keyframe ? data[0]! & 0xfe : data[0]! | 1;
  // 1280×720, scale bits set: they are not part of the size.
  if (keyframe) Buffer.from('9d012a0045d042', 'hex').copy(data, 3);
  return data;
}

function send(frames: Buffer[], descriptor: Buffer, sequence = 65533): RtpPacket[] {
  const packets: RtpPacket[] = [];
  frames.forEach((frame, i) => {
    for (let at = 0; at < frame.length; at += 1000) {
      const head = Buffer.from(descriptor);
      if (at === 0) head[0]! |= 0x10;
      const data = Buffer.concat([Buffer.alloc(12), head, frame.subarray(at, at + 1000)]);
      const marker = at + 1000 >= frame.length;
      writeRtpHeader(data, marker, 97, (sequence + packets.length) & 0xffff, i * 3000, 7);
      packets.push(parseRtp(data)!);
    }
  });
  return packets;
}

function receive(packets: RtpPacket[]) {
  const frames: (EncodedFrame & { copy: Buffer })[] = [];
  const depacketizer = new Vp8Depacketizer(frame => frames.push({ ...frame, copy: Buffer.from(frame.data) }));
  for (const packet of packets) depacketizer.push(packet);
  return { frames, depacketizer };
}

void t.test('frames come back byte for byte behind every form of descriptor', async t => {
  const random = new SeededRandom(13);
  const frames = [5000, 900, 2000, 20].map((bytes, i) => frameBytes(random, bytes, i === 0));
  for (const descriptor of descriptors) {
    const { frames: got, depacketizer } = receive(send(frames, descriptor));
    t.ok(
      got.every((frame, i) => frame.copy.equals(frames[i]!) && frame.complete && !frame.lossBefore),
      descriptor.toString('hex'),
    );
    t.same(
      got.map(frame => frame.keyframe),
      [true, false, false, false],
    );
    t.match(depacketizer, { width: 1280, height: 720, malformed: 0 });
  }
});

void t.test('loss marks what it touches: head, middle, tail, whole', async t => {
  const random = new SeededRandom(14);
  const packets = send(
    [1, 1, 1].map(() => frameBytes(random, 3000, false)),
    descriptors[0]!,
    0,
  );
  const without = (...lost: number[]) =>
    receive(packets.filter((_, i) => !lost.includes(i))).frames.map(frame => [
      frame.timestamp / 3000,
      frame.complete,
      frame.lossBefore,
    ]);
  t.same(
    without(3),
    [
      [0, true, false],
      [2, true, true],
    ],
    'without its head nothing is given out',
  );
  t.same(without(4), [
    [0, true, false],
    [1, false, true],
    [2, true, false],
  ]);
  t.same(without(5), [
    [0, true, false],
    [1, false, false],
    [2, true, true],
  ]);
  t.same(without(3, 4, 5), [
    [0, true, false],
    [2, true, true],
  ]);
});

void t.test('broken and random payloads never throw', async t => {
  const random = new SeededRandom(15);
  const valid = send(
    Array.from({ length: 20 }, (_, i) => frameBytes(random, 50 + i * 200, i % 4 === 0)),
    descriptors[4]!,
  );
  const { depacketizer } = receive([]);
  for (let round = 0; round < 300; round++) {
    for (const packet of valid) {
      const data = random.next() < 0.5 ? random.mutate(packet.buffer) : packet.buffer;
      const parsed = parseRtp(data);
      if (parsed) depacketizer.push(parsed);
    }
  }
  t.ok(depacketizer.malformed > 0);
});
