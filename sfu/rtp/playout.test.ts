import t from 'tap';
import { parseRtp, writeRtpHeader, type RtpPacket } from './packet.js';
import { Playout, type PlayoutStep } from './playout.js';
import { SeededRandom } from '../../testing/synthetic/seeded-random.js';

function packet(sequence: number, timestamp: number, payloadType = 0): RtpPacket {
  const data = Buffer.alloc(14);
  writeRtpHeader(data, false, payloadType, sequence & 0xffff, timestamp >>> 0, 7);
  return parseRtp(data)!;
}

interface Sent {
  packet: RtpPacket;
  arrivalMs: number;
}

/**
 * A listener that takes 20 ms each 20 ms and obeys `adjustment` by playing 5 ms more or less of a frame, as
 * time-stretching does. Packets have 20 ms at 8 kHz.
 */
function listen(playout: Playout, sent: Sent[], durationMs: number, startMs = 1000) {
  sent = [...sent].sort((a, b) => a.arrivalMs - b.arrivalMs);
  const steps: Record<PlayoutStep, number> = { packet: 0, lost: 0, pause: 0, empty: 0 };
  const heard: { index: number; atMs: number }[] = [];
  let queuedMs = 0;
  let next = 0;
  for (let nowMs = startMs; nowMs < startMs + durationMs; nowMs += 20) {
    while (next < sent.length && sent[next]!.arrivalMs <= nowMs) {
      playout.insert(sent[next]!.packet, sent[next]!.arrivalMs);
      next++;
    }
    for (let n = 0; queuedMs < 20 && n < 10; n++) {
      const step = playout.next(nowMs, queuedMs);
      steps[step]++;
      if (step === 'packet') {
        heard.push({ index: playout.packet!.sequenceNumber, atMs: nowMs + queuedMs });
        playout.advance(160);
        queuedMs += 20 + playout.adjustment * 5;
      } else {
        queuedMs += 20;
      }
    }
    queuedMs -= 20;
  }
  return { steps, heard };
}

function send(count: number, delayMs: (i: number) => number | null, drift = 1, first = 0): Sent[] {
  const sent: Sent[] = [];
  for (let i = 0; i < count; i++) {
    const delay = delayMs(i);
    if (delay === null) continue;
    sent.push({ packet: packet(first + i, 0xfffff000 + i * 160), arrivalMs: 1000 + i * 20 * drift + delay });
  }
  return sent;
}

void t.test('on a quiet network all is heard in order with little delay, across the wraps', async t => {
  const playout = new Playout({ clockRate: 8000 });
  const { steps, heard } = listen(
    playout,
    send(1000, () => 7, 1, 65000),
    20_500,
  );
  t.equal(heard.length, 1000);
  t.ok(heard.every(({ index }, i) => index === ((65000 + i) & 0xffff)));
  t.equal(steps.lost + steps.pause, 0);
  t.ok(playout.delayMs <= 45, `${playout.delayMs} ms`);
  t.match(playout, { lost: 0, late: 0, dropped: 0, duplicates: 0 });
});

void t.test('the delay follows the jitter up and down again, within its bounds', async t => {
  const random = new SeededRandom(31);
  const playout = new Playout({ clockRate: 8000, maxDelayMs: 200 });
  const rough = send(1500, i => (i < 1000 ? random.next() * 100 : 2));
  const { steps } = listen(playout, rough.slice(0, 1000), 20_000);
  t.ok(playout.targetMs >= 100 && playout.targetMs <= 140, `${playout.targetMs} ms for 100 ms of jitter`);
  t.ok(Math.abs(playout.delayMs - playout.targetMs) <= 30, `${playout.delayMs} ms`);
  t.ok(steps.packet > 960, `${steps.packet} of 1000 heard`);
  // 60 s later the rough times are forgotten.
  const calm: Sent[] = [];
  for (let i = 1000; i < 4000; i++)
    calm.push({ packet: packet(i, 0xfffff000 + i * 160), arrivalMs: 1000 + i * 20 + 2 });
  const after = listen(playout, calm, 60_500, 21_000);
  t.ok(playout.targetMs <= 40, `${playout.targetMs} ms`);
  t.ok(playout.delayMs <= 60, `${playout.delayMs} ms`);
  t.ok(after.steps.packet > 2980);
});

void t.test('lost packets are told one by one, and cost no more time than they had', async t => {
  const random = new SeededRandom(32);
  const playout = new Playout({ clockRate: 8000 });
  const sent = send(1000, () => (random.next() < 0.2 ? null : 5 + random.next() * 10));
  const { steps, heard } = listen(playout, sent, 20_500);
  t.equal(heard.length, sent.length, 'all that came is heard');
  const missing = sent.at(-1)!.packet.sequenceNumber - sent[0]!.packet.sequenceNumber + 1 - sent.length;
  t.equal(playout.lost, missing);
  t.ok(steps.lost + steps.empty >= missing, 'concealed, whether known as lost yet or not');
  const spread = heard.map(({ index, atMs }) => atMs - index * 20);
  t.ok(Math.max(...spread) - Math.min(...spread) <= 45, 'in time with the sender');
});

