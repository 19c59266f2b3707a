import t from 'tap';
import type { RtpSession } from '../../sfu/rtp/session.js';
import { corpus } from './corpus.js';
import { answerOffer, applyAnswer, createOffer } from './offer-answer.js';
import { parseKey } from './sdes.js';
import type { LocalMedia } from './types.js';

const plain: LocalMedia = {
  announcedAddress: '198.51.100.7',
  bindAddress: '10.0.0.7',
  sessionId: '4711',
  cname: 'amphi@example',
  audio: { id: 'a', port: 40000, rtcpPort: 40001, ssrc: 11 },
  video: {
    id: 'v',
    port: 40002,
    rtcpPort: 40003,
    ssrc: 22,
    maxPicture: { width: 1280, height: 720, frameRate: 30 },
    maxBitrate: 2_000_000,
  },
};
const secret = Buffer.alloc(32, 5).toString('base64');
const optional: LocalMedia = { ...plain, encryption: { policy: 'optional', secret } };
const required: LocalMedia = { ...plain, encryption: { policy: 'required', secret } };

function answered(offer: string, local: LocalMedia) {
  const result = answerOffer(offer, local);
  if (!result.ok) throw new Error(`${result.status} ${result.warning}`);
  return result;
}
const linesOf = (sdp: string, start: string) => sdp.split('\r\n').filter(line => line.startsWith(start));
const suiteOf = (session?: RtpSession) => session?.protection?.send.suite ?? 'none';

