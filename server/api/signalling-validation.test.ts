import t from 'tap';
import { parseRequest } from './signalling-validation.js';
import { TokenBucket } from './token-bucket.js';

const join = { version: 1, conference: { link: 'x'.repeat(24) }, name: 'Dr. Wang' };

void t.test('a right request passes with its method', async t => {
  t.match(parseRequest(JSON.stringify({ id: 1, method: 'join', params: join })), {
    ok: true,
    id: 1,
    method: 'join',
  });
  t.match(parseRequest(JSON.stringify({ id: 2, method: 'leave', params: {} })), { ok: true });
});

void t.test('a wrong one is refused with a reason that names the place', async t => {
  t.match(parseRequest('{'), { ok: false, id: -1 });
  t.match(parseRequest('[]'), { ok: false, id: -1 });
  t.match(parseRequest('{"id":3,"method":"fly","params":{}}'), { ok: false, id: 3, reason: /"fly"/ });
  t.match(parseRequest('{"id":3,"method":"__proto__","params":{}}'), { ok: false });
  t.match(parseRequest(JSON.stringify({ id: 4, method: 'join', params: { ...join, name: '' } })), {
    ok: false,
    id: 4,
    reason: /name/,
  });
  t.match(parseRequest(JSON.stringify({ id: 5, method: 'join', params: { ...join, extra: 1 } })), {
    ok: false,
    reason: /extra/,
  });
});

void t.test('no text makes it throw', async t => {
  let seed = 20261122;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below;
  const whole = JSON.stringify({ id: 1, method: 'join', params: join });
  let refused = 0;
  for (let round = 0; round < 5_000; round++) {
    const bytes = Buffer.from(whole);
    for (let n = 0; n <= random(4); n++) bytes[random(bytes.length)] = random(256);
    const result = parseRequest(bytes.subarray(0, random(bytes.length + 1)).toString('utf8'));
    if (!result.ok) refused++;
  }
  t.ok(refused > 4_000, `${refused} of 5000 were refused, none threw`);
});

void t.test('a bucket lets a burst pass, then the rate', async t => {
  let now = 0;
  const bucket = new TokenBucket(3, 10, () => now);
  t.same(
    [1, 2, 3, 4].map(() => bucket.take()),
    [true, true, true, false],
  );
  now = 100;
  t.same(
    [1, 2].map(() => bucket.take()),
    [true, false],
  );
});

void t.test('a view may leave out what it does not care for, but must not be wrong', async t => {
  const parse = (params: object) => parseRequest(JSON.stringify({ id: 1, method: 'setView', params }));
  t.match(parse({ view: { layout: '5+1' } }), { ok: true });
  t.match(parse({ siteId: 'x', view: null }), { ok: true });
  t.match(parse({ view: { tiles: [{ kind: 'site', siteId: 'x' }, { kind: 'speech' }] } }), { ok: true });
  for (const view of [
    { layout: '77' },
    { tiles: [{ kind: 'site' }] },
    { tiles: [{ kind: 'round-robin', everyS: 1 }] },
    { tiles: new Array(26).fill({ kind: 'speech' }) },
    { fit: 'stretch' },
    { extra: 1 },
  ]) {
    t.match(parse({ view }), { ok: false }, JSON.stringify(view).slice(0, 60));
  }
});
