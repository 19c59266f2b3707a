import { Worker, type MessagePort } from 'node:worker_threads';

/** How often a thread's heart beats, and how long it may stand still before the thread counts as hung. */
const beatMs = 200;
const hungMs = 3_000;

/** `workerData` of every thread of the media process. */
export interface ThreadData<Start> {
  start: Start;
  /** One 32-bit word: beats since the beginning. */
  heart: SharedArrayBuffer;
}

/** In a thread: shows that its event loop turns. */
export function startHeart(heart: SharedArrayBuffer): void {
  const beats = new Int32Array(heart);
  setInterval(() => Atomics.add(beats, 0, 1), beatMs);
}

/**
 * A thread of the media process. One that fails takes the process with it: its parts hold native memory, and a
 * fresh process has the picture back within a second.
 */
export class MediaThread<Command, Event> {
  readonly #worker: Worker;
  readonly #beats: Int32Array;
  #lastBeats = 0;
  #lastBeatMs = performance.now();

  constructor(script: URL, start: unknown, onEvent: (event: Event) => void) {
    const heart = new SharedArrayBuffer(4);
    this.#beats = new Int32Array(heart);
    this.#worker = new Worker(script, { workerData: { start, heart } satisfies ThreadData<unknown> });
    this.#worker.on('message', onEvent);
    this.#worker.on('error', error => {
      throw error;
    });
  }

  post(command: Command, transfer: MessagePort[] = []): void {
    this.#worker.postMessage(command, transfer);
  }

  /** Its heart beat lately. A thread that is starting has three times as long. */
  get alive(): boolean {
    const beats = Atomics.load(this.#beats, 0);
    const nowMs = performance.now();
    if (beats !== this.#lastBeats) {
      this.#lastBeats = beats;
      this.#lastBeatMs = nowMs;
    }
    return nowMs - this.#lastBeatMs < (beats === 0 ? 3 : 1) * hungMs;
  }
}
