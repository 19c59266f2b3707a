import t from 'tap';
import { Headers } from '../message/headers.js';
import { createResponse, emptyBody, type SipRequest } from '../message/message.js';
import { answerChallenge } from './digest-client.js';
import { DigestServer } from './digest-server.js';
import { digestHash, digestKeys, digestResponse, formatDigest, parseDigest } from './digest.js';
import { Nonces } from './nonce.js';

void t.test('the answers of RFC 7616 §3.9.1 and of RFC 2617 §3.5', t => {
  const keys = digestKeys('Mufasa', 'http-auth@example.org', 'Circle of Life');
  const request = {
    method: 'GET',
    uri: '/dir/index.html',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    counted: { nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
  };
  t.equal(digestResponse('MD5', keys.MD5, request), '8ca523f5e9506fed4657c9700eebdbec');
  t.equal(
    digestResponse('SHA-256', keys['SHA-256'], request),
    '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  );
  t.equal(
    digestResponse('MD5', digestKeys('Mufasa', 'testrealm@host.com', 'Circle Of Life').MD5, {
      method: 'GET',
      uri: '/dir/index.html',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      counted: { nc: '00000001', cnonce: '0a4f113b' },
    }),
    '6629fae49393a05397450978507c4ef1',
  );
  t.end();
});

void t.test('without qop it is RFC 2069’s: H(key:nonce:H(method:uri))', t => {
  const key = digestKeys('a', 'r', 'p').MD5;
  const expected = digestHash('MD5', `${key}:n:${digestHash('MD5', 'REGISTER:sip:x')}`);
  t.equal(digestResponse('MD5', key, { method: 'REGISTER', uri: 'sip:x', nonce: 'n' }), expected);
  t.end();
});

void t.test('header fields are read as peers write them, and garbage is none', t => {
  const read = parseDigest('digest  Realm="a, \\"b\\"",nonce="x=="  , qop="auth,auth-int" ,algorithm=MD5');
  t.same(Object.fromEntries(read ?? []), {
    realm: 'a, "b"',
    nonce: 'x==',
    qop: 'auth,auth-int',
    algorithm: 'MD5',
  });
  for (const text of [
    'Basic YTpi',
    'Digest',
    'Digest a',
    'Digest ="x"',
    'Digest a="b',
    `Digest ${'a=b,'.repeat(40)}`,
  ])
    t.equal(parseDigest(text), undefined, text);
  const written = formatDigest(
    [
      ['realm', 'a"b'],
      ['qop', 'auth'],
      ['nc', '00000001'],
    ],
    false,
  );
  t.equal(written, 'Digest realm="a\\"b", qop=auth, nc=00000001');
  t.end();
});

const room = { userName: 'room3', password: 'correct horse' };
const source = '192.0.2.7';

function scene(algorithms: ('MD5' | 'SHA-256')[] = ['SHA-256', 'MD5']) {
  const now = { ms: 1_700_000_000_000 };
  const keys = digestKeys(room.userName, 'hospital', room.password);
  const server = new DigestServer({
    realm: 'hospital',
    algorithms,
    keysOf: userName => (userName === room.userName ? keys : undefined),
    nowMs: () => now.ms,
  });
  const request = (): SipRequest => ({
    kind: 'request',
    method: 'REGISTER',
    uri: 'sip:hospital.example',
    via: [],
    from: { displayName: '', uri: 'sip:room3@hospital.example', parameters: new Map() },
    to: { displayName: '', uri: 'sip:room3@hospital.example', parameters: new Map() },
    callId: 'c',
    cseq: { sequence: 1, method: 'REGISTER' },
    headers: new Headers(),
    body: emptyBody,
  });
  const answered = (credentials = room, stale = false, before = request()) => {
    const response = createResponse(before, 401);
    for (const [name, value] of server.challenge(source, stale)) response.headers.add(name, value);
    return { request: before, taken: answerChallenge(before, response, credentials) };
  };
  return { now, server, request, answered };
}

void t.test('who knows the password is let in, by the best algorithm of both', t => {
  const both = scene();
  const { request } = both.answered();
  t.match(request.headers.get('authorization'), /algorithm=SHA-256/);
  t.same(both.server.judge(request, source), { kind: 'right', userName: 'room3' });
  const old = scene(['MD5']);
  const { request: md5 } = old.answered();
  t.match(md5.headers.get('authorization'), /algorithm=MD5/);
  t.equal(old.server.judge(md5, source).kind, 'right');
  t.end();
});

void t.test('a wrong password, an unknown name, no credentials, those for another method', t => {
  const { server, answered, request } = scene();
  t.same(server.judge(request(), source), { kind: 'none' });
  t.same(server.judge(answered({ ...room, password: 'x' }).request, source), {
    kind: 'wrong',
    userName: 'room3',
  });
  t.equal(server.judge(answered({ ...room, userName: 'room4' }).request, source).kind, 'wrong');
  const { request: register } = answered();
  t.equal(server.judge({ ...register, method: 'INVITE' }, source).kind, 'wrong');
  t.end();
});

void t.test('an answer is taken once, for five minutes, and from where it was asked for', t => {
  const { server, answered, now } = scene();
  const first = answered().request;
  t.equal(server.judge(first, '192.0.2.8').kind, 'stale', 'captured and sent from elsewhere');
  t.equal(server.judge(first, source).kind, 'right');
  t.equal(server.judge(first, source).kind, 'stale', 'the same again');
  const late = answered().request;
  now.ms += 300_000;
  t.equal(server.judge(late, source).kind, 'stale');
  t.end();
});

void t.test('a client goes on with its nonce by counting up', t => {
  const nonces = new Nonces(() => 1000);
  const nonce = nonces.create(source);
  t.equal(nonces.isFresh(nonce, source), true);
  t.same(
    [1, 2, 2, 1, 10, 9].map(nc => nonces.count(nonce, nc)),
    [true, true, false, false, true, false],
  );
  const bytes = Buffer.from(nonce, 'base64url');
  bytes[0]! ^= 1;
  t.equal(nonces.isFresh(bytes.toString('base64url'), source), false, 'another time');
  t.equal(nonces.isFresh('', source), false);
  t.end();
});

void t.test('our client does not answer the same challenge twice, but a stale one', t => {
  const { answered, request } = scene();
  const once = request();
  t.equal(answered(room, false, once).taken, true);
  t.equal(answered(room, false, once).taken, false, 'the password is wrong, asking again will not help');
  t.equal(answered(room, true, once).taken, true);
  t.end();
});
