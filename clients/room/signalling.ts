import type {
  ErrorCode,
  Event,
  EventData,
  Method,
  Params,
  Response,
  Result,
  signallingVersion,
} from '../../server/api/signalling.js';

const version: typeof signallingVersion = 1;

/** No answer within this: the request has failed. */
const requestTimeoutMs = 10_000;
/** A connection that is not open by then is tried anew: a lost SYN is repeated too late otherwise. */
const connectTimeoutMs = 2_500;
/** The server sends the quality of all sites every 2 s; silence for longer means that the network is cut. */
const silenceTimeoutMs = 6_500;
const watchIntervalMs = 500;
/** Waits before the attempts to come back; the last one goes on. The first is at once. */
const backOffMs = [0, 250, ...new Array<number>(8).fill(500), 1_000, 1_500];
/** ± part of each wait, so that not everybody comes back in the same moment after a restart. */
const backOffSpread = 0.25;

/** The server refused a request, or the connection was lost before it answered (`interrupted`). */
export class SignallingError extends Error {
  override readonly name = 'SignallingError';
  constructor(
    readonly code: ErrorCode | 'interrupted' | 'timeout',
    message: string,
  ) {
    super(message);
  }
}

export type EndReason = EventData<'ended'>['reason'];
export type JoinResult = Result<'join'>;

/** Asked and told by the connection, in the order in which things happen. */
export interface SignallingHandler {
  /** On every connection: also when it came back after a cut. */
  joined(result: JoinResult): void;
  event(event: Exclude<Event, { event: 'ended' }>): void;
  /** The connection was lost, or an attempt failed; the next one follows. */
  interrupted(): void;
  /** The server will not have us (again): nothing more comes. */
  ended(reason: EndReason | SignallingError): void;
}

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: SignallingError) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** What a browser offers, and a test replaces. */
export type OpenSocket = (url: string) => WebSocket;

/** Errors of `join` that go away by waiting. */
const passing: (ErrorCode | 'interrupted' | 'timeout')[] = [
  'unavailable',
  'internal',
  'too-many-requests',
  'interrupted',
  'timeout',
];

/**
 * The connection to the server: typed requests with time-outs, events, and coming back after a cut.
 *
 *   closed ──start──> connecting ──open, joined──> joined ──lost──> waiting ──> connecting …
 *   any ──close(), ended by the server──> closed
 *
 * A lost connection is noticed by the socket's end, by the browser going offline or by silence. Coming back
 * presents the resume secret, so that the site keeps its place.
 */
export class Signalling {
  #state: 'closed' | 'connecting' | 'joined' | 'waiting' = 'closed';
  #socket: WebSocket | undefined;
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #watchTimer: ReturnType<typeof setInterval> | undefined;
  #openedAt = 0;
  #lastMessageAt = 0;
  #nextId = 1;
  #hasJoined = false;
  readonly #pending = new Map<number, Pending>();
  #resume: Params<'join'>['resume'];

  constructor(
    private readonly url: string,
    private readonly who: Pick<Params<'join'>, 'conference' | 'name'>,
    private readonly handler: SignallingHandler,
    private readonly openSocket: OpenSocket = address => new WebSocket(address),
  ) {}

  get joined(): boolean {
    return this.#state === 'joined';
  }

