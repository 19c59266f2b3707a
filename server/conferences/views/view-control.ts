import { UserError } from '../../../base/errors.js';
import { automaticView, type ConferenceViews, type ViewWish } from '../../api/views.js';
import type { ViewInput } from './resolve-view.js';
import { VoiceSwitch } from './voice-switch.js';

export type ViewChoice = 'layout' | 'site-layout' | 'broadcast' | 'watch' | 'chosen';

/** What a conference does when views change. */
export interface ViewOwner {
  /** Sites in it now. */
  readonly siteIds: readonly string[];
  /** Somebody chose something: pages show it, pictures follow. */
  chosen(what: ViewChoice, detail: Record<string, unknown>): void;
  /** Only the pictures change: another voice, the next turn of a round. */
  moved(): void;
}

/**
 * The views of one conference: what was chosen for it and for each site, and what moves by itself (voice-activated
 * switching, round robin). It answers what `resolveView` needs, and says when to ask again.
 */
export class ViewControl {
  #views: ConferenceViews;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #voice = new VoiceSwitch();

  constructor(
    view: ViewWish,
    private readonly owner: ViewOwner,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.#views = { conference: view, sites: {}, broadcast: null, watching: {}, chosen: [] };
    this.#schedule();
  }

  get state(): ConferenceViews {
    return this.#views;
  }

  get input(): Pick<ViewInput, 'views' | 'speech' | 'nowMs'> {
    return { views: this.#views, speech: this.#voice.order, nowMs: this.nowMs() };
  }

  setConferenceView(view: ViewWish): void {
    this.#change({ conference: view }, 'layout', { view });
  }

  /** As it was before a crash of the server. */
  restore(views: ConferenceViews): void {
    this.#views = views;
    this.#schedule();
  }

  /** Null: the site sees the conference's view again. @throws UserError `not-found` */
  setSiteView(siteId: string, view: ViewWish | null): void {
    this.#requireSite(siteId);
    this.#change({ sites: withEntry(this.#views.sites, siteId, view) }, 'site-layout', { siteId, view });
  }

  /** All others see this site large; null: nobody is broadcast. @throws UserError `not-found` */
  broadcast(siteId: string | null): void {
    if (siteId !== null) this.#requireSite(siteId);
    this.#change({ broadcast: siteId }, 'broadcast', { siteId });
  }

  /** One site sees another; null: its view again. @throws UserError `not-found`, `not-allowed` to watch oneself */
  watch(viewer: string, siteId: string | null): void {
    this.#requireSite(viewer);
    if (siteId !== null) this.#requireSite(siteId);
    if (viewer === siteId) throw new UserError('not-allowed', 'A site cannot watch itself.');
    this.#change({ watching: withEntry(this.#views.watching, viewer, siteId) }, 'watch', { viewer, siteId });
  }

  /** For tiles of kind `chair`, in their order. @throws UserError `not-found` */
  choose(siteIds: string[]): void {
    for (const siteId of siteIds) this.#requireSite(siteId);
    this.#change({ chosen: siteIds }, 'chosen', { siteIds });
  }

  /** From now on this site is heard most. */
  heard(siteId: string): void {
    if (this.#voice.heard(siteId, this.nowMs())) this.owner.moved();
    this.#schedule();
  }

  /** What was chosen of the site and for it is forgotten. */
  left(siteId: string): void {
    const { sites, broadcast, watching, chosen } = this.#views;
    this.#voice.left(siteId);
    this.#views = {
      ...this.#views,
      sites: withEntry(sites, siteId, null),
      broadcast: broadcast === siteId ? null : broadcast,
      watching: Object.fromEntries(Object.entries(watching).filter(pair => !pair.includes(siteId))),
      chosen: chosen.filter(other => other !== siteId),
    };
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #requireSite(siteId: string): void {
    if (!this.owner.siteIds.includes(siteId)) {
      throw new UserError('not-found', 'There is no such site in the conference.');
    }
  }

  #change(change: Partial<ConferenceViews>, what: ViewChoice, detail: Record<string, unknown>): void {
    this.#views = { ...this.#views, ...change };
    this.#schedule();
    this.owner.chosen(what, detail);
  }

  /** Wakes when a new voice takes over or a round goes on, whichever is first. */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const nowMs = this.nowMs();
    const turns = [this.#views.conference, ...Object.values(this.#views.sites)]
      .flatMap(view => view.tiles)
      .flatMap(tile => (tile.kind === 'round-robin' ? [tile.everyS * 1000] : []))
      .map(everyMs => (Math.floor(nowMs / everyMs) + 1) * everyMs);
    const { dueMs } = this.#voice;
    const nextMs = Math.min(...turns, dueMs ?? Infinity);
    if (nextMs === Infinity) return;
    // A millisecond late is right; early would be another round of this.
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, nextMs - nowMs) + 1);
  }

  #wake(): void {
    this.#voice.advance(this.nowMs());
    this.#schedule();
    this.owner.moved();
  }
}

/** Wishes may leave out what they do not care for. */
export function completeView(view: Partial<ViewWish>): ViewWish {
  return { ...automaticView, ...view };
}

function withEntry<T>(record: Record<string, T>, key: string, value: T | null): Record<string, T> {
  const { [key]: _, ...others } = record;
  return value === null ? others : { ...others, [key]: value };
}
