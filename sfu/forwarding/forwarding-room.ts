import { setTimeout as sleep } from 'node:timers/promises';
import type { types } from 'mediasoup';
import { Emitter } from '../../base/emitter.js';
import { ProtocolError, messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { PooledWorker, WorkerPool } from '../workers/worker-pool.js';
import { routerCodecs } from './codecs.js';

interface RoomEvents {
  /** The worker died and another took over: everything made of the old router is gone; make it again. */
  reset: (epoch: number) => void;
  /** The producer that is loudest now; null when everybody is quiet. */
  activeSpeaker: (producerId: string | null) => void;
}

/** Loudness that counts as speaking, in dBov, and how often it is looked at. */
const speakingThresholdDb = -50;
const observeIntervalMs = 300;
const moveRetryMs = 50;

/**
 * One conference's place in the SFU: a router on one worker, and who speaks. Peers, taps and injections are made
 * of `router`; when the worker dies they are gone with it, `epoch` is raised and `reset` tells the owner.
 */
export class ForwardingRoom extends Emitter<RoomEvents> {
  /** Raised with every new router, so that what belongs to an old one can be told apart. */
  epoch = 0;
  #router!: types.Router;
  #speakerObserver!: types.ActiveSpeakerObserver;
  #levelObserver!: types.AudioLevelObserver;
  #place: PooledWorker | undefined;
  #closed = false;
  #moving: Promise<void> | undefined;
  readonly #unsubscribe: () => void;

  private constructor(
    private readonly workers: WorkerPool,
    private readonly log: Log,
  ) {
    super();
    this.#unsubscribe = workers.on('died', worker => {
      if (worker === this.#place) this.#moveAway();
    });
  }

  static async open(workers: WorkerPool, log: Log): Promise<ForwardingRoom> {
    const room = new ForwardingRoom(workers, log);
    await room.#openRouter();
    return room;
  }

  get router(): types.Router {
    return this.#router;
  }

  get webRtcServer(): types.WebRtcServer {
    if (!this.#place)
      throw new ProtocolError(
        'sfu-restarting',
        'The media worker is being restarted; try again in a moment.',
      );
    return this.#place.webRtcServer;
  }

  /** The router's capabilities; the same on every worker. */
  get rtpCapabilities(): types.RtpCapabilities {
    return this.#router.rtpCapabilities;
  }

  /** Counts an audio producer among those who may be the active speaker, until it closes. */
  async observeSpeaker(producer: types.Producer): Promise<void> {
    await this.#speakerObserver.addProducer({ producerId: producer.id });
    await this.#levelObserver.addProducer({ producerId: producer.id });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsubscribe();
    this.#leaveWorker();
    this.#router.close();
  }

  async #openRouter(): Promise<void> {
    const place = await this.workers.pick();
    if (this.#closed) return;
    place.load++;
    this.#place = place;
    const router = await place.worker.createRouter({ mediaCodecs: routerCodecs });
    this.#speakerObserver = await router.createActiveSpeakerObserver({ interval: observeIntervalMs });
    this.#levelObserver = await router.createAudioLevelObserver({
      maxEntries: 1,
      threshold: speakingThresholdDb,
      interval: observeIntervalMs,
    });
    this.#speakerObserver.on('dominantspeaker', ({ producer }) => this.emit('activeSpeaker', producer.id));
    this.#levelObserver.on('silence', () => this.emit('activeSpeaker', null));
    this.#router = router;
    // A conference that was closed while its router was made.
    if (this.#closed) router.close();
  }

  #moveAway(): void {
    this.#leaveWorker();
    // While one move is under way its loop sees that the worker it has found is gone again.
    this.#moving ??= this.#move().finally(() => (this.#moving = undefined));
  }

  async #move(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#openRouter();
      } catch (error) {
        this.log.warn({ reason: messageOf(error) }, 'media worker failed while it took the conference over');
        this.#leaveWorker();
        await sleep(moveRetryMs);
      }
      if (this.#closed || this.#place === undefined) continue;
      this.epoch++;
      this.log.warn({ epoch: this.epoch }, 'conference moved to another media worker');
      this.emit('reset', this.epoch);
      return;
    }
  }

  #leaveWorker(): void {
    if (this.#place) this.#place.load--;
    this.#place = undefined;
  }
}
