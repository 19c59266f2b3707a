import type net from 'node:net';

/** An event as baresip's ctrl_tcp reports it: CALL_INCOMING, CALL_ESTABLISHED, CALL_CLOSED (with `param`: why), … */
export interface BaresipEvent {
  type: string;
  class: string;
  param?: string;
  peeruri?: string;
  id?: string;
}

interface Response {
  response: true;
  ok: boolean;
  data: string;
  token: string;
}

/** baresip's control connection: JSON in netstrings, commands answered by token, events in between. */
export class BaresipControl {
  /** All events so far, the oldest first. */
  readonly events: BaresipEvent[] = [];
  readonly #socket: net.Socket;
  readonly #pending = new Map<string, { resolve: (data: string) => void; reject: (error: Error) => void }>();
  readonly #waiters = new Set<() => void>();
  #buffer = Buffer.alloc(0);
  #tokens = 0;

  constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', data => this.#onData(data));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('baresip closed its control port'));
      this.#pending.clear();
      for (const wake of this.#waiters) wake();
    });
  }

  /** Runs one of baresip's long commands; resolves with what it printed. */
  command(name: string, parameters = ''): Promise<string> {
    if (this.#socket.destroyed) return Promise.reject(new Error('baresip is gone'));
    const token = String(++this.#tokens);
    const message = Buffer.from(JSON.stringify({ command: name, params: parameters, token }));
    const answered = new Promise<string>((resolve, reject) => this.#pending.set(token, { resolve, reject }));
    this.#socket.write(Buffer.concat([Buffer.from(`${message.length}:`), message, Buffer.from(',')]));
    return answered;
  }

  /** The first event from place `from` on that satisfies `wanted`. Rejects after `timeoutMs`. */
  async event(wanted: (event: BaresipEvent) => boolean, timeoutMs: number, from = 0): Promise<BaresipEvent> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = this.events.slice(from).find(wanted);
      if (found) return found;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0 || this.#socket.destroyed) {
        const seen = this.events.slice(from).map(event => `${event.type} ${event.param ?? ''}`);
        throw new Error(`no such event from baresip within ${timeoutMs} ms; seen: ${seen.join(', ')}`);
      }
      await new Promise<void>(resolve => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#waiters.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, leftMs);
        this.#waiters.add(wake);
      });
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #onData(data: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const colon = this.#buffer.indexOf(':');
      if (colon < 0) return;
      const length = Number(this.#buffer.toString('latin1', 0, colon));
      const end = colon + 1 + length;
      if (this.#buffer.length <= end) return;
      const text = this.#buffer.toString('utf8', colon + 1, end);
      this.#buffer = this.#buffer.subarray(end + 1);
      this.#onMessage(JSON.parse(text) as Response | (BaresipEvent & { response?: undefined }));
    }
  }

  #onMessage(message: Response | (BaresipEvent & { response?: undefined })): void {
    if (message.response === undefined) {
      this.events.push(message);
      for (const wake of this.#waiters) wake();
      return;
    }
    const pending = this.#pending.get(message.token);
    this.#pending.delete(message.token);
    if (message.ok) pending?.resolve(message.data);
    else pending?.reject(new Error(`baresip: ${message.data}`));
  }
}
