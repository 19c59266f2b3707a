import fs from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { projectRoot } from '../base/project.js';
import { loadConfig, validate } from './load.js';

void t.test('reference.yaml shows exactly the defaults of the schema', async t => {
  const reference: unknown = parse(fs.readFileSync(path.join(projectRoot, 'config/reference.yaml'), 'utf8'));
  t.strictSame(reference, validate({}, 'nothing'));
});

void t.test('every key of reference.yaml has a comment above its block', async t => {
  const lines = fs.readFileSync(path.join(projectRoot, 'config/reference.yaml'), 'utf8').split('\n');
  const uncommented = lines.filter((line, index) => {
    const isValue = /^\s*\w+: \S/.test(line);
    if (!isValue) return false;
    let above = index - 1;
    while (/^\s*\w+: \S/.test(lines[above] ?? '')) above--;
    return !/^\s*#/.test(lines[above] ?? '');
  });
  t.same(uncommented, []);
});

void t.test('a wrong key or value is named', async t => {
  t.throws(() => validate({ http: { prot: 1 } }, 'x.yaml'), { message: /no key http\.prot/ });
  t.throws(() => validate({ sip: { port: 'abc' } }, 'x.yaml'), { message: /sip\.port/ });
});

void t.test('the command line wins over the environment, which wins over the file', async t => {
  const file = path.join(
    t.testdir({ 'c.yaml': 'http: { port: 1 }\nsip: { port: 2 }\nhost: 10.0.0.1\n' }),
    'c.yaml',
  );
  const config = loadConfig(['--config', file, '--http', '3'], { AMPHI_HTTP_PORT: '4', AMPHI_SIP_PORT: '5' });
  t.match(config, { host: '10.0.0.1', http: { port: 3 }, sip: { port: 5 } });
  t.throws(() => loadConfig(['--prot', '1'], {}), { code: 'bad-option' });
});
