import t from 'tap';
import { automaticView } from '../../../server/api/views.js';
import { ordinarySound } from '../../../server/api/sound.js';
import type { ConferenceState, SiteState, StreamSource } from '../../../server/api/signalling.js';
import { mainTileOf, tilesOf } from './tiles.js';

const site = (siteId: string, ...sources: StreamSource[]): SiteState => ({
  siteId,
  name: siteId,
  kind: 'webrtc',
  connection: 'connected',
  sound: ordinarySound,
  streams: sources.map(source => ({ source, producerId: `${siteId}-${source}`, paused: false })),
  quality: {
    level: 'good',
    fractionLost: 0,
    jitterMs: 0,
    roundTripMs: null,
    sendBitrate: 0,
    receiveBitrate: 0,
  },
  chair: false,
  joinedAt: '2026-01-01T00:00:00Z',
});
const conference = (...sites: SiteState[]): ConferenceState => ({
  conferenceId: 'c',
  title: 'c',
  number: '1',
  sites,
  activeSpeaker: null,
  recording: null,
  calls: [],
  startedAt: '2026-11-23T08:00:00.000Z',
  endsAt: null,
  locked: false,
  notice: null,
  views: { conference: automaticView, sites: {}, broadcast: null, watching: {}, chosen: [] },
});
const keys = (state: ConferenceState) => tilesOf(state, 'me').map(tile => tile.key);
const preference = { view: 'grid', pinnedKey: null, activeSpeaker: null } as const;

void t.test('every site has a tile, also without camera; we come last; shared screens first', async t => {
  t.same(keys(conference(site('me', 'camera'), site('a'), site('b', 'camera', 'content'))), [
    'b/content',
    'a/camera',
    'b/camera',
    'me/camera',
  ]);
});

void t.test('a screen that somebody shares gets the large place in both views', async t => {
  const tiles = tilesOf(conference(site('me'), site('a', 'content'), site('b', 'camera')), 'me');
  t.equal(mainTileOf(tiles, preference), 'a/content');
  t.equal(mainTileOf(tiles, { ...preference, view: 'speaker', activeSpeaker: 'b' }), 'a/content');
});

void t.test('our own screen is not shown large to ourselves', async t => {
  const tiles = tilesOf(conference(site('me', 'content'), site('a', 'camera')), 'me');
  t.equal(mainTileOf(tiles, preference), null);
});

void t.test(
  'the speaker view shows who speaks, never us; before anybody speaks, somebody with a picture',
  async t => {
    const tiles = tilesOf(conference(site('me', 'camera'), site('a'), site('b', 'camera')), 'me');
    const speaker = { ...preference, view: 'speaker' } as const;
    t.equal(mainTileOf(tiles, { ...speaker, activeSpeaker: 'a' }), 'a/camera');
    t.equal(mainTileOf(tiles, { ...speaker, activeSpeaker: 'me' }), 'b/camera');
    t.equal(mainTileOf(tiles, speaker), 'b/camera');
    t.equal(mainTileOf(tilesOf(conference(site('me', 'camera')), 'me'), speaker), null);
  },
);

void t.test('what was made large by hand goes before all, as long as it is there', async t => {
  const tiles = tilesOf(conference(site('me', 'camera'), site('a', 'content')), 'me');
  t.equal(mainTileOf(tiles, { ...preference, pinnedKey: 'me/camera' }), 'me/camera');
  t.equal(mainTileOf(tiles, { ...preference, pinnedKey: 'gone/camera' }), 'a/content');
});
