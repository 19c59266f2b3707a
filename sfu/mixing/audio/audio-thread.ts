import { Emitter } from '../../../base/emitter.js';
import { MediaThread } from '../media-thread.js';
import type { ConferencePlan } from '../plan.js';
import type { AudioStatistics } from './audio-conference.js';
import type { AudioCommand, AudioEvent, AudioThreadStart } from './messages.js';

type Notices = {
  /** Once a second for each conference. */
  statistics: (conferenceId: string, statistics: AudioStatistics) => void;
  /** An RFC 4733 digit, once per key press. */
  dtmf: (conferenceId: string, session: string, digit: string) => void;
  /** The session cannot run (its port is taken). */
  sessionFailed: (conferenceId: string, session: string, reason: string) => void;
  /** The plan makes no sense (a bug of its maker); the one before goes on. */
  planFailed: (conferenceId: string, reason: string) => void;
};

/** The audio thread, as the main thread of the media process sees it: plans in, events out. */
export class AudioThread {
  readonly events = new Emitter<Notices>();
  readonly #thread: MediaThread<AudioCommand, AudioEvent>;
  readonly #conferences = new Set<string>();
  readonly #latest = new Map<string, AudioStatistics>();
  #closed: Promise<void> | undefined;
  #onClosed = () => {};

  constructor(start: AudioThreadStart) {
    const script = new URL('./audio-worker.js', import.meta.url);
    this.#thread = new MediaThread<AudioCommand, AudioEvent>(script, start, event => this.#onEvent(event));
  }

  /** Its event loop turns. */
  get alive(): boolean {
    return this.#thread.alive;
  }

  /** The whole wanted state of a conference; only its audio is looked at. What stays the same is not interrupted. */
  setPlan(plan: ConferencePlan): void {
    this.#conferences.add(plan.conferenceId);
    this.#thread.post({ type: 'plan', plan });
  }

  remove(conferenceId: string): void {
    this.#conferences.delete(conferenceId);
    this.#latest.delete(conferenceId);
    this.#thread.post({ type: 'remove', conferenceId });
  }

  /** As last reported. */
  statistics(conferenceId: string): AudioStatistics | undefined {
    return this.#latest.get(conferenceId);
  }

  /** Resolves when all sockets are closed and the thread has ended its work. */
  close(): Promise<void> {
    return (this.#closed ??= new Promise(resolve => {
      this.#onClosed = resolve;
      this.#thread.post({ type: 'close' });
    }));
  }

  #onEvent(event: AudioEvent): void {
    switch (event.type) {
      case 'dtmf':
        return this.events.emit('dtmf', event.conferenceId, event.session, event.digit);
      case 'sessionFailed':
        return this.events.emit('sessionFailed', event.conferenceId, event.session, event.reason);
      case 'planFailed':
        return this.events.emit('planFailed', event.conferenceId, event.reason);
      case 'statistics':
        for (const [id, statistics] of Object.entries(event.conferences)) {
          if (!this.#conferences.has(id)) continue;
          this.#latest.set(id, statistics);
          this.events.emit('statistics', id, statistics);
        }
        return;
      case 'closed':
        return this.#onClosed();
    }
  }
}
