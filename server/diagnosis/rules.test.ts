import t from 'tap';
import type { RtpCodec, RtpSession } from '../../sfu/rtp/session.js';
import type { NegotiatedEncoder, NegotiatedMedia } from '../../sip-gateway/sdp/types.js';
import type { CallRecord } from '../../sip-gateway/trace/call-history.js';
import { told } from './diagnosis.js';
import type { StreamTraffic } from './media-watch.js';
import { diagnose, type CallFacts } from './rules.js';
import { findings } from './texts.js';

const codec: RtpCodec = { name: 'opus', payloadType: 96, clockRate: 48000, channels: 2, parameters: {} };
const session = (id: string, changes: Partial<RtpSession> = {}): RtpSession => ({
  ...{ id, kind: id === 'audio' ? 'audio' : 'video', symmetric: true },
  local: { address: '0.0.0.0', port: 30000, rtcpPort: 30001 },
  remote: { address: '192.0.2.7', port: 5000, rtcpPort: 5001 },
  receive: { codec },
  send: { codec, ssrc: 1, cname: 'c' },
  feedback: { nack: false, pli: true, fir: false },
  ...changes,
});
const encoder: NegotiatedEncoder = {
  ...{ codec: 'H264', profile: 'baseline', packetizationMode: 1, width: 1280, height: 720 },
  ...{ frameRate: 30, bitrate: 1_500_000 },
};
const traffic = (changes: Partial<StreamTraffic> = {}): StreamTraffic => ({
  ...{ seconds: 5, received: 500, sent: 500, lost: 0, bytesReceived: 1, bytesSent: 1 },
  ...{ unauthenticated: 0, unexpected: 0, everReceived: 5000, keyframes: 3, remoteReports: 9 },
  ...{ remoteFractionLost: 0, remoteEstimate: null, keyingFailure: undefined },
  source: { address: '192.0.2.7', port: 5000 },
  ...changes,
});
const sdp = (...lines: string[]) => ['v=0', 'c=IN IP4 192.0.2.7', ...lines, ''].join('\r\n');
const ordinary = ['m=audio 5000 RTP/AVP 0', 'm=video 5002 RTP/AVP 97', 'a=rtpmap:97 H264/90000'];
const source = { width: 1280, height: 720, framesPerSecond: 30, audioLevel: 30 };

interface Changes {
  record?: Partial<CallRecord>;
  media?: Partial<NegotiatedMedia>;
  audio?: Partial<StreamTraffic>;
  video?: Partial<StreamTraffic>;
  facts?: Partial<CallFacts>;
}

function factsOf({ record, media, audio, video, facts }: Changes): CallFacts {
  return {
    record: {
      ...{ callId: 'c', direction: 'incoming', target: '8001', state: 'active', end: undefined },
      remote: { uri: 'sip:r@x', displayName: '', userAgent: '', address: '192.0.2.7', encrypted: false },
      media: {
        ...{ audioPtimeMs: 20, held: false, fastUpdateByInfo: false },
        audio: session('audio'),
        video: { session: session('video'), encoder },
        ...media,
      },
      ...{ startedAtMs: 1, establishedAtMs: 2, endedAtMs: undefined, messages: [], messageCount: 0 },
      ...{ omitted: { count: 0, before: 0 }, remoteSdp: sdp(...ordinary) },
      ...record,
    },
    media: { streams: { audio: traffic(audio), video: traffic(video) }, source },
    mediaEncryption: 'optional',
    site: { muted: false, alone: false, floorOpen: undefined },
    ...facts,
  };
}

const refused = (text: string, remoteSdp?: string): Changes['record'] => ({
  ...{ state: 'ended', media: undefined, establishedAtMs: undefined, remoteSdp },
  end: { by: 'local', cause: 'refused', text },
});
const ended = (by: 'local' | 'remote', cause: 'no-answer' | 'lost' | 'hangup' | 'refused', text = 'x') => ({
  ...{ state: 'ended', end: { by, cause, text } },
});
const silent = { received: 0, everReceived: 0, keyframes: 0, source: null };
const dtls = session('video', { dtls: {} as RtpSession['dtls'] & object });

