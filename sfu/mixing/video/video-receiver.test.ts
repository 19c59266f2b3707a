import t from 'tap';
import { H264Encoder } from '../../codecs/h264-encoder.js';
import { Surface } from '../../codecs/surface.js';
import { H264Packetizer } from '../../rtp/h264-packetizer.js';
import { parseRtp, writeRtpHeader, type RtpPacket } from '../../rtp/packet.js';
import { SeededRandom } from '../../../testing/synthetic/seeded-random.js';
import { SenderClock } from '../../rtp/sender-clock.js';
import type { RtpCodec } from '../../rtp/session.js';
import { LipSync } from '../lip-sync.js';
import { TileMemory } from './tile-memory.js';
import { TileScaler } from './tile-scaler.js';
import { VideoReceiver } from './video-receiver.js';

const codec: RtpCodec = { name: 'H264', payloadType: 96, clockRate: 90_000, parameters: {} };

/** A sender and a receiver with a clock of their own: one picture each 33 ms, of growing brightness. */
class Link {
  nowMs = 1000;
  requests = 0;
  nacks: number[] = [];
  readonly lipSync = new LipSync(LipSync.allocate());
  readonly tile = TileMemory.allocate(160, 90);
  readonly receiver: VideoReceiver;
  readonly senderClock = new SenderClock(90_000);
  readonly #surface = Surface.allocate(320, 180);
  readonly #encoder = new H264Encoder({
    width: 320,
    height: 180,
    frameRate: 30,
    bitrate: 1_000_000,
    preset: 'ultrafast',
    profile: 'baseline',
    keyframeIntervalS: 0,
  });
  readonly #packetizer = new H264Packetizer(1, 300);
  #sequence = 65_530;
  #pictures = 0;
  #scaler = new TileScaler('H264');

  constructor(repairs = true) {
    const source = {
      senderClock: this.senderClock,
      repairs,
      requestKeyframe: () => void this.requests++,
      keyframeReceived: () => undefined,
      sendNack: (numbers: readonly number[]) => void this.nacks.push(...numbers),
    };
    this.receiver = new VideoReceiver(codec, source, this.#scaler, this.lipSync);
    const { memory, width, height } = this.tile;
    if (this.#scaler.setTiles([{ id: '1', memory, width, height, fit: 'letterbox' }]))
      this.receiver.awaitKeyframe();
  }

  get timestamp(): number {
    return this.#pictures * 3000;
  }

  /** The next picture's packets; not sent yet. */
  picture(luma: number, keyframe = false): RtpPacket[] {
    this.#surface.fill(luma, 128, 128);
    const random = new SeededRandom(luma);
    for (let n = 0; n < 4000; n++) this.#surface.planes[0][random.below(57_600)] = luma + random.below(30);
    if (keyframe) this.#encoder.requestKeyframe();
    const packets: RtpPacket[] = [];
    const timestamp = this.timestamp;
    const { data } = this.#encoder.encode(this.#surface, this.#pictures++)!;
    this.#packetizer.packetize(data, (payload, marker) => {
      const bytes = Buffer.alloc(12 + payload.length);
      writeRtpHeader(bytes, marker, 96, this.#sequence, timestamp, 7);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      payload.copy(bytes, 12);
      packets.push(parseRtp(bytes, this.nowMs)!);
    });
    return packets;
  }

  send(packets: RtpPacket[]): void {
    for (const packet of packets) this.receiver.onPacket(packet, this.nowMs);
  }

  pass(ms: number): void {
    for (let end = this.nowMs + ms; this.nowMs < end;) {
      this.nowMs += Math.min(10, end - this.nowMs);
      this.receiver.tick(this.nowMs);
    }
  }

  /** Brightness of what the tile shows, about. */
  get seen(): number {
    let luma = 0;
    this.tile.read(picture => (luma = picture.planes[0].reduce((sum, value) => sum + value, 0) / (160 * 90)));
    return luma;
  }
}

void t.test('who sends nothing again is not asked, and a copy that comes by itself is no repair', async t => {
  const link = new Link(false);
  link.send(link.picture(40, true));
  for (let n = 0; n < 30; n++) {
    link.pass(33);
    const [first, ...rest] = link.picture(50 + n);
    link.send(rest);
    link.pass(10);
    link.send([first!]);
  }
  t.same(link.nacks, []);
  link.pass(33);
  const before = link.requests;
  link.send(link.picture(90).slice(1));
  link.pass(33);
  link.send(link.picture(91));
  link.pass(100);
  t.ok(link.requests > before, 'given up after the usual wait, not after that for repairs');
});

