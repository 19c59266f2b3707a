import t from 'tap';
import { chinese } from './chinese.js';
import { english } from './english.js';
import { fill } from './translate.js';

const names = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '').sort();

void t.test('both languages have the same messages with the same parameters', async t => {
  t.same(Object.keys(chinese).sort(), Object.keys(english).sort());
  const different = Object.entries(english).filter(
    ([key, text]) => names(chinese[key as keyof typeof english]).join() !== names(text).join(),
  );
  t.same(different, []);
});

void t.test('no message is empty, and none was left in English', async t => {
  const same = new Set(['app.name', 'language.name']);
  t.same(
    Object.entries(english).filter(([, text]) => text.trim() === ''),
    [],
  );
  t.same(
    Object.entries(chinese).filter(([key, text]) => !same.has(key) && !/[\u4e00-\u9fff]/.test(text)),
    [],
  );
});

void t.test('parameters are filled in; unknown ones stay to be seen', async t => {
  t.equal(fill('{name} of {name}: {count}', { name: 'A', count: 0 }), 'A of A: 0');
  t.equal(fill('{name}'), '{name}');
});
