import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { checkSession } from '../ui/session.js';
import { alarmsOf, type Alarm } from './alarms.js';
import { soundAlarm } from './alarm-sound.js';
import { Board } from './board.js';
import { Feed } from './feed.js';

/** How often it is looked whether a room that has come sends anything by now. */
const alarmIntervalMs = 5_000;

/** The console as long as its page is shown: the board, the line that feeds it, and what is wrong. */
export class Console {
  readonly board = new Board();
  readonly feed: Feed;
  readonly alarms: ReadonlySignal<Alarm[]>;
  /** Ids of those that somebody has seen to: they are shown, but not in red. */
  readonly seen = signal<ReadonlySet<string>>(new Set());
  readonly #nowMs = signal(Date.now());
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #dispose: () => void;

  constructor() {
    this.feed = new Feed(`wss://${location.host}/api/v1/events`, {
      message: message => this.board.apply(message),
      refused: () => void checkSession().catch(() => undefined), // unreachable: the feed goes on trying
    });
    this.alarms = computed(() =>
      this.board.conferences.value.flatMap(({ conferenceId, sites }) =>
        alarmsOf(conferenceId, sites.value, this.#nowMs.value),
      ),
    );
    this.#timer = setInterval(() => (this.#nowMs.value = Date.now()), alarmIntervalMs);
    let known = new Set<string>();
    this.#dispose = effect(() => {
      const ids = new Set(this.alarms.value.map(({ id }) => id));
      if ([...ids].some(id => !known.has(id))) soundAlarm();
      known = ids;
    });
    this.feed.open();
  }

  /** That is shown in red, for one conference or all. */
  unseen(conferenceId?: string): Alarm[] {
    return this.alarms.value.filter(
      alarm =>
        !this.seen.value.has(alarm.id) && (conferenceId === undefined || alarm.conferenceId === conferenceId),
    );
  }

  see(alarmId: string): void {
    const present = new Set(this.alarms.peek().map(({ id }) => id));
    this.seen.value = new Set([...this.seen.peek(), alarmId].filter(id => present.has(id)));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#dispose();
    this.feed.close();
  }
}
