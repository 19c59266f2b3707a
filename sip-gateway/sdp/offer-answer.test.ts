import { parse } from 'sdp-transform';
import t from 'tap';
import { corpus } from './corpus.js';
import { decoderLimits, macroblocks } from './h264.js';
import { answerOffer, applyAnswer, createOffer } from './offer-answer.js';
import type { AnswerOfferResult, LocalMedia, NegotiatedMedia } from './types.js';

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
    maxPicture: { width: 1920, height: 1080, frameRate: 30 },
    maxBitrate: 4_000_000,
  },
};
const at720 = {
  ...local,
  video: { ...local.video!, maxPicture: { width: 1280, height: 720, frameRate: 30 } },
};

type Answered = Extract<AnswerOfferResult, { ok: true }>;
function answered(offer: string, ours = local, previous?: Answered['state']): Answered {
  const result = answerOffer(offer, ours, previous);
  if (!result.ok) throw new Error(`refused: ${result.status} ${result.warning}`);
  return result;
}
const mediaLines = (sdp: string): string[] => sdp.split('\r\n').filter(line => line.startsWith('m='));
const encoderOf = (media: NegotiatedMedia) => {
  const { width, height, frameRate, bitrate, profile, packetizationMode } = media.video!.encoder;
  return `${width}x${height}@${frameRate} ${bitrate} ${profile} mode ${packetizationMode}`;
};

void t.test(
  'the answer takes one codec a line, of the offered number, and mirrors what it refuses',
  async t => {
    const lines = (name: string, ours = local) => mediaLines(answered(corpus[name]!, ours).answer);
    t.same(lines('polycomGroup'), [
      'm=audio 40000 RTP/AVP 9 101',
      'm=video 40002 RTP/AVP 110',
      'm=application 0 UDP/BFCP *',
      'm=video 0 RTP/AVP 109 110',
      'm=application 0 RTP/AVP 100',
    ]);
    t.same(lines('ciscoSx').slice(0, 3), [
      'm=audio 40000 RTP/AVP 107 101',
      'm=video 40002 RTP/AVP 97',
      'm=application 0 UDP/BFCP *',
    ]);
    t.same(lines('huaweiTe'), [
      'm=audio 40000 RTP/AVP 9 101',
      'm=video 40002 RTP/AVP 106',
      'm=application 0 TCP/BFCP *',
    ]);
    t.same(lines('yealinkVc'), ['m=audio 40000 RTP/AVP 98 101', 'm=video 40002 RTP/AVP 107']);
    t.same(lines('lifesize'), ['m=audio 40000 RTP/AVP 9', 'm=video 40002 RTP/AVP 99']);
    t.same(lines('baresip'), ['m=audio 40000 RTP/AVP 96 97', 'm=video 40002 RTP/AVP 98']);
    t.same(lines('linphone'), ['m=audio 40000 RTP/AVPF 96 101', 'm=video 40002 RTP/AVPF 97']);
    t.same(lines('zoomRoom'), [
      'm=audio 0 RTP/SAVP 114 9 0 8 101',
      'm=audio 40000 RTP/AVP 114 101',
      'm=video 0 RTP/SAVP 99',
      'm=video 40002 RTP/AVP 99',
    ]);
    t.same(lines('phone'), ['m=audio 40000 RTP/AVP 8 101']);
    t.same(lines('phone', { ...local, audio: { ...local.audio!, codecs: ['PCMU'] } }), [
      'm=audio 40000 RTP/AVP 0 101',
    ]);
    t.same(lines('sippUac'), ['m=audio 40000 RTP/AVP 0']);
  },
);

