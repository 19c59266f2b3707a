import type { FloorHolder } from '../../sip-gateway/content/room-floor.js';
import type { Site } from './site.js';
import { SipSite } from './sip-site.js';
import { WebRtcSite } from './webrtc-site.js';

/**
 * Who presents: one at a time, and who began last takes the floor from who had it. It is level-triggered: `update`
 * looks at what the sites want and tells rooms and browsers what has come of it.
 */
export class ContentFloor {
  /** siteIds of those who present or want to, the newest last. */
  #claims: string[] = [];

  /** siteId of who presents; null: nobody does. */
  get holder(): string | null {
    return this.#claims.at(-1) ?? null;
  }

  update(sites: readonly Site[]): void {
    const claiming = sites.filter(claims).map(({ siteId }) => siteId);
    this.#claims = [
      ...this.#claims.filter(siteId => claiming.includes(siteId)),
      ...claiming.filter(siteId => !this.#claims.includes(siteId)),
    ];
    const { holder } = this;
    for (const site of sites) {
      if (site.siteId !== holder && claims(site)) lose(site);
      if (site instanceof SipSite) site.call.floor?.setHolder(floorFor(site, holder));
    }
    this.#claims = this.#claims.slice(-1);
  }
}

function claims(site: Site): boolean {
  return site instanceof SipSite ? site.wantsToPresent : site.streams.has('content');
}

function lose(site: Site): void {
  if (site instanceof SipSite) site.wantsToPresent = false;
  if (site instanceof WebRtcSite) site.loseContent();
}

function floorFor({ siteId }: Site, holder: string | null): FloorHolder {
  return holder === null ? null : holder === siteId ? 'room' : 'others';
}
