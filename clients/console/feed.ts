import { signal } from '@preact/signals';
import type { FeedMessage } from '../../server/api/events.js';

/** As in `closeCodes` of the server's `api/events.ts`. */
const sessionEnded = 4401;
/** The server says something each 10 s. */
const silenceMs = 25_000;
const retryMs = [300, 1_000, 2_000, 5_000];

export type OpenSocket = (address: string) => WebSocket;

/**
 * The line that events come by. After a cut it goes on behind the last event; where that is too long ago the server
 * sends the whole state, and the board follows that.
 */
export class Feed {
  readonly line = signal<'connecting' | 'live' | 'cut'>('connecting');
  #socket: WebSocket | undefined;
  #last: number | undefined;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(
    private readonly url: string,
    private readonly handler: {
      message: (message: FeedMessage) => void;
      /** The session may have ended: nothing was opened, or the server said so. */
      refused: () => void;
    },
    private readonly openSocket: OpenSocket = address => new WebSocket(address),
  ) {}

  open(): void {
    const after = this.#last === undefined ? '' : `&after=${this.#last}`;
    const socket = this.openSocket(`${this.url}?state=1${after}`);
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#receive(JSON.parse(String(data)) as FeedMessage);
    };
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#lost(code);
    };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#socket?.close();
    this.#socket = undefined;
  }

  #receive(message: FeedMessage): void {
    this.#tries = 0;
    this.line.value = 'live';
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#socket?.close(), silenceMs);
    this.handler.message(message);
    // A heartbeat's number may be of events that are not for us: going on behind it misses nothing.
    if ('sequence' in message && (message.type !== 'hello' || this.#last === undefined))
      this.#last = message.sequence;
  }

  #lost(code: number): void {
    clearTimeout(this.#silence);
    if (this.#closed) return;
    if (this.line.value === 'connecting' || code === sessionEnded) this.handler.refused();
    this.line.value = 'cut';
    const wait = retryMs[Math.min(this.#tries++, retryMs.length - 1)]!;
    this.#timer = setTimeout(() => this.open(), wait);
  }
}