void t.test('the encoder obeys level, fmtp extensions, b= and our own limits', async t => {
  const encoder = (name: string, ours = local) => encoderOf(answered(corpus[name]!, ours).media);
  t.equal(encoder('polycomGroup'), '1920x1080@30 1865600 baseline mode 0');
  t.equal(encoder('polycomGroup', at720), '1280x720@30 1865600 baseline mode 0');
  t.equal(encoder('ciscoSx'), '1920x1080@30 4000000 baseline mode 0');
  t.equal(encoder('huaweiTe'), '1920x1080@30 1744000 high mode 1', 'session CT less audio');
  t.equal(encoder('yealinkVc'), '1280x720@30 1945600 baseline mode 0');
  t.equal(encoder('lifesize'), '1280x720@30 1014400 baseline mode 0');
  t.equal(encoder('baresip'), '1280x720@25 1531400 baseline mode 0');
  t.equal(encoder('linphone'), '1280x720@30 4000000 baseline mode 0');
  t.equal(encoder('zoomRoom'), '1920x1080@30 3811200 high mode 1');

  const withLevel = (parameters: string, b = '') =>
    encoderOf(
      answered(
        `v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=video 5000 RTP/AVP 97\r\n${b}a=rtpmap:97 H264/90000\r\na=fmtp:97 packetization-mode=1${parameters}\r\n`,
      ).media,
    );
  t.equal(withLevel(';profile-level-id=42e01f'), '1280x720@30 4000000 baseline mode 1');
  t.equal(withLevel(';profile-level-id=42e01e'), '768x432@30 4000000 baseline mode 1');
  t.equal(withLevel(';profile-level-id=42e015'), '512x288@30 4000000 baseline mode 1');
  t.equal(withLevel(';profile-level-id=42e00d'), '352x288@30 921600 baseline mode 1');
  t.equal(withLevel(';profile-level-id=42e00c'), '320x180@25 460800 baseline mode 1');
  t.equal(withLevel(''), '176x144@15 76800 baseline mode 1', 'no profile-level-id means level 1');
  t.equal(withLevel(';profile-level-id=42f00b'), '176x144@15 153600 baseline mode 1', 'level 1b');
  t.equal(withLevel(';profile-level-id=42e01f', 'b=AS:384\r\n'), '1024x576@30 364800 baseline mode 1');
  t.equal(
    withLevel(';profile-level-id=42e01f;max-fs=8160'),
    '1280x720@30 4000000 baseline mode 1',
    'a bigger frame that would move at 13 a second is not worth it',
  );
  t.equal(
    withLevel(';profile-level-id=4d4028'),
    '1920x1080@30 4000000 baseline mode 1',
    'Main decodes baseline',
  );
});

void t.test('sessions carry addresses, codecs of both directions, feedback and events', async t => {
  const { media, answer } = answered(corpus['baresip']!);
  t.same(media.audio, {
    id: 'a',
    kind: 'audio',
    local: { address: '10.0.0.7', port: 40000, rtcpPort: 40001 },
    remote: { address: '127.0.0.1', port: 31010, rtcpPort: 31011 },
    symmetric: true,
    receive: {
      codec: {
        name: 'opus',
        payloadType: 96,
        clockRate: 48000,
        channels: 2,
        parameters: { stereo: '1', useinbandfec: '1', usedtx: '1' },
      },
      others: [
        { name: 'G722', payloadType: 9, clockRate: 8000, channels: 1, parameters: {} },
        { name: 'PCMU', payloadType: 0, clockRate: 8000, channels: 1, parameters: {} },
        { name: 'PCMA', payloadType: 8, clockRate: 8000, channels: 1, parameters: {} },
      ],
    },
    send: {
      codec: {
        name: 'opus',
        payloadType: 96,
        clockRate: 48000,
        channels: 2,
        parameters: { stereo: '1', 'sprop-stereo': '1' },
      },
      ssrc: 11,
      cname: 'amphi@example',
    },
    feedback: { nack: false, pli: false, fir: false },
    dtmfPayloadType: 97,
  });
  t.same(media.video!.session.feedback, { nack: false, pli: true, fir: false });
  t.notOk(media.fastUpdateByInfo);
  t.notOk(media.held);
  t.match(answer, 'o=- 4711 1 IN IP4 198.51.100.7\r\n');
  t.match(answer, 'c=IN IP4 198.51.100.7\r\n');
  t.match(answer, 'a=fmtp:96 stereo=1;useinbandfec=1;usedtx=1\r\n');
  t.match(answer, 'a=rtcp-fb:98 nack pli\r\n');
  t.notMatch(answer, 'ccm fir');
  t.match(answer, 'a=ssrc:22 cname:amphi@example\r\n');
  const cisco = { nack: false, pli: true, fir: true, tmmbr: true };
  t.same(answered(corpus['ciscoSx']!).media.video!.session.feedback, cisco);
  t.ok(answered(corpus['lifesize']!).media.fastUpdateByInfo, 'no rtcp-fb: INFO');
  t.equal(answered(corpus['linphone']!).media.audio!.dtmfPayloadType, 101, 'the clock of opus');
});

