import type { WebSocket } from 'ws';
import type { Identity } from '../identity/identity.js';
import type { Principal } from '../identity/principal.js';
import type { EventFeed, Told } from './event-feed.js';
import { closeCodes, type FeedMessage } from './events.js';

export interface EventCounters {
  /** Readers that were cut off because they did not read. */
  slowReaders: number;
  readers: number;
}

export interface EventConnectionOptions {
  feed: EventFeed;
  identity: Identity;
  /** Who listens. Asked anew again and again: a session or key may have ended since. */
  principal: () => Principal | null;
  counters: EventCounters;
  /** Behind which event to go on; null: from now. */
  after: number | null;
  /** Tell everything as it is, first or where events are missing. */
  wantsState: boolean;
}

const heartbeatMs = 10_000;
/** Rights that were taken away hold so long at most. */
const rightsMs = 5_000;
/** Bytes that wait for a reader: the state of the largest installation fits several times. */
const maxUnreadBytes = 2 * 1024 * 1024;
/** For a reader that is cut off to hear why. */
const goodbyeMs = 2_000;

/** One WebSocket that listens to events. It says nothing itself; a reader that does not keep up is cut off. */
export class EventConnection {
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #mayRead = new Map<string, boolean>();
  #rightsAtMs = 0;
  #principal: Principal | null = null;
  #alive = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly options: EventConnectionOptions,
  ) {
    const { feed, after, wantsState, counters } = options;
    counters.readers++;
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => (this.#alive = true));
    socket.on('close', () => this.#closed());
    this.#send({ type: 'hello', sequence: feed.sequence, at: new Date().toISOString() });
    const missed = after === null ? [] : feed.after(after);
    if (missed === null) this.#send({ type: 'gap', oldest: feed.oldest });
    if (wantsState && (after === null || missed === null))
      this.#send(feed.state(conferenceId => this.#reaches(conferenceId)));
    for (const told of missed ?? []) this.#tell(told);
    this.#unsubscribe = feed.on('event', told => this.#tell(told));
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
  }

  #tell({ event, text }: Told): void {
    if (this.#reaches(event.conferenceId)) this.#sendText(text);
  }

  #beat(): void {
    if (!this.#alive) return this.socket.terminate();
    this.#alive = false;
    this.socket.ping();
    if (this.#mayStillListen()) this.#send({ type: 'heartbeat', sequence: this.options.feed.sequence });
  }

  #reaches(conferenceId: string): boolean {
    if (!this.#mayStillListen()) return false;
    const known = this.#mayRead.get(conferenceId);
    if (known !== undefined) return known;
    const { identity } = this.options;
    const may = identity.may(this.#principal, 'conference:read', identity.conferenceObject(conferenceId));
    this.#mayRead.set(conferenceId, may);
    return may;
  }

  #mayStillListen(): boolean {
    const now = performance.now();
    if (this.#rightsAtMs !== 0 && now - this.#rightsAtMs < rightsMs) return this.#principal !== null;
    this.#rightsAtMs = now;
    this.#mayRead.clear();
    this.#principal = this.options.principal();
    if (!this.#principal) this.#end(closeCodes.sessionEnded, 'sign in again');
    return this.#principal !== null;
  }

  #send(message: FeedMessage): void {
    this.#sendText(JSON.stringify(message));
  }

  #sendText(text: string): void {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > maxUnreadBytes) {
      this.options.counters.slowReaders++;
      this.#end(closeCodes.slowReader, 'read faster, or ask for less');
      return;
    }
    socket.send(text);
  }

  #end(code: number, reason: string): void {
    this.socket.close(code, reason);
    setTimeout(() => this.socket.terminate(), goodbyeMs).unref();
  }

  #closed(): void {
    this.options.counters.readers--;
    clearInterval(this.#heartbeat);
    this.#unsubscribe();
  }
}
