import t from 'tap';
import { Reception } from './reception.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';

void t.test(
  'losses are counted across 65535 to 0, as fraction since the last report and in total',
  async t => {
    const reception = new Reception(5, 8000);
    for (let i = 0; i < 100; i++) {
      if (i % 10 === 9) continue;
      reception.onPacket((65500 + i) & 0xffff, i * 160, 1000 + i * 20, 172);
    }
    // The last of the hundred is lost too, but nobody knows yet.
    t.equal(reception.expected, 99);
    t.equal(reception.lost, 9);
    let block = reception.reportBlock(3000);
    t.match(block, { ssrc: 5, cumulativeLost: 9, fractionLost: Math.floor((9 * 256) / 99), jitter: 0 });
    t.equal(block.highestSequence, 65500 + 98, 'extended');
    for (let i = 100; i < 120; i++) reception.onPacket((65500 + i) & 0xffff, i * 160, 1000 + i * 20, 172);
    block = reception.reportBlock(4000);
    t.match(block, { cumulativeLost: 10, fractionLost: Math.floor((1 * 256) / 21) });
    t.equal(reception.packets, 110);
    t.equal(reception.bytes, 110 * 172);
  },
);

void t.test('late packets fill their gap, duplicates make the loss negative', async t => {
  const reception = new Reception(5, 8000);
  for (const sequence of [10, 11, 13, 12, 13, 13]) reception.onPacket(sequence, 0, 1, 12);
  t.equal(reception.lost, -2);
  t.match(reception.reportBlock(0), { fractionLost: 0, cumulativeLost: -2 });
});

void t.test('a stray packet is ignored, a restarted sender is followed', async t => {
  const reception = new Reception(5, 8000);
  for (let i = 0; i < 10; i++) t.ok(reception.onPacket(100 + i, i * 160, 1 + i * 20, 12));
  t.notOk(reception.onPacket(40000, 0, 300, 12));
  t.equal(reception.expected, 10);
  t.ok(reception.onPacket(110, 1600, 301, 12));
  t.notOk(reception.onPacket(50000, 5, 320, 12));
  t.ok(reception.onPacket(50001, 165, 340, 12));
  t.ok(reception.onPacket(50002, 325, 360, 12));
  t.equal(reception.expected, 2);
  t.equal(reception.lost, 0);
});

void t.test('jitter converges to the mean deviation of neighbours', async t => {
  const random = new SeededRandom(3);
  const reception = new Reception(5, 48000);
  for (let i = 0; i < 2000; i++)
    reception.onPacket(i, (i * 960) >>> 0, 1000 + i * 20 + random.next() * 30, 12);
  // |a - b| of two uniform numbers of 0–30 ms is 10 ms on average.
  t.ok(Math.abs(reception.jitterMs - 10) < 4, `${reception.jitterMs} ms`);
});

void t.test('LSR and DLSR tell when the last sender report came', async t => {
  const reception = new Reception(5, 8000);
  t.match(reception.reportBlock(0), { lastSenderReport: 0, delaySinceLastSenderReport: 0 });
  reception.onSenderReport({ seconds: 0xaaaa1234, fraction: 0x5678bbbb }, 1000);
  t.match(reception.reportBlock(1500), { lastSenderReport: 0x12345678, delaySinceLastSenderReport: 32768 });
});