void t.test(
  'the answered level is the offered one with extensions, or ours where both may differ',
  async t => {
    const fmtp = (offer: string, ours = local) =>
      answered(offer, ours)
        .answer.split('\r\n')
        .find(line => /^a=fmtp:\d+ profile/.test(line));
    t.equal(fmtp(corpus['yealinkVc']!), 'a=fmtp:107 profile-level-id=42801f;max-mbps=244800;max-fs=8160');
    t.equal(fmtp(corpus['yealinkVc']!, at720), 'a=fmtp:107 profile-level-id=42801f');
    t.equal(
      fmtp(corpus['lifesize']!, at720),
      'a=fmtp:99 profile-level-id=428016;max-mbps=108000;max-fs=3600',
    );
    t.equal(
      fmtp(
        corpus['yealinkVc']!.replace(
          'packetization-mode=1',
          'packetization-mode=1;level-asymmetry-allowed=1',
        ).replace('a=rtcp-fb:108 nack pli', 'a=rtcp-fb:108 nack pli\r\na=rtcp-fb:108 nack'),
      ),
      'a=fmtp:108 profile-level-id=428028;packetization-mode=1;level-asymmetry-allowed=1',
      'mode 1 for who sends again what is lost',
    );
    t.equal(fmtp(corpus['zoomRoom']!, at720), 'a=fmtp:99 profile-level-id=64001f;packetization-mode=1');
  },
);

void t.test('hold in all its spellings, at session and media level', async t => {
  const base = corpus['yealinkVc']!;
  const set = (direction: string) => base.replaceAll('a=sendrecv', `a=${direction}`);
  const directions = (result: Answered) => parse(result.answer).media.map(line => line.direction);

  const sendonly = answered(set('sendonly'));
  t.same(directions(sendonly), ['recvonly', 'recvonly']);
  t.ok(sendonly.media.held);
  t.ok(sendonly.media.audio!.receive, 'its music is heard');
  t.notOk(sendonly.media.audio!.send);

  const inactive = answered(set('inactive'));
  t.same(directions(inactive), ['inactive', 'inactive']);
  t.ok(inactive.media.held);
  t.notOk(inactive.media.audio!.receive ?? inactive.media.video!.session.send);

  const recvonly = answered(set('recvonly'));
  t.same(directions(recvonly), ['sendonly', 'sendonly']);
  t.notOk(recvonly.media.held);

  const nullAddress = answered(base.replace('c=IN IP4 192.0.2.50', 'c=IN IP4 0.0.0.0'));
  t.ok(nullAddress.media.held);
  t.notOk(nullAddress.media.audio!.send);

  const session = answered(base.replaceAll('a=sendrecv\r\n', '').replace('t=0 0', 't=0 0\r\na=inactive'));
  t.same(directions(session), ['inactive', 'inactive']);

  const videoOnly = answered(base.replace(/a=sendrecv\r\n$/, 'a=sendonly\r\n'));
  t.notOk(videoOnly.media.held, 'audio still flows');
  t.notOk(videoOnly.media.video!.session.send);

  const held = { ...local, audio: { ...local.audio!, direction: 'sendonly' as const } };
  t.same(directions(answered(base, held)), ['sendonly', 'sendrecv'], 'we hold too');
});

void t.test('a re-offer keeps lines and numbers; the version rises only with a change', async t => {
  const first = answered(corpus['polycomGroup']!);
  t.equal(first.state.version, 1);
  const same = answered(corpus['polycomGroup']!.replace('0 IN IP4', '1 IN IP4'), local, first.state);
  t.equal(same.state.version, 1);
  t.equal(same.answer, first.answer);
  const held = answered(corpus['polycomGroup']!.replaceAll('a=sendrecv', 'a=sendonly'), local, same.state);
  t.equal(held.state.version, 2);
  t.match(held.answer, 'o=- 4711 2 IN');
  const resumed = answered(corpus['polycomGroup']!, local, held.state);
  t.equal(resumed.state.version, 3);
  t.same(mediaLines(resumed.answer), mediaLines(first.answer));

  const offer = createOffer(local, resumed.state);
  t.same(mediaLines(offer.offer), [
    'm=audio 40000 RTP/AVP 9 8 0 101',
    'm=video 40002 RTP/AVP 109 111 110 96 34 31',
    'm=application 0 UDP/BFCP *',
    'm=video 0 RTP/AVP 109 110',
    'm=application 0 RTP/AVP 100',
  ]);
  t.equal(offer.state.version, 4);
  t.equal(createOffer(local, offer.state).offer, offer.offer, 'the same again is the same version');

  // The first line of a kind that works wins; later in the call it stays even if an earlier one becomes usable.
  const late = answered(corpus['zoomRoom']!);
  const moved = answered(corpus['zoomRoom']!.replaceAll('RTP/SAVP', 'RTP/AVP'), local, late.state);
  t.same(mediaLines(moved.answer)[1], 'm=audio 40000 RTP/AVP 114 101');
  t.match(mediaLines(moved.answer)[0], 'm=audio 0 ');

  const paused = answerOffer(
    corpus['sippUac']!.replace('6000', '0'),
    local,
    answered(corpus['sippUac']!).state,
  );
  t.ok(paused.ok && paused.media.held && !paused.media.audio, 'every port 0 within a call is a pause');
});

