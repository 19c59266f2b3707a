import t from 'tap';
import {
  formatBitrate,
  formatBytes,
  formatDateTime,
  formatDuration,
  formatFraction,
  formatMs,
} from './format.js';

void t.test('durations', async t => {
  t.equal(formatDuration(0), '0:00');
  t.equal(formatDuration(59_999), '0:59');
  t.equal(formatDuration(75_000), '1:15');
  t.equal(formatDuration(3_675_000), '1:01:15');
  t.equal(formatDuration(-5), '0:00', 'a clock that is behind');
});

void t.test('sizes and bit rates have the unit in which they are short', async t => {
  t.equal(formatBytes(0, 'en'), '0 B');
  t.equal(formatBytes(999, 'en'), '999 B');
  t.equal(formatBytes(1_234_567, 'en'), '1.2 MB');
  t.equal(formatBytes(999_999, 'en'), '1 MB');
  t.equal(formatBytes(768_000_000, 'zh-CN'), '768 MB');
  t.equal(formatBytes(5e15, 'en'), '5,000 TB');
  t.equal(formatBitrate(1_700_000, 'en'), '1.7 Mbit/s');
  t.equal(formatBitrate(64_000, 'en'), '64 kbit/s');
});

void t.test('parts of a hundred, and milliseconds that may be unknown', async t => {
  t.equal(formatFraction(0, 'en'), '0 %');
  t.equal(formatFraction(0.034, 'en'), '3.4 %');
  t.equal(formatFraction(0.25, 'en'), '25 %');
  t.equal(formatMs(12.6), '13 ms');
  t.equal(formatMs(null), '–');
});

void t.test('days and times as the language writes them', async t => {
  t.equal(formatDateTime('2026-11-22T23:05:00Z', 'en-GB', 'UTC'), '22 Nov 2026, 23:05');
  t.equal(formatDateTime('2026-11-22T23:05:00Z', 'zh-CN', 'Asia/Shanghai'), '2026年11月23日 07:05');
});
