import t from 'tap';
import { answerOffer, applyAnswer, createOffer } from './offer-answer.js';
import type { LocalMedia } from './types.js';

const local: LocalMedia = {
  announcedAddress: '198.51.100.7',
  bindAddress: '10.0.0.7',
  sessionId: '4711',
  cname: 'amphi@example',
  audio: { id: 'a', port: 40_000, rtcpPort: 40_001, ssrc: 11 },
};

/** An offer of one audio line with these payload types, `rtpmap` and `fmtp` as written. */
function offerOf(codecs: [payloadType: number, rtpmap: string, fmtp?: string][]): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.1',
    's=-',
    'c=IN IP4 192.0.2.1',
    't=0 0',
    `m=audio 5000 RTP/AVP ${codecs.map(([payloadType]) => payloadType).join(' ')}`,
    ...codecs.map(([payloadType, rtpmap]) => `a=rtpmap:${payloadType} ${rtpmap}`),
    ...codecs.flatMap(([payloadType, , fmtp]) =>
      fmtp === undefined ? [] : [`a=fmtp:${payloadType} ${fmtp}`],
    ),
    '',
  ].join('\r\n');
}

function agree(...codecs: Parameters<typeof offerOf>[0]) {
  const result = answerOffer(offerOf(codecs), local);
  if (!result.ok) throw new Error(result.warning);
  return { answer: result.answer, audio: result.media.audio! };
}

const ciscoHbr =
  'profile-level-id=16;streamtype=5;mode=AAC-hbr;config=B98C00;sizeLength=13;indexLength=3;indexDeltaLength=3;constantDuration=480';

void t.test('AAC-LD by RFC 3640 is taken as the peer wants it', async t => {
  const { answer, audio } = agree([96, 'mpeg4-generic/48000', ciscoHbr], [9, 'G722/8000'], [0, 'PCMU/8000']);
  t.match(answer, 'm=audio 40000 RTP/AVP 96\r\n');
  t.match(answer, 'a=rtpmap:96 mpeg4-generic/48000\r\n');
  t.match(answer, 'sizeLength=13');
  t.match(answer, 'config=B98C00');
  t.equal(audio.send!.codec.parameters['config'], 'B98C00');
  t.equal(audio.send!.codec.clockRate, 48_000);
});

void t.test('AAC-LD by LATM goes by the clock and the configuration that were offered', async t => {
  const { answer, audio } = agree(
    [107, 'MP4A-LATM/90000', 'profile-level-id=25;object=23;bitrate=128000'],
    [108, 'MP4A-LATM/90000', 'profile-level-id=24;object=23;bitrate=64000'],
    [8, 'PCMA/8000'],
  );
  t.match(answer, 'm=audio 40000 RTP/AVP 107\r\n');
  t.match(answer, 'a=fmtp:107 profile-level-id=25;object=23;bitrate=128000\r\n');
  t.equal(audio.receive!.codec.clockRate, 90_000);
  t.same(
    audio.receive!.others!.map(({ payloadType }) => payloadType),
    [108, 8],
  );
  const fixed = agree([99, 'MP4A-LATM/48000', 'cpresent=0;config=4001731200ff00']);
  t.equal(fixed.audio.receive!.codec.clockRate, 48_000);
  t.match(fixed.answer, 'a=fmtp:99 cpresent=0;config=4001731200ff00\r\n');
});

void t.test('AAC that is not LD, or is sliced in other ways, is passed over', async t => {
  for (const [rtpmap, fmtp] of [
    ['mpeg4-generic/48000', ciscoHbr.replace('B98C00', '1190')],
    ['mpeg4-generic/48000', ciscoHbr.replace('AAC-hbr', 'AAC-lbr')],
    ['mpeg4-generic/48000', ciscoHbr.replace('sizeLength=13', 'sizeLength=6')],
    ['mpeg4-generic/48000', undefined],
    ['MP4A-LATM/90000', 'profile-level-id=1;object=2;bitrate=64000'],
    ['MP4A-LATM/48000', 'cpresent=0;config=400024203fc0'],
    ['MP4A-LATM/90000', undefined],
  ] as const) {
    const { audio } = agree([96, rtpmap, fmtp], [0, 'PCMU/8000']);
    t.equal(audio.send!.codec.name, 'PCMU', `${rtpmap} ${fmtp}`);
  }
});

