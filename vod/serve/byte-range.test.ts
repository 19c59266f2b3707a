import t from 'tap';
import { parseByteRange } from './byte-range.js';

void t.test('ranges of something of 100 bytes (RFC 9110 §14)', async t => {
  const cases: [string | undefined, ReturnType<typeof parseByteRange>][] = [
    [undefined, undefined],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=90-1000', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['BYTES=99-99', { start: 99, end: 99 }],
    ['bytes=100-', null],
    ['bytes=100-200', null],
    ['bytes=-0', null],
    ['bytes=9-0', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,5-6', undefined],
    ['items=0-1', undefined],
    ['bytes=1e3-', undefined],
    ['bytes=99999999999999999999-', undefined],
  ];
  for (const [header, expected] of cases) t.same(parseByteRange(header, 100), expected, header ?? 'none');
  t.equal(parseByteRange('bytes=0-', 0), null);
  t.equal(parseByteRange('bytes=-5', 0), null);
});