void t.test('audio alone and video alone are calls', async t => {
  const polycom = corpus['polycomGroup']!;
  const audioOnly = answered(polycom, { ...local, video: undefined });
  t.notOk(audioOnly.media.video);
  t.match(mediaLines(audioOnly.answer)[1], 'm=video 0 RTP/AVP 109 110 111 96 34 31');
  const videoOnly = answered(polycom.replace('RTP/AVP 115 102 9 15 0 8 101', 'RTP/AVP 115 102 15'));
  t.notOk(videoOnly.media.audio);
  t.ok(videoOnly.media.video);
});

void t.test('refusals say why', async t => {
  const refusal = (offer: string, ours = local) => {
    const result = answerOffer(offer, ours);
    return result.ok ? 'accepted' : `${result.status} ${result.warning}`;
  };
  t.match(refusal(corpus['webrtc']!), '488 302 amphi "Incompatible transport protocol: media encryption');
  t.match(refusal(corpus['sippUac']!.replace('RTP/AVP 0', 'RTP/AVP 18')), '488 305 amphi');
  t.match(refusal(corpus['sippUac']!.replace('RTP/AVP', 'TCP/RTP/AVP')), '488 302 amphi');
  t.match(refusal(corpus['sippUac']!.replace('m=audio 6000', 'm=audio 0')), '488 304 amphi');
  t.match(refusal('v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n'), '488 304 amphi');
  t.match(refusal(''), '400 399');
  t.match(refusal('hello'), '400 399');
  t.match(refusal('v=0\r\n' + 'a=x\r\n'.repeat(20_000)), '400 399', 'too long');
  t.match(refusal(corpus['sippUac']!.replaceAll('127.0.0.1', '239.1.2.3')), '488', 'never to a group');
  t.match(refusal(corpus['sippUac']!.replaceAll('127.0.0.1', 'host.example')), '488', 'never by name');
});

void t.test('rtcp-mux, a=rtcp, ptime and asymmetric numbers', async t => {
  const mux = answered(corpus['baresip']!.replaceAll('a=sendrecv', 'a=sendrecv\r\na=rtcp-mux'));
  t.match(mux.answer, 'a=rtcp-mux');
  t.same(mux.media.audio!.local, { address: '10.0.0.7', port: 40000, rtcpPort: 40000 });
  t.equal(mux.media.audio!.remote.rtcpPort, 31010);
  t.notMatch(answered(corpus['baresip']!).answer, 'a=rtcp-mux');
  t.equal(
    answered(corpus['baresip']!.replace('a=rtcp:31011', 'a=rtcp:31099')).media.audio!.remote.rtcpPort,
    31099,
  );
  const oddPorts = { ...local, audio: { ...local.audio!, rtcpPort: 40009 } };
  t.match(answered(corpus['baresip']!, oddPorts).answer, 'a=rtcp:40009\r\n');
  const ptime = (line: string) => answered(corpus['sippUac']! + line).media.audioPtimeMs;
  t.same(
    [ptime(''), ptime('a=ptime:30\r\n'), ptime('a=ptime:500\r\n'), ptime('a=maxptime:10\r\n')],
    [20, 30, 60, 10],
  );

  // RFC 3264 §6.1: the answer may number the same codecs differently; each side sends with the other's numbers.
  const { offer, state } = createOffer(local);
  const answer = offer
    .replace(/m=audio .*/, 'm=audio 5000 RTP/AVP 120 121')
    .replace(/m=video .*/, 'm=video 5002 RTP/AVP 122')
    .replaceAll(/a=(rtpmap|fmtp|rtcp-fb):.*\r\n/g, '')
    .replace('m=video', 'a=rtpmap:120 opus/48000/2\r\na=rtpmap:121 telephone-event/8000\r\nm=video')
    .concat('a=rtpmap:122 H264/90000\r\na=fmtp:122 profile-level-id=42801f;packetization-mode=1\r\n');
  const applied = applyAnswer(state, answer);
  if (!applied.ok) throw new Error(applied.warning);
  t.equal(applied.media.audio!.send!.codec.payloadType, 120);
  t.equal(applied.media.audio!.receive!.codec.payloadType, 96);
  t.equal(applied.media.audio!.dtmfPayloadType, 101);
  t.equal(applied.media.video!.session.send!.codec.payloadType, 122);
  t.equal(applied.media.video!.session.receive!.codec.payloadType, 97);
  t.ok(applied.media.fastUpdateByInfo);
  t.same(
    applied.media.video!.session.receive!.others!.map(({ name, payloadType }) => `${name} ${payloadType}`),
    ['H264 99', 'H264 98', 'H264 100'],
    'some send with another of our numbers for the codec that they answered',
  );
});