void t.test('what we offer, a peer of our kind can answer with any of it', async t => {
  const { offer, state } = createOffer(local);
  const numbers = /m=audio \d+ RTP\/AVP (.*)\r/.exec(offer)![1]!.split(' ');
  for (const number of numbers) {
    const name = new RegExp(`a=rtpmap:${number} (\\S+)/`).exec(offer)![1]!;
    if (/telephone-event|CN/.test(name)) continue;
    const answer = offer.replace(/RTP\/AVP .*\r/, `RTP/AVP ${number}\r`);
    const applied = applyAnswer(state, answer);
    t.ok(applied.ok && applied.media.audio!.send!.codec.payloadType === Number(number), name);
  }
});

void t.test('G.729 is taken from who only sends it, and is never what we would have to send', async t => {
  const offer = offerOf([
    [18, 'G729/8000'],
    [0, 'PCMU/8000'],
  ]);
  const both = answerOffer(offer, local);
  if (!both.ok) return t.fail(both.warning);
  t.match(both.answer, 'm=audio 40000 RTP/AVP 0\r\n');
  t.equal(both.media.audio!.receive!.others![0]!.name, 'G729', 'though it may come');
  const alone = offerOf([[18, 'G729/8000']]);
  t.equal(answerOffer(alone, local).ok, false);
  const listening = answerOffer(`${alone}a=sendonly\r\n`, local);
  if (!listening.ok) return t.fail(listening.warning);
  t.match(listening.answer, 'a=recvonly');
  t.match(listening.answer, 'a=fmtp:18 annexb=no');
  t.equal(listening.media.audio!.send, undefined);
  t.equal(listening.media.audio!.receive!.codec.name, 'G729');
});

void t.test('G.728 and iLBC may come beside what is answered, and alone from who only sends', async t => {
  const both = agree([15, 'G728/8000'], [97, 'iLBC/8000', 'mode=20'], [98, 'iLBC/8000'], [8, 'PCMA/8000']);
  t.match(both.answer, 'm=audio 40000 RTP/AVP 8\r\n');
  t.same(
    both.audio.receive!.others!.map(({ name, parameters }) => [name, parameters]),
    [
      ['G728', {}],
      ['iLBC', { mode: '20' }],
      ['iLBC', { mode: '30' }],
    ],
  );
  const ilbc = answerOffer(`${offerOf([[97, 'iLBC/8000', 'mode=20']])}a=sendonly\r\n`, local);
  t.match(ilbc.ok && ilbc.answer, 'a=fmtp:97 mode=20\r\n');
  const g728 = offerOf([[15, 'G728/8000']]).replace(/a=rtpmap.*\r\n/, '');
  const listening = answerOffer(`${g728}a=sendonly\r\n`, local);
  t.equal(listening.ok && listening.media.audio!.receive!.codec.name, 'G728', 'a static payload type');
});

void t.test('G.722.1 is received at 24 and 32 kbit/s, and at no other rate', async t => {
  const offered = offerOf([
    [104, 'G7221/16000', 'bitrate=32000'],
    [105, 'G7221/16000', 'bitrate=24000'],
    [106, 'G7221/32000', 'bitrate=48000'],
    [107, 'G7221/16000', 'bitrate=16000'],
  ]);
  const listening = answerOffer(`${offered}a=sendonly\r\n`, local);
  if (!listening.ok) return t.fail(listening.warning);
  t.match(listening.answer, 'm=audio 40000 RTP/AVP 104\r\n');
  t.match(listening.answer, 'a=fmtp:104 bitrate=32000\r\n');
  const { codec, others } = listening.media.audio!.receive!;
  t.same(
    [codec, ...others!].map(({ payloadType, clockRate }) => [payloadType, clockRate]),
    [
      [104, 16_000],
      [105, 16_000],
    ],
  );
  t.same(others![0]!.parameters, { bitrate: '24000' });
});
