import type { SiteState } from '../../server/api/signalling.js';

/** What is wrong, worst first. */
export const alarmKinds = ['site-lost', 'site-poor', 'no-picture', 'no-sound'] as const;
export type AlarmKind = (typeof alarmKinds)[number];

export interface Alarm {
  /** The same as long as it is the same fault. */
  id: string;
  kind: AlarmKind;
  conferenceId: string;
  siteId: string;
  siteName: string;
}

/** A site that has just come is still setting up. */
const settlingMs = 12_000;

/** Faults of a conference's sites; `nowMs`: since 1970. */
export function alarmsOf(conferenceId: string, sites: readonly SiteState[], nowMs: number): Alarm[] {
  return sites
    .flatMap(site => {
      const kind = faultOf(site, nowMs);
      if (kind === null) return [];
      const { siteId, name } = site;
      return [{ id: `${conferenceId}/${siteId}/${kind}`, kind, conferenceId, siteId, siteName: name }];
    })
    .sort((a, b) => alarmKinds.indexOf(a.kind) - alarmKinds.indexOf(b.kind));
}

function faultOf(site: SiteState, nowMs: number): AlarmKind | null {
  if (site.connection === 'reconnecting' || site.quality.level === 'lost') return 'site-lost';
  if (site.quality.level === 'poor') return 'site-poor';
  if (site.connection !== 'connected' || nowMs - Date.parse(site.joinedAt) < settlingMs) return null;
  const has = (source: string) => site.streams.some(stream => stream.source === source);
  // A person may come without camera; a room that sends neither picture nor sound is broken.
  if (site.kind === 'sip' && !has('camera')) return 'no-picture';
  if (site.kind === 'sip' && !has('microphone')) return 'no-sound';
  return null;
}