void t.test('offer, answer and apply agree: each side sends what the other receives', async t => {
  const peer: LocalMedia = {
    ...local,
    announcedAddress: '2001:db8::7',
    sessionId: '9',
    audio: { id: 'pa', port: 50000, rtcpPort: 50001, ssrc: 33, codecs: ['G722', 'opus'] },
    video: { ...at720.video, id: 'pv', port: 50002, rtcpPort: 50003, ssrc: 44, maxBitrate: 1_000_000 },
  };
  const { offer, state } = createOffer(local);
  t.same(mediaLines(offer), [
    'm=audio 40000 RTP/AVP 96 104 105 9 8 0 13 101 102',
    'm=video 40002 RTP/AVP 97 99 98 100 110 111 112 34 31',
  ]);
  const theirs = answered(offer, peer);
  t.match(theirs.answer, 'c=IN IP6 2001:db8::7');
  const ours = applyAnswer(state, theirs.answer);
  if (!ours.ok) throw new Error(ours.warning);
  for (const [a, b] of [
    [ours.media.audio!, theirs.media.audio!],
    [ours.media.video!.session, theirs.media.video!.session],
  ] as const) {
    t.equal(a.send!.codec.name, b.receive!.codec.name);
    t.equal(a.send!.codec.payloadType, b.receive!.codec.payloadType);
    t.equal(b.send!.codec.payloadType, a.receive!.codec.payloadType);
    t.equal(a.remote.port, b.local.port);
    t.equal(b.remote.rtcpPort, a.local.rtcpPort);
  }
  t.equal(ours.media.audio!.send!.codec.name, 'G722', 'the answerer chose');
  t.equal(encoderOf(ours.media), '1280x720@30 1000000 baseline mode 1');
  t.equal(encoderOf(theirs.media), '1280x720@30 1000000 baseline mode 1');

  const noVideo = applyAnswer(state, answered(offer, { ...peer, video: undefined }).answer);
  t.ok(noVideo.ok && noVideo.media.audio && !noVideo.media.video);
  t.same(noVideo.ok && noVideo.state.lines.map(line => line.use), ['audio', 'refused']);
  const short = applyAnswer(state, theirs.answer.slice(0, theirs.answer.indexOf('m=video')));
  t.ok(short.ok && !short.media.video, 'a missing line is a refused one');
  t.same(applyAnswer(state, 'garbage').ok, false);
  t.same(applyAnswer(state, corpus['webrtc']!).ok, false);

  const modeless = applyAnswer(state, theirs.answer.replace(';packetization-mode=1', ''));
  t.ok(modeless.ok);
  if (modeless.ok) {
    t.equal(
      modeless.media.video!.session.receive!.codec.payloadType,
      97,
      'it still sends with the number of mode 1',
    );
    t.equal(modeless.media.video!.encoder.packetizationMode, 0, 'it gets what every receiver takes');
  }
});

