import t from 'tap';
import {
  sequenceAdd,
  sequenceDelta,
  SequenceUnwrapper,
  timestampAdd,
  timestampDelta,
  TimestampUnwrapper,
} from './sequence.js';

void t.test('sequence numbers compare across 65535 to 0', async t => {
  t.equal(sequenceDelta(0, 65535), 1);
  t.equal(sequenceDelta(65535, 0), -1);
  t.equal(sequenceDelta(5, 65530), 11);
  t.equal(sequenceDelta(0x7fff, 0), 32767);
  t.equal(sequenceDelta(0x8000, 0), -32768, 'half the circle counts as behind');
  t.equal(sequenceAdd(65535, 1), 0);
  t.equal(sequenceAdd(0, -1), 65535);
});

void t.test('timestamps compare across 2^32', async t => {
  t.equal(timestampDelta(0, 0xffffffff), 1);
  t.equal(timestampDelta(0xfffffff0, 0x10), -32);
  t.equal(timestampDelta(0x90000000, 0x80000000), 0x10000000);
  t.equal(timestampAdd(0xffffffff, 960), 959);
  t.equal(timestampAdd(0, -1), 0xffffffff);
  t.equal(timestampAdd(7, 3 * 0x100000000 + 1), 8);
});

void t.test('unwrapped sequence numbers go on over many wraps, and back again', async t => {
  const sequence = new SequenceUnwrapper();
  let wrong = 0;
  for (let i = 65000; i < 400_000; i += 7) if (sequence.unwrap(i & 0xffff) !== i) wrong++;
  t.equal(wrong, 0);
  const other = new SequenceUnwrapper();
  t.equal(other.unwrap(1), 1);
  t.equal(other.unwrap(65535), -1, 'late ones from before the first are negative');
  t.equal(other.unwrap(2), 2);
  other.reset();
  t.equal(other.unwrap(65535), 65535);
});

void t.test('unwrapped timestamps go on over many wraps, with reordering', async t => {
  const timestamp = new TimestampUnwrapper();
  let expected = 0xfffff000;
  let wrong = 0;
  for (let i = 0; i < 10_000; i++, expected += 3_000_000) {
    if (timestamp.unwrap(expected >>> 0) !== expected) wrong++;
    if (timestamp.unwrap((expected - 3000) >>> 0) !== expected - 3000) wrong++;
  }
  t.equal(wrong, 0);
});
