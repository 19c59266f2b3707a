import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { MediaProcessOptions } from '../media-process-options.js';
import { MediaThread } from '../media-thread.js';
import type { ComposeCommand, ComposeEvent, StreamCommand, StreamEvent, ThreadStart } from './messages.js';

/** What a thread has, and how much it is. */
export interface Placed {
  thread: number;
  load: number;
}

/** Pixels a second that one compose thread takes without anybody waiting for anybody: 720p30. */
const easyPixels = 1280 * 720 * 30;

/**
 * The stream and compose threads, each connected with all others. Threads start when there is more to do than the
 * ones before can share.
 */
export class VideoThreadPool {
  readonly streams: MediaThread<StreamCommand, StreamEvent>[] = [];
  readonly composers: MediaThread<ComposeCommand, ComposeEvent>[] = [];
  readonly #mostStreams: number;
  readonly #mostComposers: number;

  constructor(
    options: MediaProcessOptions,
    private readonly start: ThreadStart,
    private readonly onStreamEvent: (event: StreamEvent) => void,
    private readonly onComposeEvent: (event: ComposeEvent) => void,
  ) {
    const cores = availableParallelism();
    this.#mostStreams = options.decodeThreads || Math.max(1, cores - 1);
    // Two at least: a room's picture shall not wait for that of a recording, which is large.
    this.#mostComposers = Math.max(2, Math.floor(cores / 2));
    // One of each from the beginning: loading takes longer than all else that the first plan needs.
    this.#addStreams();
    this.#addComposer();
  }

  /** All threads' event loops turn. */
  get alive(): boolean {
    return [...this.streams, ...this.composers].every(thread => thread.alive);
  }

  /** Index of the stream thread with the least to do; loads are sessions. */
  leastStreams(placed: Iterable<Placed>): number {
    const { least, load } = leastLoaded(this.streams.length, placed);
    return load === 0 || this.streams.length >= this.#mostStreams ? least : this.#addStreams();
  }

  /** Index of the compose thread for one more canvas; loads are pixels a second. */
  leastComposer(placed: Iterable<Placed>, more: number): number {
    const { least, load } = leastLoaded(this.composers.length, placed);
    const isEasy = load === 0 || load + more <= easyPixels;
    return isEasy || this.composers.length >= this.#mostComposers ? least : this.#addComposer();
  }

  #addStreams(): number {
    const index = this.streams.length;
    const script = new URL('./stream-thread.js', import.meta.url);
    const thread = new MediaThread<StreamCommand, StreamEvent>(script, this.start, this.onStreamEvent);
    this.streams.forEach((other, n) => {
      const [there, back] = channel();
      thread.post({ type: 'stream', index: n, port: there }, [there]);
      other.post({ type: 'stream', index, port: back }, [back]);
    });
    this.streams.push(thread);
    this.composers.forEach((composer, n) => connect(thread, index, composer, n));
    return index;
  }

  #addComposer(): number {
    const index = this.composers.length;
    const script = new URL('./compose-thread.js', import.meta.url);
    const thread = new MediaThread<ComposeCommand, ComposeEvent>(script, this.start, this.onComposeEvent);
    this.composers.push(thread);
    this.streams.forEach((streams, n) => connect(streams, n, thread, index));
    return index;
  }
}

function connect(
  streams: MediaThread<StreamCommand, StreamEvent>,
  streamsIndex: number,
  composer: MediaThread<ComposeCommand, ComposeEvent>,
  composerIndex: number,
): void {
  const [there, back] = channel();
  streams.post({ type: 'composer', index: composerIndex, port: there }, [there]);
  composer.post({ type: 'streams', index: streamsIndex, port: back }, [back]);
}

function channel(): [MessagePort, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  return [port1, port2];
}

function leastLoaded(count: number, placed: Iterable<Placed>): { least: number; load: number } {
  const loads = new Array<number>(count).fill(0);
  for (const { thread, load } of placed) loads[thread]! += load;
  const load = Math.min(...loads);
  return { least: loads.indexOf(load), load };
}
