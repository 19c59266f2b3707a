import t from 'tap';
import { formatCsv, parseCsv } from './csv.js';

void t.test('what is written is read back', async t => {
  const rows = [
    ['name', 'text'],
    ['手术室 "3"', 'a,b\r\nc'],
    ['=1+1', '+86 10 1234'],
    ['-cmd|x', '@x'],
    ['', 'end'],
  ];
  t.same(parseCsv(formatCsv(rows)), rows);
  t.equal(formatCsv([['a', 'b"c', '=1+1', '+8610']]), `a,"b""c",'=1+1,+8610\r\n`);
});

void t.test('lines end as they like; blank ones and a byte-order mark are not data', async t => {
  t.same(parseCsv('\ufeffa,b\n1,2\r3,\r\n\r\n4,"5"'), [
    ['a', 'b'],
    ['1', '2'],
    ['3', ''],
    ['4', '5'],
  ]);
  t.same(parseCsv(''), []);
  t.same(parseCsv('a,'), [['a', '']]);
});

void t.test('what is no CSV is not read in part', async t => {
  for (const text of ['a,"b', '"a"b', 'a"b', '"a""', 'a\nb,"']) t.equal(parseCsv(text), undefined, text);
});