/** What is the matter, and what must be found first in each stream. */
const cases: [name: string, changes: Changes, expected: string[]][] = [
  ['all is well', {}, ['call all-well', 'content content-inside']],
  ['it rings', { record: { state: 'ringing', media: undefined } }, ['call ringing']],
  ['no such number', { record: refused('404 no conference') }, ['call unknown-number']],
  ['a wrong PIN', { record: refused('403 PIN') }, ['call refused-here']],
  [
    'they refuse',
    { record: { ...ended('remote', 'refused'), media: undefined, remoteSdp: undefined } as never },
    ['call refused-there'],
  ],
  [
    'nobody answers',
    { record: { ...ended('local', 'no-answer'), media: undefined, remoteSdp: undefined } as never },
    ['call no-answer'],
  ],
  ['gone', { record: ended('local', 'lost') as never }, ['call vanished']],
  ['hung up', { record: ended('remote', 'hangup') as never }, ['call hung-up']],
  ['on hold', { record: { state: 'held' }, media: { held: true } }, ['call held']],
  [
    'encryption is wanted here',
    { record: refused('488 media', sdp(...ordinary)), facts: { mediaEncryption: 'required' } },
    ['call refused-here', 'video encryption-required', 'audio encryption-required'],
  ],
  [
    'encryption is wanted there',
    {
      record: refused(
        '488 media',
        sdp('m=audio 5000 RTP/SAVP 0', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:***'),
      ),
      facts: { mediaEncryption: 'off' },
    },
    ['call refused-here', 'audio encryption-off-here'],
  ],
  [
    'keys of a suite that nobody has',
    {
      record: refused(
        '488 media',
        sdp('m=audio 5000 RTP/SAVP 0', 'a=crypto:1 F8_128_HMAC_SHA1_80 inline:***'),
      ),
    },
    ['audio no-usable-key'],
  ],
  [
    'codecs that are not ours',
    { record: refused('488 media', sdp('m=audio 5000 RTP/AVP 98', 'a=rtpmap:98 iLBC/8000')) },
    ['audio no-common-codec'],
  ],
  [
    'a call without picture',
    { media: { video: undefined as never }, record: { remoteSdp: sdp(ordinary[0]!) } },
    ['video not-offered'],
  ],
  [
    'picture switched off',
    {
      media: { video: undefined as never },
      record: { remoteSdp: sdp(ordinary[0]!, 'm=video 0 RTP/AVP 97') },
    },
    ['video switched-off-there'],
  ],
  [
    'camera stopped by signalling',
    { media: { video: { session: session('video', { receive: undefined as never }), encoder } } },
    ['video not-sent-there'],
  ],
  [
    'it wants no picture',
    { media: { video: { session: session('video', { send: undefined as never }), encoder } } },
    ['video not-taken-there'],
  ],
  ['camera off', { video: silent }, ['video camera-silent']],
  ['firewall', { video: silent, audio: silent }, ['video nothing-arrives', 'audio nothing-arrives']],
  [
    'behind NAT, and silent',
    {
      ...{ video: silent, audio: silent },
      media: {
        video: {
          session: session('video', { remote: { address: '10.0.0.7', port: 5, rtcpPort: 6 } }),
          encoder,
        },
      },
    },
    ['video private-address'],
  ],
  ['the line is cut', { video: { received: 0 } }, ['video stopped-arriving']],
  ['no keyframe', { video: { keyframes: 0 } }, ['video no-keyframe']],
  [
    'DTLS fails',
    { media: { video: { session: dtls, encoder } }, video: { ...silent, keyingFailure: 'no' } },
    ['video dtls-failed'],
  ],
  [
    'DTLS does not begin',
    { media: { video: { session: dtls, encoder } }, video: silent },
    ['video dtls-pending'],
  ],
  ['other keys', { video: { ...silent, unauthenticated: 500 } }, ['video wrong-keys']],
  ['another codec', { video: { received: 0, unexpected: 500 } }, ['video unexpected-packets']],
  ['nothing is sent', { video: { sent: 0 } }, ['video nothing-sent']],
  ['loss both ways', { video: { lost: 100, remoteFractionLost: 0.2 } }, ['video loss-in', 'video loss-out']],
  ['a small line', { video: { remoteEstimate: 128_000 } }, ['video bandwidth-small']],
  [
    'behind NAT',
    { video: { source: { address: '198.51.100.1', port: 9 } } },
    ['call all-well', 'video other-address'],
  ],
  ['no RTCP', { video: { remoteReports: 0 } }, ['call all-well', 'video no-reports']],
  [
    'silence',
    {
      facts: {
        media: { streams: { audio: traffic(), video: traffic() }, source: { ...source, audioLevel: 127 } },
      },
    },
    ['audio silent-microphone'],
  ],
  [
    'muted and alone',
    { facts: { site: { muted: true, alone: true, floorOpen: undefined } } },
    ['audio muted-here', 'call alone'],
  ],
  [
    'BFCP does not come up',
    {
      media: {
        content: { session: session('content'), encoder },
        floor: { transport: 'UDP', local: { address: '0.0.0.0', port: 30010 } } as never,
      },
      facts: { site: { muted: false, alone: false, floorOpen: false } },
    },
    ['content floor-closed'],
  ],
  [
    'keys in the open',
    { media: { audio: session('audio', { protection: {} as never }) } },
    ['call keys-in-the-open'],
  ],
  ['too early', { facts: { media: undefined } }, ['call nothing-known']],
];

const seen = new Set<string>();
for (const [name, changes, expected] of cases) {
  void t.test(name, async t => {
    const found = diagnose(factsOf(changes));
    t.ok(found.length > 0, 'something is always said');
    const codes = found.map(({ code, stream }) => `${stream} ${code}`);
    for (const wanted of expected) t.ok(codes.includes(wanted), `${wanted} in ${codes.join(', ')}`);
    const harmed = expected.every(code => !code.includes('all-well'));
    const faulty = found.some(({ code }) => findings[code].severity !== 'note');
    if (!harmed) t.notOk(faulty, codes.join(', '));
    for (const finding of found) {
      seen.add(finding.code);
      const { what, advice } = told(finding);
      for (const text of [what.zh, what.en, advice.zh, advice.en]) t.notMatch(text, /[?{}]|undefined/, text);
    }
  });
}

void t.test('nothing is in the table of texts that no rule finds', async t => {
  t.strictSame(
    Object.keys(findings).filter(code => !seen.has(code)),
    [],
  );
});
