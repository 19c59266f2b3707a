import { Emitter } from '../../base/emitter.js';
import { Scope } from '../../base/scope.js';
import type { Conference } from '../conferences/conference.js';
import type { ConferenceDirectory } from '../conferences/conference-directory.js';
import type { ConferenceRecord } from '../store/conference-records.js';
import type {
  ConferenceSummary,
  EventData,
  EventType,
  FeedEvent,
  FeedState,
  RunningConference,
} from './events.js';

/** An event, and its JSON: written once, however many are told. */
export interface Told {
  event: FeedEvent;
  text: string;
}

export interface FeedEvents {
  event: (told: Told) => void;
}

/** Some minutes of a lively installation; a program that was away for longer reads the state anew. */
const keptEvents = 10_000;
/** Changes of a conference are told at once, then gathered for so long. */
const gatherMs = 100;
const speakingIntervalMs = 500;
const maxListed = 500;

/**
 * What happens in all conferences as one numbered sequence, kept for a while. It only listens: what it tells comes from
 * the state of each conference, compared with what was told last, so that nothing can be forgotten.
 */
export class EventFeed extends Emitter<FeedEvents> {
  readonly #ring: Told[] = [];
  readonly #scope = new Scope();
  readonly #first: number;
  #last: number;

  /** Numbers start at the clock, in ms: they grow over a restart as long as a second has fewer than 1000 events. */
  constructor(
    private readonly conferences: Pick<ConferenceDirectory, 'on' | 'list' | 'allLive'>,
    private readonly now: () => number = Date.now,
  ) {
    super();
    this.#first = this.#last = now();
    this.#scope.onClose(
      conferences.on('created', record => this.#append('conference.created', record, summaryOf(record))),
    );
    this.#scope.onClose(
      conferences.on('deleted', conferenceId => this.#append('conference.deleted', { conferenceId }, {})),
    );
    this.#scope.onClose(conferences.on('opened', conference => this.#follow(conference)));
  }

  /** Of the last event; before the first one, the number that it will come after. */
  get sequence(): number {
    return this.#last;
  }

  /** Events since the start. */
  get told(): number {
    return this.#last - this.#first;
  }