void t.test('after a stall of the network it goes on, and comes back to a short delay', async t => {
  const playout = new Playout({ clockRate: 8000, maxDelayMs: 200 });
  // Packets 200–229 are held up and come together 600 ms late at most.
  const sent = send(1500, i => (i >= 200 && i < 230 ? (230 - i) * 20 + 5 : 5));
  const { heard } = listen(playout, sent, 30_500);
  const after = heard.filter(({ index }) => index > 330).map(({ index, atMs }) => atMs - 1000 - index * 20);
  t.ok(Math.max(...after) < 250, `${Math.max(...after)} ms two seconds later`);
  t.ok(heard.length > 1460, `${heard.length} of 1500 heard`);
});

void t.test('pauses of the sender (DTX) are pauses, not losses', async t => {
  const playout = new Playout({ clockRate: 8000 });
  const sent: Sent[] = [];
  let sequence = 0;
  for (let i = 0; i < 1000; i++) {
    // Every second one second of speech and one of silence, its first 400 ms with a packet each 100 ms.
    if (i % 100 >= 50 && (i % 100 > 70 || i % 5 !== 0)) continue;
    sent.push({ packet: packet(sequence++, i * 160), arrivalMs: 1000 + i * 20 + 5 });
  }
  const { steps, heard } = listen(playout, sent, 20_500);
  t.equal(heard.length, sent.length);
  t.equal(steps.lost, 0);
  t.equal(playout.lost, 0);
});

void t.test('telephone events in between are neither lost nor heard', async t => {
  const playout = new Playout({ clockRate: 8000 });
  let nowMs = 1000;
  const heard: number[] = [];
  for (let i = 0; i < 50; i++, nowMs += 20) {
    if (i >= 20 && i < 25) playout.insertOther(packet(i, 20 * 160, 101));
    else playout.insert(packet(i, i * 160), nowMs);
    if (playout.next(nowMs, 0) === 'packet') {
      heard.push(playout.packet!.sequenceNumber);
      playout.advance(160);
    }
  }
  t.equal(playout.lost, 0);
  t.ok(heard.includes(19) && heard.includes(25) && heard.length > 40);
});

void t.test('a drifting clock is followed in both directions', async t => {
  for (const drift of [1.0005, 0.9995]) {
    const playout = new Playout({ clockRate: 8000 });
    // 500 ppm over 200 s are 100 ms.
    const sent = send(10_000, () => 5, drift);
    const { heard } = listen(playout, sent, 199_000);
    t.ok(playout.delayMs > 10 && playout.delayMs < 80, `${playout.delayMs} ms`);
    t.ok(heard.length > 9900, `${heard.length}`);
    t.match(playout, { late: 0, dropped: 0 });
  }
});

void t.test(
  'a jump of the timestamps, or their standing still, begins anew within half a second',
  async t => {
    for (const jump of [900_000, -900_000, -16_000]) {
      const playout = new Playout({ clockRate: 8000 });
      const sent: Sent[] = [];
      for (let i = 0; i < 200; i++) {
        const timestamp = 10_000_000 + i * 160 + (i >= 100 ? jump : 0);
        sent.push({ packet: packet(i, timestamp), arrivalMs: 1000 + i * 20 + 5 });
      }
      const { heard } = listen(playout, sent, 4000);
      t.ok(heard.filter(({ index }) => index >= 125).length >= 68, `jump of ${jump}`);
    }
  },
);

void t.test('whatever comes, it stays bounded and nothing is heard twice or throws', async t => {
  const random = new SeededRandom(33);
  const playout = new Playout({ clockRate: 8000 });
  let queuedMs = 0;
  for (let i = 0; i < 50_000; i++) {
    const nowMs = 1000 + i * 5;
    const wild = random.next() < 0.3;
    const sequence = wild ? random.below(65536) : i;
    const timestamp = wild ? random.below(0x100000000) : i * 40;
    if (random.next() < 0.1) playout.insertOther(packet(sequence, timestamp));
    else playout.insert(packet(sequence, timestamp), nowMs);
    for (queuedMs -= 5; queuedMs < 20;) {
      const step = playout.next(nowMs, queuedMs);
      if (step === 'empty') break;
      if (step === 'packet') playout.advance(40);
      queuedMs += step === 'packet' ? 5 : (playout.gapTicks / 8000) * 1000;
    }
    queuedMs = Math.max(0, queuedMs);
    if (playout.targetMs > 200) t.fail('beyond its bound');
  }
  t.ok(playout.lost + playout.late + playout.dropped > 0);
});
