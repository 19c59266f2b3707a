import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type {
  ConferenceSummary,
  FeedEvent,
  FeedMessage,
  RunningConference,
} from '../../server/api/events.js';
import type { ConferenceState, SiteState } from '../../server/api/signalling.js';
import type { ConferenceViews } from '../../server/api/views.js';

/** What the board holds of one conference. Each part is a signal of its own: only what shows it is drawn again. */
export class BoardConference {
  readonly summary: Signal<ConferenceSummary>;
  /** RFC 3339; null: nobody is in it. */
  readonly startedAt = signal<string | null>(null);
  /** In the order of joining. */
  readonly siteIds = signal<readonly string[]>([]);
  readonly activeSpeaker = signal<string | null>(null);
  readonly recording = signal<ConferenceState['recording']>(null);
  readonly views = signal<ConferenceViews | null>(null);
  readonly locked = signal(false);
  /** RFC 3339; null: when the last site leaves. */
  readonly endsAt = signal<string | null>(null);
  /** Rooms that are called into it. */
  readonly calls = signal<ConferenceState['calls']>([]);
  readonly #sites = new Map<string, Signal<SiteState>>();

  constructor(summary: ConferenceSummary) {
    this.summary = signal(summary);
  }

  get conferenceId(): string {
    return this.summary.peek().conferenceId;
  }

  /** Of a site in `siteIds`. */
  site(siteId: string): Signal<SiteState> | undefined {
    return this.#sites.get(siteId);
  }

  readonly sites: ReadonlySignal<SiteState[]> = computed(() =>
    this.siteIds.value.flatMap(siteId => this.#sites.get(siteId)?.value ?? []),
  );

  setSite(site: SiteState): void {
    const known = this.#sites.get(site.siteId);
    if (known) known.value = site;
    else {
      this.#sites.set(site.siteId, signal(site));
      this.siteIds.value = [...this.siteIds.value, site.siteId];
    }
  }

  removeSite(siteId: string): void {
    if (!this.#sites.delete(siteId)) return;
    this.siteIds.value = this.siteIds.value.filter(other => other !== siteId);
    if (this.activeSpeaker.value === siteId) this.activeSpeaker.value = null;
    // What was chosen of who left is forgotten by the server, too; it tells so with the next change of views.
  }

  /** Everything of a conference that runs. */
  run(running: RunningConference): void {
    const present = new Set(running.sites.map(site => site.siteId));
    for (const siteId of this.siteIds.value) if (!present.has(siteId)) this.removeSite(siteId);
    for (const site of running.sites) this.setSite(site);
    this.startedAt.value = running.startedAt;
    this.activeSpeaker.value = running.activeSpeaker;
    this.recording.value = running.recording;
    this.views.value = running.views;
    this.locked.value = running.locked;
    this.endsAt.value = running.endsAt;
    this.calls.value = running.calls;
  }

  stop(): void {
    for (const siteId of this.siteIds.value) this.removeSite(siteId);
    this.startedAt.value = this.endsAt.value = this.recording.value = this.views.value = null;
    this.locked.value = false;
    this.calls.value = [];
  }
}

/** All conferences in reach, as the events tell them. */
export class Board {
  /** Running ones first, each group newest first. */
  readonly conferences: ReadonlySignal<readonly BoardConference[]>;
  readonly #all = signal<ReadonlyMap<string, BoardConference>>(new Map());

  constructor() {
    this.conferences = computed(() => {
      const begun = (conference: BoardConference) => conference.startedAt.value ?? '';
      const made = (conference: BoardConference) => conference.summary.value.createdAt;
      return [...this.#all.value.values()].sort(
        (a, b) => compare(begun(b), begun(a)) || compare(made(b), made(a)),
      );
    });
  }

  conference(conferenceId: string): BoardConference | undefined {
    return this.#all.value.get(conferenceId);
  }

  apply(message: FeedMessage): void {
    batch(() => {
      if (message.type === 'state') this.#replace(message.conferences, message.running);
      else if ('conferenceId' in message) this.#follow(message);
    });
  }

  #replace(summaries: ConferenceSummary[], running: RunningConference[]): void {
    const known = this.#all.peek();
    const all = new Map<string, BoardConference>();
    for (const summary of [...running.map(summaryOf), ...summaries]) {
      const conference = known.get(summary.conferenceId) ?? new BoardConference(summary);
      all.set(summary.conferenceId, conference);
    }
    const runs = new Set(running.map(({ conferenceId }) => conferenceId));
    for (const [conferenceId, conference] of all) if (!runs.has(conferenceId)) conference.stop();
    for (const state of running) all.get(state.conferenceId)?.run(state);
    this.#all.value = all;
  }

  #follow(event: FeedEvent): void {
    const { conferenceId } = event;
    if (event.type === 'conference.created') return void this.#open(event.data);
    if (event.type === 'conference.started') {
      const { startedAt, views, ...summary } = event.data;
      const opened = this.#open(summary);
      opened.startedAt.value = startedAt;
      opened.views.value = views;
      return;
    }
    const conference = this.#all.peek().get(conferenceId);
    if (!conference) return;
    switch (event.type) {
      case 'conference.deleted': {
        const all = new Map(this.#all.peek());
        all.delete(conferenceId);
        this.#all.value = all;
        return;
      }
      case 'conference.ended':
        return conference.stop();
      case 'conference.changed':
        conference.locked.value = event.data.locked;
        conference.endsAt.value = event.data.endsAt;
        return;
      case 'calls.changed':
        conference.calls.value = event.data.calls;
        return;
      case 'conference.speaking':
        conference.activeSpeaker.value = event.data.siteId;
        return;
      case 'site.joined':
      case 'site.changed':
        return conference.setSite(event.data.site);
      case 'site.signal': {
        const site = conference.site(event.data.siteId);
        if (site) site.value = { ...site.value, quality: event.data.quality };
        return;
      }
      case 'site.left':
        return conference.removeSite(event.data.siteId);
      case 'recording.started':
        conference.recording.value = event.data;
        return;
      case 'recording.stopped':
        conference.recording.value = null;
        return;
      case 'views.changed':
        conference.views.value = event.data.views;
    }
  }

  #open(summary: ConferenceSummary): BoardConference {
    const known = this.#all.peek().get(summary.conferenceId);
    if (known) return known;
    const conference = new BoardConference(summary);
    this.#all.value = new Map([...this.#all.peek(), [summary.conferenceId, conference]]);
    return conference;
  }
}

function summaryOf({ conferenceId, title, number, startedAt }: RunningConference): ConferenceSummary {
  return { conferenceId, title, number, createdAt: startedAt };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