void t.test(
  'an offer with keys is answered with one of its suites and a key of ours for each line',
  async t => {
    const { answer, media } = answered(corpus['polycomSavp']!, optional);
    t.same(linesOf(answer, 'm=').slice(0, 2), ['m=audio 40000 RTP/SAVP 9 101', 'm=video 40002 RTP/SAVP 109']);
    const keys = linesOf(answer, 'a=crypto');
    t.equal(keys.length, 2);
    t.match(keys[0], /^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[A-Za-z0-9+/]{40}$/);
    t.not(keys[0], keys[1], 'no key is used for two streams (RFC 4568 §6.1)');
    t.equal(media.audio!.protection!.receive.keyAndSalt, 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz');
    t.ok(keys[0]!.endsWith(media.audio!.protection!.send.keyAndSalt));
    t.equal(
      answered(corpus['polycomSavp']!, optional).answer,
      answer,
      'asked again, the same: nothing begins anew',
    );
    const other = {
      ...optional,
      encryption: { ...optional.encryption!, secret: Buffer.alloc(32).toString('base64') },
    };
    t.not(answered(corpus['polycomSavp']!, other).answer, answer, 'another call, other keys');
  },
);

void t.test('shapes of devices: which line and suite they come to', async t => {
  const came = (name: string, local = optional) => {
    const { answer, media } = answered(corpus[name]!, local);
    return [
      ...linesOf(answer, 'm=').map(line => line.split(' ').slice(0, 3).join(' ')),
      suiteOf(media.audio),
      suiteOf(media.video?.session),
    ];
  };
  t.same(came('zoomRoom'), [
    'm=audio 40000 RTP/SAVP',
    'm=audio 0 RTP/AVP',
    'm=video 40002 RTP/SAVP',
    'm=video 0 RTP/AVP',
    'AES_CM_128_HMAC_SHA1_80',
    'AES_CM_128_HMAC_SHA1_80',
  ]);
  t.same(came('zoomRoom', plain).slice(0, 2), ['m=audio 0 RTP/SAVP', 'm=audio 40000 RTP/AVP']);
  // Keys for the audio alone: the video has none, so it stays as it is, or is refused.
  t.same(came('ciscoSx').slice(0, 2), ['m=audio 40000 RTP/AVP', 'm=video 40002 RTP/AVP']);
  t.same(came('ciscoSx').slice(-2), ['AES_CM_128_HMAC_SHA1_80', 'none']);
  t.same(came('ciscoSx', required).slice(0, 2), ['m=audio 40000 RTP/AVP', 'm=video 0 RTP/AVP']);
  t.same(came('yealinkSrtp').slice(-2), ['AES_256_CM_HMAC_SHA1_80', 'AES_256_CM_HMAC_SHA1_80']);
  t.same(came('linphoneSavpf'), [
    'm=audio 40000 RTP/SAVPF',
    'm=video 40002 RTP/SAVPF',
    'AEAD_AES_128_GCM',
    'AEAD_AES_128_GCM',
  ]);
  t.same(came('avaya').slice(0, 1), ['m=audio 40000 RTP/SAVP']);
  t.same(came('avaya').slice(-2), ['AES_CM_128_HMAC_SHA1_80', 'none'], 'not the one without encryption');
});

void t.test('what is not protected as the policy wants is refused with the reason', async t => {
  const refused = (name: string, local: LocalMedia) => {
    const result = answerOffer(corpus[name]!, local);
    return result.ok ? 'taken' : `${result.status} ${result.warning}`;
  };
  t.match(refused('baresip', required), /^488 302 .*encryption is required/);
  t.match(refused('polycomSavp', plain), /^488 302 .*switched off/);
  const unusable = corpus['polycomSavp']!.replaceAll('AES_CM_128_HMAC', 'F8_128_HMAC');
  const result = answerOffer(unusable, optional);
  t.match(result, { ok: false, status: 488, warning: /no key that we can use/ });
});

void t.test('our offers: keys beside AVP, or SAVP where it is required', async t => {
  const { offer, state } = createOffer(optional);
  t.same(
    linesOf(offer, 'm=').map(line => line.split(' ')[2]),
    ['RTP/AVP', 'RTP/AVP'],
  );
  t.same(
    linesOf(offer, 'a=crypto')
      .slice(0, 4)
      .map(line => line.split(' ')[1]),
    ['AEAD_AES_256_GCM', 'AES_256_CM_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'],
  );
  const peer: LocalMedia = {
    ...required,
    encryption: { policy: 'required', secret: Buffer.alloc(32, 9).toString('base64') },
  };
  const theirs = answered(offer, peer);
  const ours = applyAnswer(state, theirs.answer);
  if (!ours.ok) throw new Error(ours.warning);
  for (const kind of ['audio', 'video'] as const) {
    const [a, b] = [ours.media, theirs.media].map(media =>
      kind === 'audio' ? media.audio!.protection! : media.video!.session.protection!,
    ) as [NonNullable<RtpSession['protection']>, NonNullable<RtpSession['protection']>];
    t.equal(a.send.suite, 'AEAD_AES_256_GCM');
    t.same([a.send, a.receive], [b.receive, b.send], 'what one sends with, the other receives with');
  }
  // A room that knows no keys answers without.
  const deaf = applyAnswer(state, answered(offer, plain).answer);
  t.ok(deaf.ok && deaf.media.audio!.protection === undefined);
  if (deaf.ok) t.notMatch(createOffer(optional, deaf.state).offer, /a=crypto/, 'and is not asked again');
  // A key that answers none of ours.
  const wrong = applyAnswer(
    state,
    theirs.answer.replaceAll('crypto:1 AEAD_AES_256_GCM', 'crypto:2 AEAD_AES_256_GCM'),
  );
  t.ok(wrong.ok && wrong.media.audio!.protection === undefined);

  const strict = createOffer(required);
  t.same(
    linesOf(strict.offer, 'm=').map(line => line.split(' ')[2]),
    ['RTP/SAVP', 'RTP/SAVP'],
  );
  const bare = answered(offer, plain).answer;
  t.match(applyAnswer(strict.state, bare), { ok: false, warning: /encryption is required/ });
  // Offered again, the same keys: contexts and counters go on.
  t.same(linesOf(createOffer(optional, state).offer, 'a=crypto'), linesOf(offer, 'a=crypto'));
});

void t.test(
  'a=crypto: lifetime and MKI are read, what we don’t do is stepped over (RFC 4568 §9)',
  async t => {
    const key = 'A'.repeat(40);
    const suite = 'AES_CM_128_HMAC_SHA1_80';
    const mki = (parameters: string, session = '') => {
      const parsed = parseKey(1, suite, parameters, session);
      return parsed && (parsed.keying.mkiLength ?? 0);
    };
    t.equal(mki(`inline:${key}`), 0);
    t.equal(mki(`inline:${key}|2^31`), 0);
    t.equal(mki(`inline:${key}|1048576|1:4`), 4);
    t.equal(mki(`inline:${key}|1:1`), 1);
    t.equal(mki(`inline:${key}|2^20|1:4;inline:${'B'.repeat(40)}|2^20|2:4`), 4, 'the first of several');
    t.equal(mki(`inline:${key}`, 'WSH=128'), 0);
    for (const session of [
      'UNENCRYPTED_SRTP',
      'UNAUTHENTICATED_SRTP',
      'UNENCRYPTED_SRTCP',
      'KDR=3',
      'FEC_ORDER=x',
    ])
      t.equal(mki(`inline:${key}`, session), undefined, session);
    for (const bad of [
      '',
      'inline:',
      `inline:${key.slice(4)}`,
      `inline:${key}|1:300`,
      `outline:${key}`,
      `inline:${key}|x`,
    ])
      t.equal(mki(bad), undefined, bad);
    t.equal(parseKey(1, 'toString', `inline:${key}`, ''), undefined);
    t.equal(
      parseKey(1, 'AES_CM_256_HMAC_SHA1_80', `inline:${'A'.repeat(61)}=`, '')?.keying.suite,
      undefined,
      'too short',
    );
  },
);
