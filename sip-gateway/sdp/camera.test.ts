import t from 'tap';
import { corpus } from './corpus.js';
import { answerOffer, applyAnswer, createOffer } from './offer-answer.js';
import type { AnswerOfferResult, ApplyAnswerResult, LocalMedia } from './types.js';

const local: LocalMedia = {
  announcedAddress: '198.51.100.7',
  bindAddress: '10.0.0.7',
  sessionId: '4711',
  cname: 'amphi@example',
  audio: { id: 'a', port: 40000, rtcpPort: 40001, ssrc: 11 },
  camera: { id: 'c', port: 40008, rtcpPort: 40009 },
};
const encrypted = {
  ...local,
  encryption: { policy: 'optional' as const, secret: Buffer.alloc(32, 7).toString('base64') },
};
const offerOf = (...camera: string[]) =>
  [
    ...['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', 'm=audio 3000 RTP/AVP 0'],
    ...camera,
    '',
  ].join('\r\n');
const key = `a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:${Buffer.alloc(30, 1).toString('base64')}`;
function taken<T extends AnswerOfferResult | ApplyAnswerResult>(result: T): Extract<T, { ok: true }> {
  if (!result.ok) throw new Error(result.warning);
  return result as Extract<T, { ok: true }>;
}
const cameraOf = (sdp: string) => /m=application \d+ RTP[^]*?(?=m=|$)/.exec(sdp)?.[0].trim().split('\r\n');

void t.test('RFC 4573: an H.224 line is answered on a port of its own', async t => {
  for (const device of ['polycomGroup', 'huaweiTe', 'ciscoSx'])
    if (corpus[device]!.includes('H224')) {
      const { answer, media } = taken(answerOffer(corpus[device]!, local));
      t.match(cameraOf(answer)?.[0], /^m=application 40008 RTP\/AVP 100$/, device);
      t.match(media.camera, { local: { address: '10.0.0.7', port: 40008 }, send: true, receive: true });
    }
  const line = ['m=application 3008 RTP/AVP 100', 'a=rtpmap:100 H224/4800'];
  const { media, answer } = taken(answerOffer(offerOf(...line, 'a=sendonly'), local));
  t.same(cameraOf(answer), ['m=application 40008 RTP/AVP 100', 'a=rtpmap:100 H224/4800', 'a=recvonly']);
  t.same(media.camera, {
    local: { address: '10.0.0.7', port: 40008 },
    remote: { address: '192.0.2.1', port: 3008 },
    ...{ sendPayloadType: 100, receivePayloadType: 100, send: false, receive: true },
  });
});

void t.test('what cannot be used is refused, and the call goes on', async t => {
  const line = ['m=application 3008 RTP/AVP 100', 'a=rtpmap:100 H224/4800'];
  const { camera: _, ...without } = local;
  const dtls = ['m=application 3008 UDP/TLS/RTP/SAVP 100', 'a=rtpmap:100 H224/4800', 'a=setup:actpass'];
  const required = { ...encrypted, encryption: { ...encrypted.encryption, policy: 'required' as const } };
  const refused: [what: string, offer: string[], ours: LocalMedia][] = [
    ['camera control is off', line, without],
    ['another codec', ['m=application 3008 RTP/AVP 100', 'a=rtpmap:100 H224/8000'], local],
    ['encrypted, and we do not', [line[0]!.replace('AVP', 'SAVP'), line[1]!, key], local],
    ['not encrypted, and it must be', [key, ...line], required],
    ['DTLS', [...dtls, `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`, 'a=rtcp-mux'], encrypted],
  ];
  for (const [what, offer, ours] of refused) {
    const { answer, media } = taken(answerOffer(offerOf(...offer), ours));
    t.match(answer, /m=application 0 /, what);
    t.equal(media.camera, undefined);
  }
});

void t.test('encrypted where the offer has a key, and the encrypted one of two', async t => {
  const plain = ['m=application 3008 RTP/AVP 100', 'a=rtpmap:100 H224/4800'];
  const secure = ['m=application 3010 RTP/SAVP 100', 'a=rtpmap:100 H224/4800', key];
  const { answer, media, state } = taken(answerOffer(offerOf(...plain, ...secure), encrypted));
  t.match(answer, /m=application 0 RTP\/AVP 100[^]*m=application 40008 RTP\/SAVP 100/);
  t.match(answer, /a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:/);
  t.equal(media.camera!.protection!.receive.keyAndSalt, Buffer.alloc(30, 1).toString('base64'));
  const again = taken(answerOffer(offerOf(...plain, ...secure), encrypted, state));
  t.equal(again.answer, answer, 'the same again');
  t.same(again.media.camera, media.camera);
});

void t.test('we offer it, last; the line keeps its place and number', async t => {
  const { offer, state } = createOffer(encrypted);
  const [line, map, ...rest] = cameraOf(offer)!;
  t.same([line, map], ['m=application 40008 RTP/AVP 113', 'a=rtpmap:113 H224/4800']);
  t.equal(rest.filter(text => text.startsWith('a=crypto')).length, 4);
  const answer = offerOf('m=application 3008 RTP/AVP 100', 'a=rtpmap:100 H224/4800');
  const { media, state: agreed } = taken(applyAnswer(state, answer));
  t.match(media.camera, { sendPayloadType: 100, receivePayloadType: 113, remote: { port: 3008 } });
  t.match(cameraOf(createOffer(encrypted, agreed).offer)![0], /40008 RTP\/AVP 113$/);

  const refused = taken(applyAnswer(state, offerOf('m=application 0 RTP/AVP 113')));
  t.equal(refused.media.camera, undefined);
  t.equal(
    createOffer(encrypted, refused.state).offer.match(/m=application/g)!.length,
    1,
    'its place is kept',
  );
});