/** mulberry32: the same mutations in every run. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let z = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}

void t.test('mutated offers never throw, and whatever is negotiated fits the level', async t => {
  const next = random(3264);
  const pick = <T>(list: T[]): T => list[Math.floor(next() * list.length)]!;
  const offers = Object.values(corpus);
  const allLines = offers.flatMap(offer => offer.split('\r\n'));
  const { state } = createOffer(local);
  let accepted = 0;
  let previous: Answered['state'] | undefined;
  for (let round = 0; round < 6000; round++) {
    const lines = pick(offers).split('\r\n');
    for (let n = Math.floor(next() * 4); n >= 0; n--) {
      const at = Math.floor(next() * lines.length);
      const line = lines[at]!;
      const cut = Math.floor(next() * (line.length + 1));
      const mutate = pick([
        () => lines.splice(at, 1),
        () => lines.splice(at, 0, pick(allLines)),
        () => (lines[at] = line.slice(0, cut)),
        () => (lines[at] = line.slice(0, cut) + String.fromCharCode(next() * 300) + line.slice(cut)),
        () => (lines[at] = line.replace(/\d+/g, () => pick(['0', '1', '99999999999', '-1', '3', '096', '']))),
        () =>
          (lines[at] = line.replace(/[0-9a-f]{6}/i, () =>
            Math.floor(next() * 0xffffff)
              .toString(16)
              .padStart(6, '0'),
          )),
        () => (lines[at] = line.replace(/[a-z]+/i, () => pick(['__proto__', '263', 'constructor', '']))),
      ]);
      mutate();
    }
    const offer = lines.join(pick(['\r\n', '\n']));
    const result = answerOffer(offer, pick([local, at720]), pick([previous, undefined]));
    applyAnswer(state, offer);
    if (!result.ok) {
      if (result.status !== 400 && result.status !== 488) t.fail(`status ${String(result.status)}`);
      continue;
    }
    accepted++;
    previous = result.state;
    if (
      mediaLines(result.answer).length !== offer.split(/\r?\n/).filter(line => line.startsWith('m=')).length
    ) {
      t.fail(`not one line for each offered:\n${offer}\n${result.answer}`);
    }
    const { video } = result.media;
    createOffer(local, result.state);
    if (!video) continue;
    const { width, height, frameRate, bitrate } = video.encoder;
    const sent = (video.session.send ?? video.session.receive)?.codec;
    if (!video.session.send || !sent) continue;
    if (video.encoder.codec !== 'H264') {
      if (!(width >= 176 && frameRate >= 1 && frameRate <= 30 && bitrate > 0))
        t.fail(`${width}@${frameRate}`);
      continue;
    }
    const limits = decoderLimits(sent.parameters);
    const size = macroblocks(width, height);
    const fits =
      size <= limits.maxFs &&
      size * frameRate <= limits.maxMbps &&
      bitrate <= limits.maxBitrate &&
      bitrate <= local.video!.maxBitrate &&
      frameRate >= 1 &&
      frameRate <= 30 &&
      bitrate > 0;
    if (!fits) t.fail(`${width}x${height}@${frameRate} ${bitrate} is beyond ${JSON.stringify(limits)}`);
  }
  t.ok(accepted > 3000, `${accepted} of 6000 mutated offers are still answered`);
});

void t.test('comfort noise goes with G.711, in what we answer and in what we offer', async t => {
  const offer = corpus['sippUac']!.replace(/(m=audio \d+ RTP\/AVP 0)/, '$1 13');
  const { answer, media } = answered(offer);
  t.match(answer, /m=audio \d+ RTP\/AVP 0 13\b/);
  t.match(answer, 'a=rtpmap:13 CN/8000');
  t.equal(media.audio!.send!.codec.comfortNoisePayloadType, 13);
  t.equal(media.audio!.receive!.codec.comfortNoisePayloadType, 13);
  t.equal(answered(corpus['sippUac']!).media.audio!.send!.codec.comfortNoisePayloadType, undefined);
});

void t.test('who answers several codecs may send each of them', async t => {
  const { offer, state } = createOffer(at720);
  const answer = offer.replace(/m=audio (\d+) RTP\/AVP .*/, 'm=audio $1 RTP/AVP 8 9 96 13');
  const applied = applyAnswer(state, answer);
  if (!applied.ok) return t.fail(applied.warning);
  const { receive, send } = applied.media.audio!;
  t.equal(send!.codec.name, 'PCMA');
  t.equal(receive!.codec.comfortNoisePayloadType, 13);
  t.same(
    receive!.others?.map(({ name, payloadType }) => [name, payloadType]),
    [
      ['G722', 9],
      ['opus', 96],
    ],
  );
});
