import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { ResourceError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Closable } from '../../base/scope.js';
import type { S3Options } from '../../recorder/archive/s3-archive.js';
import type { PlayerCommand, PlayerEvent, StreamTarget } from './messages.js';

export interface PlayerOptions {
  /** Folder of all recordings. */
  directory: string;
  s3: S3Options | null;
}

export interface PlaybackListener {
  /** After each command: where it is, ms. */
  onPosition(positionMs: number): void;
  /** The last picture has been sent. */
  onEnd(): void;
  onFailure(reason: string): void;
}

/** A recording that is being sent. Nothing is sent before `play`. */
export interface OpenPlayback {
  readonly durationMs: number;
  /** That it sends from, on this machine. */
  readonly videoPort: number;
  readonly audioPort: number;
  play(): void;
  pause(): void;
  seek(byMs: number): void;
  close(): void;
}

type Opened = Extract<PlayerEvent, { type: 'opened' }>;

interface Entry {
  listener: PlaybackListener;
  opened: (event: Opened) => void;
  failed: (error: Error) => void;
}

/**
 * Plays recordings to ports of this machine, as RTP: H.264 and AAC as they are stored. A thread of its own reads and
 * sends, so that signalling and pictures never wait for each other.
 */
export class Player implements Closable {
  readonly #playbacks = new Map<string, Entry>();
  #worker: Worker | undefined;
  #closed = false;

  constructor(
    private readonly options: PlayerOptions,
    private readonly log: Log,
  ) {}

  /** How many play now. */
  get size(): number {
    return this.#playbacks.size;
  }

  /** @throws ResourceError `not-playable` */
  async open(
    recordingId: string,
    targets: { video: StreamTarget; audio: StreamTarget },
    listener: PlaybackListener,
  ): Promise<OpenPlayback> {
    const playbackId = randomUUID();
    const send = (command: PlayerCommand) => this.#worker?.postMessage(command);
    const { durationMs, videoPort, audioPort } = await new Promise<Opened>((opened, failed) => {
      this.#playbacks.set(playbackId, { listener, opened, failed });
      this.#start().postMessage({
        type: 'open',
        playbackId,
        recordingId,
        ...targets,
      } satisfies PlayerCommand);
    });
    return {
      ...{ durationMs, videoPort, audioPort },
      play: () => send({ type: 'play', playbackId }),
      pause: () => send({ type: 'pause', playbackId }),
      seek: byMs => send({ type: 'seek', playbackId, byMs }),
      close: () => {
        if (this.#playbacks.delete(playbackId)) send({ type: 'close', playbackId });
      },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  #start(): Worker {
    if (this.#closed) throw new ResourceError('not-playable', 'The server is about to stop.');
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./player-thread.js', import.meta.url), { workerData: this.options });
    worker.unref();
    worker.on('message', (event: PlayerEvent) => this.#onEvent(event));
    worker.on('error', error =>
      this.log.error({ reason: error.message }, 'the thread that plays has failed'),
    );
    worker.on('exit', () => {
      this.#worker = undefined;
      for (const playbackId of [...this.#playbacks.keys()])
        this.#onEvent({ type: 'failed', playbackId, reason: 'the thread that plays has ended' });
    });
    this.#worker = worker;
    return worker;
  }

  #onEvent(event: PlayerEvent): void {
    const entry = this.#playbacks.get(event.playbackId);
    if (!entry) return;
    switch (event.type) {
      case 'opened':
        return entry.opened(event);
      case 'position':
        return entry.listener.onPosition(event.positionMs);
      case 'ended':
        return entry.listener.onEnd();
      case 'failed':
        this.#playbacks.delete(event.playbackId);
        entry.failed(new ResourceError('not-playable', event.reason));
        return entry.listener.onFailure(event.reason);
    }
  }
}