void t.test('a keyframe is asked for at once, and what comes before it is not shown', async t => {
  const link = new Link();
  t.equal(link.requests, 1);
  link.picture(50); // the first keyframe, which nobody got
  link.send(link.picture(60));
  t.equal(link.tile.sequence, 0);
  t.ok(link.requests > 1);
  link.send(link.picture(70, true));
  t.equal(link.tile.sequence, 1);
  t.ok(link.tile.live);
});

void t.test('what is lost is asked for again, and nothing is missed when it comes', async t => {
  const link = new Link();
  link.send(link.picture(50));
  const before = link.requests;
  const packets = link.picture(100);
  const [lost] = packets.splice(2, 1);
  link.send(packets);
  link.pass(30);
  t.same(link.nacks, [lost!.sequenceNumber]);
  t.equal(link.tile.sequence, 1, 'it waits');
  link.send([lost!]);
  t.equal(link.tile.sequence, 2);
  t.ok(link.seen > 95);
  t.equal(link.requests, before);
});

void t.test('after a loss the last whole picture stands still until a keyframe comes', async t => {
  const link = new Link();
  link.send(link.picture(50));
  const whole = link.seen;
  const before = link.requests;
  link.send(link.picture(80).slice(0, -2));
  link.pass(33);
  for (let n = 0; n < 8; n++) {
    link.send(link.picture(90 + n));
    link.pass(33);
  }
  t.equal(link.seen, whole, 'no damaged picture');
  t.ok(link.requests > before);
  link.send(link.picture(150, true));
  t.ok(link.seen > 145);
});

void t.test('… but not for ever: a damaged picture that moves is better than none', async t => {
  const link = new Link();
  link.send(link.picture(50));
  link.send(link.picture(80).slice(0, -2));
  for (let n = 0; n < 40; n++) {
    link.send(link.picture(100 + n));
    link.pass(33);
  }
  t.ok(link.seen > 100, `shows ${Math.round(link.seen)}`);
});

void t.test('a sender that is silent for five seconds is not live; its next picture makes it so', async t => {
  const link = new Link();
  link.send(link.picture(50));
  link.pass(4_900);
  t.ok(link.tile.live);
  link.pass(200);
  t.notOk(link.tile.live);
  link.send(link.picture(60));
  t.ok(link.tile.live);
});

void t.test('a picture waits for its sound, in order, and not longer than 300 ms', async t => {
  const link = new Link();
  const slot = LipSync.slotOf('c', 's');
  link.receiver.soundOf = [slot];
  // Timestamp 0 was captured at 1 000 000 of the sender's clock; that sound is mixed 100 ms from now.
  link.senderClock.onSenderReport({ seconds: 2_208_988_800 + 1_000, fraction: 0 }, 0);
  link.lipSync.write(slot, 1_000_000, link.nowMs + 100);
  link.send(link.picture(50));
  t.equal(link.tile.sequence, 0);
  link.pass(90);
  t.equal(link.tile.sequence, 0);
  link.pass(20);
  t.equal(link.tile.sequence, 1);
  link.lipSync.write(slot, 1_000_000, link.nowMs + 5_000);
  link.send(link.picture(60));
  t.equal(link.tile.sequence, 2, 'a clock that is seconds off is not believed');
});

void t.test('a sender that begins anew is followed', async t => {
  const link = new Link();
  link.send(link.picture(50));
  link.picture(60);
  link.receiver.restart();
  link.send(link.picture(70));
  t.equal(link.tile.sequence, 1);
  link.send(link.picture(90, true));
  t.equal(link.tile.sequence, 2);
});

void t.test('mutated packets never throw', async t => {
  const link = new Link();
  const random = new SeededRandom(9);
  for (let n = 0; n < 150; n++) {
    const packets = link.picture(40 + n, n % 20 === 0);
    link.send(
      packets.flatMap(packet => {
        if (random.next() < 0.7) return [packet];
        const mutant = parseRtp(random.mutate(packet.buffer), link.nowMs);
        return mutant ? [mutant] : [];
      }),
    );
    link.pass(33);
  }
  link.receiver.restart();
  link.send(link.picture(200, true));
  t.ok(link.seen > 190);
});
