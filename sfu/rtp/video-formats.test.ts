import t from 'tap';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';
import { FixedRateEncoder, type FixedRateCodec } from '../codecs/fixed-rate-encoder.js';
import { Surface } from '../codecs/surface.js';
import type { EncodedFrame } from './encoded-frame.js';
import { parseRtp, writeRtpHeader, type RtpPacket } from './packet.js';
import type { RtpCodec, VideoCodecName } from './session.js';
import { createVideoDepacketizer } from './video-depacketizer.js';
import { createVideoPacketizer } from './video-packetizer.js';

const codec = (name: VideoCodecName): RtpCodec => ({
  name,
  payloadType: 96,
  clockRate: 90_000,
  parameters: {},
});

/** Pictures of noise as frames, and as the packets that carry them. */
function pictures(name: FixedRateCodec, count: number): { frames: Buffer[]; packets: RtpPacket[][] } {
  const random = new SeededRandom(5);
  const surface = Surface.allocate(352, 288);
  const encoder = new FixedRateEncoder(name, { width: 352, height: 288, frameRate: 30, bitrate: 800_000 });
  const packetizer = createVideoPacketizer(name, 1);
  const [frames, packets]: [Buffer[], RtpPacket[][]] = [[], []];
  let sequence = 65_530;
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < 20_000; i++) surface.planes[0][random.below(352 * 288)] = 60 + random.below(120);
    const picture = encoder.encode(surface, n);
    if (!picture) continue;
    frames.push(picture.data);
    const own: RtpPacket[] = [];
    packetizer.packetize(picture.data, (payload, marker) => {
      const data = Buffer.alloc(12 + payload.length);
      writeRtpHeader(data, marker, 96, sequence++ & 0xffff, n * 3000, 7);
      payload.copy(data, 12);
      own.push(parseRtp(data, n * 33)!);
    });
    packets.push(own);
  }
  t.equal(packetizer.tooLarge, 0, `${name}: all could be carried`);
  encoder.close();
  return { frames, packets };
}

const made: FixedRateCodec[] = ['VP8', 'VP9', 'H263', 'H263-1998', 'H261'];

for (const name of made) {
  void t.test(`${name}: what is packetized comes out again, bit for bit; a loss is seen`, async t => {
    const { frames, packets } = pictures(name, 20);
    const out: EncodedFrame[] = [];
    const copy = (frame: EncodedFrame) => void out.push({ ...frame, data: Buffer.from(frame.data) });
    const depacketizer = createVideoDepacketizer(codec(name), copy);
    for (const packet of packets.flat()) depacketizer.push(packet);
    t.equal(out.length, frames.length);
    t.ok(
      out.every((frame, n) => frame.data.equals(frames[n]!) && frame.complete && !frame.lossBefore),
      'the same bytes',
    );
    t.ok(out[0]!.keyframe);
    if (name !== 'H261') t.notOk(out[1]!.keyframe);
    t.ok(
      packets.some(own => own.length > 1),
      'some pictures are several packets',
    );

    const lossy = createVideoDepacketizer(codec(name), copy);
    out.length = 0;
    const several = packets.findIndex((own, n) => n > 0 && own.length > 1);
    packets.forEach((own, n) =>
      own.forEach((packet, i) => (n === several && i === 0 ? 0 : lossy.push(packet))),
    );
    t.equal(
      out.findIndex(frame => !frame.complete || frame.lossBefore),
      several,
    );
    t.ok(out[several + 1]!.complete);
  });
}

const all: VideoCodecName[] = [...made, 'H264', 'H265'];

for (const name of all) {
  void t.test(`${name}: random, cut and changed payloads never throw`, async t => {
    const random = new SeededRandom(11);
    const depacketizer = createVideoDepacketizer(codec(name), frame => void frame.data.length);
    const real = name === 'H264' || name === 'H265' ? [] : pictures(name, 8).packets.flat();
    for (let n = 0; n < 20_000; n++) {
      const model = real[random.below(Math.max(1, real.length))];
      const payload =
        model && random.next() < 0.7 ? random.mutate(model.payload) : random.bytes(random.below(60));
      const data = Buffer.alloc(12 + payload.length);
      writeRtpHeader(data, random.next() < 0.3, 96, (n + random.below(2)) & 0xffff, (n >> 2) * 3000, 7);
      payload.copy(data, 12);
      depacketizer.push(parseRtp(data, n)!);
      if (n % 5000 === 0) depacketizer.reset();
    }
    t.ok(depacketizer.malformed > 0, `${depacketizer.malformed} counted`);
  });
}
