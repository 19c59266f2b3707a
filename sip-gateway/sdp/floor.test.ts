import t from 'tap';
import { corpus } from './corpus.js';
import { answerOffer, applyAnswer, createOffer } from './offer-answer.js';
import type { AnswerOfferResult, LocalMedia } from './types.js';

const video = {
  id: 'v',
  port: 40002,
  rtcpPort: 40003,
  ssrc: 22,
  maxPicture: { width: 1920, height: 1080, frameRate: 30 },
  maxBitrate: 4_000_000,
};
const local: LocalMedia = {
  announcedAddress: '198.51.100.7',
  bindAddress: '10.0.0.7',
  sessionId: '4711',
  cname: 'amphi@example',
  audio: { id: 'a', port: 40000, rtcpPort: 40001, ssrc: 11 },
  video,
  content: {
    ...video,
    id: 'c',
    port: 40004,
    rtcpPort: 40005,
    ssrc: 33,
    floor: { port: 40006, conferenceId: 99, userId: 2 },
  },
};

function answered(offer: string, previous?: Extract<AnswerOfferResult, { ok: true }>['state']) {
  const result = answerOffer(offer, local, previous);
  if (!result.ok) throw new Error(result.warning);
  return result;
}
const ports = (sdp: string) =>
  [...sdp.matchAll(/^m=(\w+) (\d+)/gm)].map(([, kind, port]) => `${kind} ${port}`);
const withTcp = (control: string, setup: string) =>
  corpus
    .polycomGroup!.replace('UDP/BFCP', 'TCP/BFCP')
    .replace('floorctrl:c-s', `floorctrl:${control}`)
    .replace('setup:actpass', `setup:${setup}`);

void t.test(
  'a room with BFCP and slides gets both, and we control the floor where it leaves the choice',
  async t => {
    const { answer, media, state } = answered(corpus.polycomGroup!);
    t.same(ports(answer), [
      'audio 40000',
      'video 40002',
      'application 40006',
      'video 40004',
      'application 0',
    ]);
    t.match(
      answer,
      /a=floorctrl:s-only\r\na=confid:99\r\na=userid:2\r\na=floorid:1 mstrm:3\r\na=bfcpver:2\r\n/,
    );
    t.match(answer, /m=video 40004[^]*a=content:slides/);
    t.match(answer, /m=video 40004[^]*a=label:3/);
    t.match(media.floor, { role: 'server', transport: 'UDP', conferenceId: 99, userId: 2, floorId: 1 });
    t.same(media.floor!.remote, { address: '192.0.2.20', port: 49178 });
    t.same(media.floor!.local, { address: '10.0.0.7', port: 40006 });
    t.equal(media.content!.session.remote.port, 49174);
    t.equal(media.content!.encoder.codec, 'H264');
    const again = answered(corpus.polycomGroup!, state);
    t.same(again.media, media, 'a refresh changes nothing');
    t.equal(again.answer, answer);
  },
);

void t.test('over TCP, setup says who connects; a floor server of the peer is obeyed', async t => {
  const passive = answered(withTcp('c-only', 'actpass'));
  t.match(passive.answer, /m=application 40006 TCP\/BFCP \*[^]*a=setup:passive\r\na=connection:new/);
  t.match(passive.media.floor, { transport: 'TCP', setup: 'passive', role: 'server' });
  const active = answered(withTcp('s-only', 'passive'));
  t.match(active.answer, /m=application 9 TCP\/BFCP \*\r\na=floorctrl:c-only\r\na=setup:active/);
  t.match(active.media.floor, { role: 'client', setup: 'active', conferenceId: 1, userId: 2, floorId: 1 });
});

void t.test(
  'a second video line is content by its label too; without floor control content is taken as it is',
  async t => {
    const byLabel = answered(corpus.polycomGroup!.replace('a=content:slides\r\n', ''));
    t.equal(byLabel.media.content!.session.remote.port, 49174);
    const bare = answered(corpus.polycomGroup!.replace(/m=application 49178[^]*?(?=m=video)/, ''));
    t.ok(bare.media.content);
    t.equal(bare.media.floor, undefined);
    const none = answered(corpus.yealinkVc!);
    t.equal(none.media.content, undefined);
  },
);

void t.test('our own offer has all of it, and our answer to it is understood', async t => {
  const { offer, state } = createOffer(local);
  t.same(ports(offer), ['audio 40000', 'video 40002', 'video 40004', 'application 40006']);
  t.match(offer, /a=floorctrl:c-s/);
  const answer = answered(offer);
  const applied = applyAnswer(state, answer.answer);
  if (!applied.ok) throw new Error(applied.warning);
  t.match(applied.media.floor, { role: 'client', conferenceId: 99, userId: 2, floorId: 1 });
  t.ok(applied.media.content);
  const { offer: again } = createOffer(local, applied.state);
  t.same(ports(again), ports(offer), 'and offered again with a re-INVITE');
});