  /** The oldest that is still known. */
  get oldest(): number {
    return Math.max(this.#first, this.#last - keptEvents) + 1;
  }

  /** What came after number `sequence`; null: some of it is not known any more, or never was. */
  after(sequence: number): Told[] | null {
    if (sequence < this.oldest - 1 || sequence > this.#last) return null;
    return Array.from(
      { length: this.#last - sequence },
      (_, n) => this.#ring[(sequence + 1 + n) % keptEvents]!,
    );
  }

  /** Everything that `mayRead`, as of now. */
  state(mayRead: (conferenceId: string) => boolean): FeedState {
    const conferences = this.conferences
      .list()
      .filter(({ conferenceId }) => mayRead(conferenceId))
      .slice(0, maxListed)
      .map(summaryOf);
    const running = this.conferences.allLive
      .filter(({ conferenceId }) => mayRead(conferenceId))
      .map(runningOf);
    return { type: 'state', sequence: this.#last, conferences, running };
  }

  close(): Promise<void> {
    return this.#scope.close();
  }

  #follow(conference: Conference): void {
    const tell = <T extends EventType>(type: T, data: EventData<T>) => this.#append(type, conference, data);
    const { startedAt, views } = conference.state;
    tell('conference.started', { ...summaryOf(conference.record), startedAt, views });
    const told = new ToldState();
    const changes = new Gathered(gatherMs, () => {
      if (!conference.closed) told.compare(conference, tell);
    });
    const speaking = new Gathered(speakingIntervalMs, () => {
      const { activeSpeaker } = conference.state;
      if (activeSpeaker !== null && told.isNewSpeaker(activeSpeaker))
        tell('conference.speaking', { siteId: activeSpeaker });
    });
    conference.on('changed', () => changes.ask());
    conference.on('activeSpeaker', () => speaking.ask());
    conference.on('quality', () => told.compareSignals(conference, tell));
    conference.on('siteRemoved', (site, reason) => {
      // Who came and went while changes were gathered was never there, to those who listen.
      if (told.left(site.siteId)) tell('site.left', { siteId: site.siteId, name: site.name, reason });
    });
    conference.on('ended', () => {
      changes.close();
      speaking.close();
      told.recordingEnded(tell);
      tell('conference.ended', {});
    });
  }

  #append<T extends EventType>(
    type: T,
    { conferenceId }: { conferenceId: string },
    data: EventData<T>,
  ): void {
    const sequence = ++this.#last;
    const at = new Date(this.now()).toISOString();
    const event = { sequence, at, type, conferenceId, data } as FeedEvent;
    const told = { event, text: JSON.stringify(event) };
    this.#ring[sequence % keptEvents] = told;
    this.emit('event', told);
  }
}

type Tell = <T extends EventType>(type: T, data: EventData<T>) => void;

/** What was told of one conference. */
class ToldState {
  /** siteId → its state as JSON, without the quality, which has an event of its own. */
  readonly #sites = new Map<string, string>();
  readonly #levels = new Map<string, string>();
  #views = '';
  #life = JSON.stringify([false, null, null]);
  #calls = '[]';
  #speaker: string | null = null;
  #recordingId: string | null = null;

  compare(conference: Conference, tell: Tell): void {
    const { sites, views, recording, calls, locked, endsAt, notice } = conference.state;
    for (const site of sites) {
      const text = JSON.stringify({ ...site, quality: null });
      const before = this.#sites.get(site.siteId);
      if (before === text) continue;
      this.#sites.set(site.siteId, text);
      tell(before === undefined ? 'site.joined' : 'site.changed', { site });
    }
    if (recording && recording.recordingId !== this.#recordingId) {
      this.recordingEnded(tell);
      this.#recordingId = recording.recordingId;
      tell('recording.started', recording);
    }
    if (!recording) this.recordingEnded(tell);
    const seen = JSON.stringify(views);
    if (seen !== this.#views && this.#views !== '') tell('views.changed', { views });
    this.#views = seen;
    const life = JSON.stringify([locked, endsAt, notice]);
    if (life !== this.#life) tell('conference.changed', { locked, endsAt, notice });
    this.#life = life;
    const called = JSON.stringify(calls);
    if (called !== this.#calls) tell('calls.changed', { calls });
    this.#calls = called;
  }

  compareSignals(conference: Conference, tell: Tell): void {
    for (const { siteId, quality } of conference.sites) {
      if (!this.#sites.has(siteId) || this.#levels.get(siteId) === quality.level) continue;
      this.#levels.set(siteId, quality.level);
      tell('site.signal', { siteId, quality });
    }
  }

  isNewSpeaker(siteId: string): boolean {
    if (siteId === this.#speaker) return false;
    this.#speaker = siteId;
    return true;
  }

  /** @returns whether its coming was told */
  left(siteId: string): boolean {
    this.#levels.delete(siteId);
    return this.#sites.delete(siteId);
  }

  recordingEnded(tell: Tell): void {
    if (this.#recordingId !== null) tell('recording.stopped', { recordingId: this.#recordingId });
    this.#recordingId = null;
  }
}

/** Acts at once, then at most once in each interval; what is asked meanwhile is done at its end. */
class Gathered {
  #timer: NodeJS.Timeout | undefined;
  #asked = false;

  constructor(
    private readonly intervalMs: number,
    private readonly act: () => void,
  ) {}

  ask(): void {
    if (this.#timer) {
      this.#asked = true;
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#asked) return;
      this.#asked = false;
      this.ask();
    }, this.intervalMs);
    this.act();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function summaryOf({ conferenceId, title, number, createdAt }: ConferenceRecord): ConferenceSummary {
  return { conferenceId, title, number, createdAt };
}

export function runningOf(conference: Conference): RunningConference {
  return conference.state;
}
