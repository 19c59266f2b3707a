import t from 'tap';
import { ntpFromWallMs } from '../../sfu/rtp/ntp-time.js';
import { timestampAdd } from '../../sfu/rtp/sequence.js';
import { SharedClock, StreamClock } from './stream-clock.js';

/** The sender's wall clock is ahead of ours by so much. */
const aheadMs = 1_700_000_000_000;

/** A stream whose timestamp `base` was captured at our time 0. */
function stream(shared: SharedClock, clockRate: number, base: number) {
  const clock = new StreamClock(clockRate, shared);
  const timestampAt = (capturedMs: number): number =>
    timestampAdd(base, Math.round((capturedMs * clockRate) / 1000));
  return {
    clock,
    packet: (capturedMs: number, delayMs: number) =>
      clock.onPacket(timestampAt(capturedMs), capturedMs + delayMs),
    report: (capturedMs: number, delayMs = 1, errorMs = 0) =>
      clock.onSenderReport(
        ntpFromWallMs(aheadMs + capturedMs + errorMs),
        timestampAt(capturedMs),
        capturedMs + delayMs,
      ),
    timeOf: (capturedMs: number) => clock.timeMs(timestampAt(capturedMs)),
  };
}

void t.test(
  'before reports the fastest packet tells the time; with them two streams are in step',
  async t => {
    const shared = new SharedClock();
    const video = stream(shared, 90_000, 0xffffff00);
    const audio = stream(shared, 48_000, 17);
    video.packet(0, 240);
    video.packet(33, 200);
    video.packet(66, 230);
    audio.packet(0, 5);
    t.equal(Math.round(video.timeOf(0)), 200);
    t.equal(video.clock.settled, false);
    video.report(100);
    audio.report(100, 30);
    t.equal(video.clock.settled && audio.clock.settled, true);
    const difference = video.timeOf(5000) - audio.timeOf(5000);
    t.ok(Math.abs(difference) < 0.1, `${difference} ms apart`);
    t.ok(Math.abs(video.timeOf(5000) - 5001) < 0.1, 'and on our clock');
  },
);

void t.test(
  'what came late at first does not shift the recording: the fastest packet does, until it is fixed',
  async t => {
    const shared = new SharedClock();
    const video = stream(shared, 90_000, 0);
    video.report(0, 600);
    t.equal(Math.round(video.timeOf(0)), 600, 'we were busy');
    video.packet(100, 4);
    t.equal(Math.round(video.timeOf(0)), 4);
    shared.fix();
    video.packet(200, 1);
    t.equal(Math.round(video.timeOf(0)), 4);
  },
);

void t.test('one wrong report changes nothing; drift is followed in small steps', async t => {
  const shared = new SharedClock();
  const video = stream(shared, 90_000, 0);
  for (let second = 0; second < 4; second++) video.report(second * 1000);
  video.report(4000, 1, 300);
  t.ok(Math.abs(video.timeOf(5000) - 5001) < 1, 'an outlier');
  let before = video.timeOf(5000) - 5000;
  for (let second = 5; second < 30; second++) {
    video.report(second * 1000, 1, 40);
    const late = video.timeOf(second * 1000 + 999) - (second * 1000 + 999);
    t.ok(Math.abs(late - before) <= 5.01, `a step of ${late - before} ms`);
    before = late;
  }
  t.ok(Math.abs(before - 41) <= 8.1, `followed to ${before} ms`);
});

void t.test('a recording that began on a bad first report comes into step without a jump', async t => {
  const shared = new SharedClock();
  const video = stream(shared, 90_000, 0);
  video.report(0, 1, -100);
  shared.fix();
  const startedAt = video.timeOf(0);
  video.report(1000, 1, 0);
  let before = video.timeOf(1000);
  for (let frame = 31; frame < 130; frame++) {
    const now = video.timeOf((frame * 1000) / 30);
    t.ok(Math.abs(now - before - 1000 / 30) < 1.5, `${now - before} ms from frame to frame`);
    before = now;
  }
  t.equal(Math.round(video.timeOf(5000) - startedAt), 5100);
});

void t.test('a sender that restarts its timestamps is followed at once', async t => {
  const shared = new SharedClock();
  const audio = stream(shared, 48_000, 0);
  audio.packet(0, 2);
  audio.report(0, 2);
  const clock = audio.clock;
  clock.onPacket(0x7000_0000, 10_000);
  t.equal(clock.counts.restarts, 1);
  t.equal(clock.settled, false);
  t.equal(Math.round(clock.timeMs(0x7000_0000 + 480)), 10_010);
  t.equal(clock.counts.refused, 0);
  clock.onSenderReport(ntpFromWallMs(aheadMs + 50_000), 0x7000_0000, 10_001);
  t.equal(clock.counts.refused, 0, 'another clock altogether is another sender');
});

void t.test('timestamps go on over 2^32, through hours', async t => {
  const shared = new SharedClock();
  const video = stream(shared, 90_000, 0);
  video.report(0, 1);
  for (let hour = 0; hour < 30; hour++) {
    for (let minute = 0; minute < 60; minute += 20) video.packet((hour * 60 + minute) * 60_000, 1);
    t.ok(Math.abs(video.timeOf(hour * 3_600_000) - hour * 3_600_000 - 1) < 1, `hour ${hour}`);
  }
});

void t.test('a report without a clock says nothing', async t => {
  const clock = new StreamClock(90_000, new SharedClock());
  clock.onPacket(0, 5);
  clock.onSenderReport({ seconds: 0, fraction: 0 }, 0, 6);
  t.equal(clock.settled, false);
});
