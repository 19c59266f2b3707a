import t from 'tap';
import { parseRtp, writeRtpHeader, type RtpPacket } from './packet.js';
import { ReorderBuffer, type ReorderOptions } from './reorder-buffer.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';

function packet(sequence: number): RtpPacket {
  const data = Buffer.alloc(13);
  writeRtpHeader(data, false, 96, sequence & 0xffff, 0, 7);
  return parseRtp(data)!;
}

function buffer(options?: Partial<ReorderOptions>) {
  const out: number[] = [];
  return { out, buffer: new ReorderBuffer(given => out.push(given.sequenceNumber), options) };
}

void t.test('packets in order pass at once, across 65535 to 0', async t => {
  const { out, buffer: reorder } = buffer();
  for (let i = 65500; i < 65600; i++) {
    reorder.insert(packet(i), i);
    t.equal(out.at(-1), i & 0xffff);
  }
  t.match(reorder, { lost: 0, held: 0, late: 0, duplicates: 0 });
});

void t.test('swapped packets are put in order, duplicates dropped', async t => {
  const { out, buffer: reorder } = buffer();
  for (const i of [65534, 0, 65535, 0, 3, 2, 2, 1, 1, 4]) reorder.insert(packet(i), 1000);
  t.same(out, [65534, 65535, 0, 1, 2, 3, 4]);
  t.equal(reorder.duplicates + reorder.late, 3);
});

void t.test('a gap holds what follows for the time that was given, then counts as lost', async t => {
  const { out, buffer: reorder } = buffer({ maxWaitMs: 80 });
  for (const i of [10, 12, 13]) reorder.insert(packet(i), 1000);
  t.same(out, [10]);
  reorder.insert(packet(15), 1030);
  reorder.release(1079);
  t.same(out, [10]);
  reorder.release(1080);
  t.same(out, [10, 12, 13], 'the second gap has its own time');
  reorder.release(1110);
  t.same(out, [10, 12, 13, 15]);
  t.equal(reorder.lost, 2);
  reorder.insert(packet(11), 1111);
  t.same(out, [10, 12, 13, 15]);
  t.equal(reorder.late, 1);
});

void t.test(
  'missing packets are asked for after two others or a delay, again after a round trip, not for ever',
  async t => {
    const { buffer: reorder } = buffer({ maxWaitMs: 500, nackDelayMs: 20, nackIntervalMs: 40, maxNacks: 2 });
    const missing = (nowMs: number) => {
      const out: number[] = [];
      reorder.collectMissing(nowMs, out);
      return out;
    };
    reorder.insert(packet(1), 1000);
    reorder.insert(packet(3), 1000);
    t.same(missing(1001), []);
    reorder.insert(packet(4), 1002);
    t.same(missing(1002), [2]);
    t.same(missing(1003), []);
    reorder.insert(packet(6), 1010);
    t.same(missing(1029), [], 'one packet after it and not late yet');
    t.same(missing(1030), [5]);
    t.same(missing(1042), [2]);
    t.same(missing(1070), [5]);
    t.same(missing(1200), []);
    reorder.insert(packet(2), 1201);
    reorder.insert(packet(5), 1201);
    t.equal(reorder.held, 0);
  },
);

void t.test(
  'the wait follows the network: repairs take long, packets overtake, or nobody repairs',
  async t => {
    const repaired = buffer().buffer;
    t.equal(repaired.waitMs, 80);
    let nowMs = 1000;
    const lose = (reorder: ReorderBuffer, n: number, repairMs: number | null) => {
      for (const i of [0, 2, 3]) reorder.insert(packet(n * 4 + i), nowMs);
      reorder.collectMissing(nowMs, []);
      if (repairMs !== null) reorder.insert(packet(n * 4 + 1), (nowMs += repairMs));
      else reorder.release((nowMs += 1100));
    };
    for (let n = 0; n < 5; n++) lose(repaired, n, 50);
    t.ok(repaired.waitMs > 500 && repaired.waitMs < 650, `${repaired.waitMs}`);
    for (let n = 5; n < 80; n++) lose(repaired, n, null);
    t.equal(repaired.waitMs, 80, 'nobody answers any more');

    const slow = buffer().buffer;
    for (const i of [1, 3, 4]) slow.insert(packet(i), 1000);
    slow.release(1080);
    t.equal(slow.lost, 1);
    slow.insert(packet(2), 1500);
    t.ok(slow.waitMs > 500, `it came after 500 ms: ${slow.waitMs}`);
    for (let i = 5; i < 20_000; i++) slow.insert(packet(i), 1500 + i);
    t.equal(slow.waitMs, 80, 'forgotten');
  },
);

void t.test('requests that fall into a burst of losses are repeated until it is over', async t => {
  const { out, buffer: reorder } = buffer();
  const missing: number[] = [];
  let nowMs = 1000;
  // Repairs take 5 ms here, until the network loses everything for `outageMs`.
  const lose = (n: number, outageMs: number) => {
    for (const i of [0, 2, 3]) reorder.insert(packet(n * 4 + i), nowMs);
    for (const fromMs = nowMs; ; nowMs += 10) {
      missing.length = 0;
      reorder.collectMissing(nowMs, missing);
      if (missing.includes(n * 4 + 1) && nowMs >= fromMs + outageMs) break;
      reorder.release(nowMs);
      if (nowMs > fromMs + 2000) return;
    }
    reorder.insert(packet(n * 4 + 1), (nowMs += 5));
  };
  for (let n = 0; n < 20; n++) lose(n, 0);
  lose(20, 280);
  t.equal(reorder.lost, 0);
  t.equal(out.length, 84);
  lose(21, 400);
  t.equal(reorder.lost, 1, 'longer than bursts usually are');
  lose(22, 400);
  t.equal(reorder.lost, 1, 'that was learnt');
});

void t.test('a stray packet changes nothing, a sender that restarts is followed', async t => {
  const { out, buffer: reorder } = buffer({ capacity: 64 });
  for (const i of [100, 101, 103]) reorder.insert(packet(i), 1000);
  reorder.insert(packet(30000), 1001);
  t.same(out, [100, 101]);
  reorder.insert(packet(102), 1002);
  t.same(out, [100, 101, 102, 103]);
  for (const i of [40000, 40001, 40002]) reorder.insert(packet(i), 1003);
  t.same(out.slice(4), [40001, 40002]);
  t.equal(reorder.stray, 2);
});

void t.test(
  'what comes out ascends and is bounded, whatever order, loss and duplication there is',
  async t => {
    const random = new SeededRandom(16);
    const { out, buffer: reorder } = buffer({ capacity: 128, maxWaitMs: 50 });
    const sent: { at: number; sequence: number }[] = [];
    for (let i = 0; i < 20_000; i++) {
      if (random.next() < 0.1) continue;
      for (let n = random.next() < 0.05 ? 2 : 1; n > 0; n--)
        sent.push({ at: 1000 + i * 2 + random.next() * 40, sequence: 60_000 + i });
    }
    sent.sort((a, b) => a.at - b.at);
    let most = 0;
    for (const { at, sequence } of sent) {
      reorder.insert(packet(sequence), at);
      most = Math.max(most, reorder.held);
    }
    let descending = 0;
    for (let i = 1; i < out.length; i++) if (((out[i]! - out[i - 1]!) & 0xffff) > 1000) descending++;
    t.equal(descending, 0);
    t.ok(most <= 128);
    t.ok(out.length > 17_500, `${out.length} of about 18 000 came through`);
    t.ok(reorder.lost > 1500 && reorder.lost < 2500, `${reorder.lost} lost`);
  },
);
