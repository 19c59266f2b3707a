import type { ConferenceState, SiteState, StreamState } from '../../../server/api/signalling.js';
import type { StageTile } from './stage-layout.js';

/** One picture on the stage: a site's camera (or its name, without one), or the screen that it shares. */
export interface Tile extends StageTile {
  site: SiteState;
  source: 'camera' | 'content';
  isOwn: boolean;
  /** Absent while the site sends no such stream. */
  video: StreamState | undefined;
  microphone: StreamState | undefined;
}

export const tileKey = (siteId: string, source: Tile['source']): string => `${siteId}/${source}`;

/** Shared screens first, then the others in the order of joining, ourselves last. */
export function tilesOf(conference: ConferenceState, ownSiteId: string | null): Tile[] {
  const tile = (site: SiteState, source: Tile['source']): Tile => ({
    key: tileKey(site.siteId, source),
    site,
    source,
    isOwn: site.siteId === ownSiteId,
    video: site.streams.find(stream => stream.source === source),
    microphone: site.streams.find(stream => stream.source === 'microphone'),
  });
  const contents = conference.sites
    .filter(site => site.streams.some(stream => stream.source === 'content'))
    .map(site => tile(site, 'content'));
  const cameras = conference.sites.map(site => tile(site, 'camera'));
  const ownLast = (tiles: Tile[]) => [...tiles.filter(t => !t.isOwn), ...tiles.filter(t => t.isOwn)];
  return [...ownLast(contents), ...ownLast(cameras)];
}

export interface Preference {
  view: 'grid' | 'speaker';
  /** What the person has made large by hand. */
  pinnedKey: string | null;
  activeSpeaker: string | null;
}

/**
 * Which tile is large: the one chosen by hand, else what somebody else shares, else, in the speaker view, who
 * speaks. Null: all are equal. Our own picture is never made large by itself.
 */
export function mainTileOf(tiles: Tile[], { view, pinnedKey, activeSpeaker }: Preference): string | null {
  const pinned = tiles.find(tile => tile.key === pinnedKey);
  if (pinned) return pinned.key;
  const content = tiles.find(tile => tile.source === 'content' && !tile.isOwn);
  if (content) return content.key;
  if (view === 'grid') return null;
  const cameras = tiles.filter(tile => tile.source === 'camera' && !tile.isOwn);
  const speaker = cameras.find(tile => tile.site.siteId === activeSpeaker);
  return (speaker ?? cameras.find(tile => tile.video && !tile.video.paused) ?? cameras[0])?.key ?? null;
}