  start(): void {
    if (this.#state !== 'closed') throw new Error('signalling runs already');
    globalThis.addEventListener?.('online', this.#onOnline);
    globalThis.addEventListener?.('offline', this.#onOffline);
    this.#watchTimer = setInterval(() => this.#watch(), watchIntervalMs);
    this.#connect();
  }

  /** @throws SignallingError refused, timed out, or the connection was lost */
  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    if (this.#state !== 'joined') {
      return Promise.reject(new SignallingError('interrupted', 'There is no connection to the server.'));
    }
    return this.#send(method, params);
  }

  /** Says good-bye if it can. Nothing is reported any more. */
  close(): void {
    if (this.#state === 'joined') this.#send('leave', {}).catch(() => undefined); // the server notices anyway
    this.#shut();
  }

  #connect(): void {
    this.#state = 'connecting';
    this.#openedAt = performance.now();
    const socket = this.openSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => void this.#join(socket);
    socket.onmessage = message => {
      if (socket !== this.#socket) return;
      this.#lastMessageAt = performance.now();
      this.#receive(String(message.data));
    };
    socket.onclose = () => this.#lost(socket);
    socket.onerror = () => undefined; // `close` follows
  }

  async #join(socket: WebSocket): Promise<void> {
    try {
      const params: Params<'join'> = { version, ...this.who };
      if (this.#resume) params.resume = this.#resume;
      const result = await this.#send('join', params);
      if (socket !== this.#socket) return;
      this.#resume = { siteId: result.siteId, secret: result.resumeSecret };
      this.#state = 'joined';
      this.#attempt = 0;
      this.#hasJoined = true;
      this.handler.joined(result);
    } catch (error) {
      if (socket !== this.#socket || !(error instanceof SignallingError)) return;
      // Before the first success a person waits at the door: an answer is better than patience.
      const again = passing.includes(error.code) && (this.#hasJoined || error.code === 'interrupted');
      if (again) this.#lost(socket);
      else this.#end(error);
    }
  }

  #send<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const id = this.#nextId++;
    return new Promise<Result<M>>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new SignallingError('timeout', `The server did not answer to "${method}" in time.`));
      }, requestTimeoutMs);
      this.#pending.set(id, { resolve: result => resolve(result as Result<M>), reject, timer });
      this.#socket?.send(JSON.stringify({ id, method, params }));
    });
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as Response | Event;
    if ('event' in message) {
      if (message.event !== 'ended') this.handler.event(message);
      else if (!message.data.reconnect) this.#end(message.data.reason);
      // With `reconnect` the server closes the socket, and we come back.
      return;
    }
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    this.#pending.delete(message.id);
    clearTimeout(pending.timer);
    if ('error' in message) pending.reject(new SignallingError(message.error.code, message.error.message));
    else pending.resolve(message.result);
  }

  #watch(): void {
    const now = performance.now();
    if (this.#state === 'connecting' && now - this.#openedAt > connectTimeoutMs) this.#lost(this.#socket);
    if (this.#state === 'joined' && now - this.#lastMessageAt > silenceTimeoutMs) this.#lost(this.#socket);
  }

  #lost(socket: WebSocket | undefined): void {
    if (socket !== this.#socket || this.#state === 'closed' || this.#state === 'waiting') return;
    this.#state = 'waiting';
    this.#dropSocket();
    const step = backOffMs[Math.min(this.#attempt++, backOffMs.length - 1)] ?? 0;
    const wait = step * (1 + backOffSpread * (2 * Math.random() - 1));
    this.#retryTimer = setTimeout(() => this.#connect(), wait);
    this.handler.interrupted();
  }

  #end(reason: EndReason | SignallingError): void {
    if (this.#state === 'closed') return;
    this.#shut();
    this.handler.ended(reason);
  }

  #shut(): void {
    this.#state = 'closed';
    clearTimeout(this.#retryTimer);
    clearInterval(this.#watchTimer);
    globalThis.removeEventListener?.('online', this.#onOnline);
    globalThis.removeEventListener?.('offline', this.#onOffline);
    this.#dropSocket();
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost) {
      clearTimeout(pending.timer);
      pending.reject(new SignallingError('interrupted', 'The connection to the server was lost.'));
    }
  }

  readonly #onOnline = (): void => {
    if (this.#state !== 'waiting') return;
    clearTimeout(this.#retryTimer);
    this.#attempt = 0;
    this.#connect();
  };

  readonly #onOffline = (): void => {
    if (this.#state === 'joined') this.#lost(this.#socket);
  };
}
