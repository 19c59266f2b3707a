import t from 'tap';
import type { RtpSession } from '../../sfu/rtp/session.js';
import { automaticView } from '../api/views.js';
import { buildPlan, tileHeights, type PlanInput } from './composition-plan.js';

function session(
  id: string,
  kind: 'audio' | 'video',
  flow: { receive?: boolean; send?: boolean },
): RtpSession {
  const codec = {
    name: kind === 'audio' ? ('opus' as const) : ('H264' as const),
    payloadType: 100,
    clockRate: 90_000,
    parameters: {},
  };
  return {
    id,
    kind,
    local: { address: '127.0.0.1', port: 2, rtcpPort: 2 },
    remote: { address: '127.0.0.1', port: 4, rtcpPort: 4 },
    symmetric: false,
    feedback: { nack: true, pli: true, fir: true },
    ...(flow.receive && { receive: { codec } }),
    ...(flow.send && { send: { codec, ssrc: 1, cname: 'c' } }),
  };
}

const browser = (siteId: string, paused = false): PlanInput['browsers'][number] => ({
  siteId,
  name: siteId.toUpperCase(),
  streams: [
    { source: 'microphone', paused: false, session: session(`${siteId}-mic`, 'audio', { receive: true }) },
    { source: 'camera', paused, session: session(`${siteId}-cam`, 'video', { receive: true }) },
  ],
});

const room = (siteId: string, flow = { receive: true, send: true }): PlanInput['rooms'][number] => ({
  siteId,
  name: siteId.toUpperCase(),
  media: {
    audio: session(`${siteId}-audio`, 'audio', flow),
    audioPtimeMs: 20,
    video: {
      session: session(`${siteId}-video`, 'video', flow),
      encoder: {
        profile: 'baseline',
        packetizationMode: 1,
        codec: 'H264',
        width: 1280,
        height: 720,
        frameRate: 30,
        bitrate: 1e6,
      },
    },
    held: !flow.send,
    fastUpdateByInfo: false,
  },
  publishedAudio: session(`${siteId}-pub-a`, 'audio', { send: true }),
  publishedVideo: session(`${siteId}-pub-v`, 'video', { send: true }),
});

void t.test('a room sees the others and hears N-1, and is published in the SFU', async t => {
  const plan = buildPlan({
    conferenceId: 'c',
    browsers: [browser('a'), browser('b')],
    rooms: [room('r')],
    composite: undefined,
  });
  t.match(plan.outputs, [
    {
      id: 'room:r',
      video: { view: { siteIds: ['a', 'b'] }, encoder: { width: 1280 } },
      audio: { without: 'r' },
    },
  ]);
  t.match(plan.relays, [{ from: 'r-video', to: 'r-pub-v' }]);
  t.match(plan.transcodes, [{ siteId: 'r', to: 'r-pub-a' }]);
  t.equal(plan.sessions.length, 8);
});

void t.test('the recording sees and hears everybody, content first', async t => {
  const sharer = browser('a');
  sharer.streams.push({
    source: 'content',
    paused: false,
    session: session('a-screen', 'video', { receive: true }),
  });
  const plan = buildPlan({
    conferenceId: 'c',
    browsers: [browser('b'), sharer],
    rooms: [room('r')],
    composite: {
      video: session('cv', 'video', { send: true }),
      audio: session('ca', 'audio', { send: true }),
      bitrate: 4e6,
    },
  });
  const composite = plan.outputs.find(output => output.id === 'composite');
  t.same(composite?.video?.view.siteIds, ['a/content', 'b', 'a', 'r']);
  t.match(composite?.video?.encoder, { width: 1920, height: 1080, frameRate: 30, keyframeIntervalS: 1 });
  t.equal(composite?.audio?.without, undefined);
});

void t.test('a camera that is off keeps its tile, without picture', async t => {
  const plan = buildPlan({
    conferenceId: 'c',
    browsers: [browser('a', true)],
    rooms: [room('r')],
    composite: undefined,
  });
  t.equal(plan.sources.find(source => source.siteId === 'a')?.video, undefined);
  t.same(plan.outputs[0]?.video?.view.siteIds, ['a']);
});

void t.test('a room on hold gets nothing, and its stream is not relayed', async t => {
  const held = room('r', { receive: false, send: false });
  const plan = buildPlan({
    conferenceId: 'c',
    browsers: [browser('a')],
    rooms: [held],
    composite: undefined,
  });
  t.same(plan.outputs, []);
  t.same(plan.relays, []);
  t.same(plan.transcodes, []);
});

void t.test('the tile height follows the largest view that shows the session', async t => {
  const plan = buildPlan({
    conferenceId: 'c',
    browsers: ['a', 'b', 'c', 'd', 'e'].map(id => browser(id)),
    rooms: [room('r')],
    composite: {
      video: session('cv', 'video', { send: true }),
      audio: session('ca', 'audio', { send: true }),
      bitrate: 4e6,
    },
  });
  t.equal(tileHeights(plan)('a-cam'), 352);
  t.equal(tileHeights(plan)('unknown'), 0);
});

void t.test('each room has its view; speaker, muted and weak sites and content are marked', async t => {
  const sharer = { ...browser('a'), weak: true };
  sharer.streams = [
    { source: 'microphone', paused: true, session: session('a-mic', 'audio', { receive: true }) },
    { source: 'content', paused: false, session: session('a-screen', 'video', { receive: true }) },
  ];
  const own = { ...automaticView, layout: '5+1', fit: 'crop' } as const;
  const plan = buildPlan(
    {
      conferenceId: 'c',
      browsers: [sharer, browser('b')],
      rooms: [room('r'), room('s')],
      composite: undefined,
    },
    {
      views: { conference: automaticView, sites: { s: own }, broadcast: null, watching: {}, chosen: [] },
      sites: ['r', 'a', 's', 'b'],
      speech: ['b'],
      speaker: 'b',
      nowMs: 0,
    },
  );
  const view = (siteId: string) => plan.outputs.find(({ id }) => id === `room:${siteId}`)?.video?.view;
  t.match(view('r'), { layout: 'auto', siteIds: ['a/content', 'a', 's', 'b'], fit: 'letterbox' });
  t.match(view('s'), { layout: '5+1', siteIds: ['a/content', 'r', 'a', 'b', null, null], fit: 'crop' });
  t.equal(plan.speaker, 'b');
  const source = (siteId: string) => plan.sources.find(known => known.siteId === siteId);
  t.match(source('a'), { muted: true, weak: true });
  t.equal(source('b')?.muted, undefined);
  t.equal(source('a/content')?.content, true);
});

void t.test('what the conference does to a site is said of its mouth and its ear', async t => {
  const sound = { mouth: { muted: true, gainDb: 0 }, ear: { muted: false, gainDb: -6 } };
  const plan = buildPlan({
    conferenceId: 'c',
    browsers: [{ ...browser('a'), sound: { ...sound, mouth: { muted: false, gainDb: 6 } } }],
    rooms: [{ ...room('r'), sound }, room('s')],
    composite: undefined,
  });
  const [a, r, s] = plan.sources;
  t.ok(Math.abs(a!.gain! - 1.995) < 0.001);
  t.match(r, { gain: 0, muted: true, audio: 'r-audio' });
  t.equal(s!.gain, undefined);
  t.ok(Math.abs(plan.outputs[0]!.audio!.gain! - 0.501) < 0.001);
  t.equal(plan.outputs[1]!.audio!.gain, undefined);
});
