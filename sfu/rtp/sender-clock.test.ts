import t from 'tap';
import { ntpFromWallMs } from './ntp-time.js';
import { MediaClock, SenderClock } from './sender-clock.js';

const noonMs = Date.UTC(2026, 10, 22, 12);

void t.test('audio and video of one sender map to one wall clock, over a wrap too', async t => {
  const audio = new SenderClock(48000);
  const video = new SenderClock(90000);
  t.equal(audio.wallMs(5), null);
  audio.onSenderReport(ntpFromWallMs(noonMs), 0xffffff00);
  video.onSenderReport(ntpFromWallMs(noonMs + 700), 1000);
  const audioMs = audio.wallMs((0xffffff00 + 48000) >>> 0)!;
  const videoMs = video.wallMs(1000 + 27000)!;
  t.ok(Math.abs(audioMs - (noonMs + 1000)) < 0.01);
  t.ok(Math.abs(audioMs - videoMs) < 0.01, 'both 1 s after noon');
  t.ok(Math.abs(audio.wallMs(0xffffff00 - 480)! - (noonMs - 10)) < 0.01, 'the past too');
});

void t.test('a report without a clock is no mapping', async t => {
  const clock = new SenderClock(8000);
  clock.onSenderReport({ seconds: 0, fraction: 0 }, 1);
  t.equal(clock.wallMs(1), null);
});

void t.test('what a media clock reports, a sender clock turns back', async t => {
  const ours = new MediaClock(90000);
  t.equal(ours.started, false);
  ours.anchor(0xfffffff0, noonMs);
  const { ntpTime, rtpTimestamp } = ours.at(noonMs + 500);
  t.equal(rtpTimestamp, 45000 - 16);
  const theirs = new SenderClock(90000);
  theirs.onSenderReport(ntpTime, rtpTimestamp);
  t.ok(Math.abs(theirs.wallMs(0xfffffff0)! - noonMs) < 0.02);
});
