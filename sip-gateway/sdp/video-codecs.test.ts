import t from 'tap';
import { answerOffer, applyAnswer, createOffer } from './offer-answer.js';
import type { AnswerOfferResult, LocalMedia } from './types.js';

const local: LocalMedia = {
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
    maxPicture: { width: 1920, height: 1080, frameRate: 60 },
    maxBitrate: 8_000_000,
  },
};

const offer = (formats: string, lines: string[]): string =>
  [
    ...['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'],
    ...['m=audio 5000 RTP/AVP 8', `m=video 5002 RTP/AVP ${formats}`, ...lines, ''],
  ].join('\r\n');

function answered(body: string, ours = local): Extract<AnswerOfferResult, { ok: true }> {
  const result = answerOffer(body, ours);
  if (!result.ok) throw new Error(result.warning);
  return result;
}

void t.test('rooms without H.264 get the best that they have, in a size of theirs', async t => {
  const old = answered(
    offer('34 31', ['a=fmtp:34 CIF=2;QCIF=1', 'a=rtpmap:31 H261/90000', 'a=fmtp:31 CIF=1']),
  );
  t.match(old.media.video, {
    encoder: { codec: 'H263', width: 352, height: 288, frameRate: 15, bitrate: 2_000_000 },
    session: { receive: { codec: { name: 'H263', payloadType: 34 } }, send: { codec: { payloadType: 34 } } },
  });
  t.match(old.answer, 'm=video 40002 RTP/AVP 34\r\n');
  t.match(old.answer, 'a=rtpmap:34 H263/90000');
  t.match(old.answer, 'a=fmtp:34 CIF=1;QCIF=1');

  const oldest = answered(offer('31', ['a=fmtp:31 QCIF=3', 'b=AS:64']));
  t.match(oldest.media.video!.encoder, { codec: 'H261', width: 176, height: 144, frameRate: 10 });
  t.ok(oldest.media.video!.encoder.bitrate <= 64_000);

  const plus = answered(offer('96', ['a=rtpmap:96 H263-1998/90000', 'a=fmtp:96 CIF4=1;CIF=1']));
  t.match(plus.media.video!.encoder, { codec: 'H263-1998', width: 704, height: 576, frameRate: 30 });
  t.match(plus.answer, 'a=fmtp:96 CIF4=2;CIF=1;QCIF=1');
});

void t.test('VP8 and VP9 obey max-fs and max-fr; H.264 comes before all of them', async t => {
  const vp8 = answered(offer('98', ['a=rtpmap:98 VP8/90000', 'a=fmtp:98 max-fs=3600;max-fr=30']));
  t.match(vp8.media.video!.encoder, { codec: 'VP8', width: 1280, height: 720, frameRate: 30 });
  t.match(vp8.answer, 'a=fmtp:98 max-fr=60;max-fs=8160');
  const vp9 = answered(offer('99', ['a=rtpmap:99 VP9/90000', 'a=fmtp:99 max-fs=8160;max-fr=60']));
  t.match(vp9.media.video!.encoder, { codec: 'VP9', width: 1920, height: 1080, frameRate: 60 });
  const both = answered(
    offer('99 100', [
      ...['a=rtpmap:99 VP9/90000', 'a=rtpmap:100 H264/90000'],
      'a=fmtp:100 profile-level-id=42801f;packetization-mode=1',
    ]),
  );
  t.equal(both.media.video!.encoder.codec, 'H264');
});

void t.test('1080p60 where level and ourselves allow it', async t => {
  const lines = ['a=rtpmap:97 H264/90000', 'a=fmtp:97 profile-level-id=64002a;packetization-mode=1'];
  const full = answered(offer('97', lines)).media.video!.encoder;
  t.match(full, { profile: 'high', width: 1920, height: 1080, frameRate: 60, bitrate: 8_000_000 });
  const maxPicture = { width: 1920, height: 1080, frameRate: 30 };
  const less = answered(offer('97', lines), { ...local, video: { ...local.video!, maxPicture } });
  t.equal(less.media.video!.encoder.frameRate, 30);
});

void t.test('H.265 is taken, and nothing is sent to a room that has nothing else', async t => {
  const { media, answer } = answered(offer('98', ['a=rtpmap:98 H265/90000', 'a=fmtp:98 level-id=120']));
  t.equal(media.video!.session.receive?.codec.name, 'H265');
  t.equal(media.video!.session.send, undefined);
  t.match(answer, /a=fmtp:98 profile-id=1;level-id=\d+/);
  t.match(answer, 'a=recvonly');
});

void t.test('what we offer is taken in an answer', async t => {
  const { offer: ours, state } = createOffer(local);
  for (const name of ['VP8', 'VP9', 'H263-1998', 'H263', 'H261']) t.match(ours, `${name}/90000`);
  t.notMatch(ours, 'H265');
  const number = /a=rtpmap:(\d+) H263-1998/.exec(ours)![1]!;
  const taken = applyAnswer(
    state,
    offer(number, [`a=rtpmap:${number} H263-1998/90000`, `a=fmtp:${number} CIF=1`]),
  );
  t.match(taken, {
    ok: true,
    media: {
      video: {
        encoder: { codec: 'H263-1998', width: 352 },
        session: { receive: { codec: { name: 'H263-1998' } } },
      },
    },
  });
});

void t.test('nonsense in parameters is no trouble', async t => {
  for (const fmtp of ['CIF=0;QCIF=99', 'CIF=;=;;', 'CIF=-1', 'max-fs=0;max-fr=x', 'cif4=1e9']) {
    for (const name of ['H263', 'H261', 'VP8', 'VP9', 'H263-1998', 'H265']) {
      const { width, height, frameRate } = answered(
        offer('97', [`a=rtpmap:97 ${name}/90000`, `a=fmtp:97 ${fmtp}`]),
      ).media.video!.encoder;
      t.ok(width >= 176 && height >= 144 && frameRate >= 1);
    }
  }
});
