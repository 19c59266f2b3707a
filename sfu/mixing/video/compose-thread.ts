import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { messageOf } from '../../../base/errors.js';
import { createLog } from '../../../base/log.js';
import { Blitter } from '../../codecs/blitter.js';
import { thumbnailOf } from '../../codecs/thumbnail.js';
import { systemClock } from '../clock.js';
import type { OutputStatistics } from '../plan.js';
import { startHeart, type ThreadData } from '../media-thread.js';
import { Canvas } from './canvas.js';
import { EncoderShelf } from './encoder-shelf.js';
import { FrameClock } from './frame-clock.js';
import type {
  CanvasPlan,
  ComposeCommand,
  ComposeEvent,
  Costs,
  KeyframeWish,
  ThreadStart,
} from './messages.js';
import { PictureEncoder } from './picture-encoder.js';
import { TileMemory } from './tile-memory.js';

/**
 * A thread that composes and encodes: each of its canvases ticks at its own fixed rate, and goes to its encoders.
 * It neither receives nor sends RTP.
 */
const { start, heart } = workerData as ThreadData<ThreadStart>;
const clock = systemClock(start.wallOffsetMs);
const log = createLog({ level: 'info', name: 'compose' });
const blitter = new Blitter();
const shelf = new EncoderShelf();
const conferences = new Map<string, Map<string, CanvasRunner>>();
/** Of all conferences, the smallest pictures first: they do not wait for a recording's keyframe. */
let inTurn: CanvasRunner[] = [];
const streams = new Map<number, MessagePort>();
let timer: NodeJS.Timeout | undefined;

/** A canvas whose encoder fails is tried anew after this long. */
const retryMs = 1_000;
const statisticsMs = 1_000;
/** With so much time before the next picture an encoder may be opened. */
const idleMs = 15;
/** Pixels. */
const thumbnailWidth = 320;

class CanvasRunner {
  readonly #canvas: Canvas;
  readonly #clock: FrameClock;
  readonly #encoders = new Map<string, PictureEncoder>();
  #arrangementKey: string | undefined;
  #failedMs = -Infinity;
  #composeMs = 0;
  #composed = false;

  constructor(private plan: CanvasPlan) {
    this.#canvas = new Canvas(plan.width, plan.height, blitter, plan.patient);
    this.#clock = new FrameClock(plan.frameRate, clock.nowMs());
    this.update(plan);
  }

  update(plan: CanvasPlan): void {
    this.plan = plan;
    if (plan.arrangementKey !== this.#arrangementKey) this.#arrange(plan);
    this.#updateEncoders();
  }

  #arrange(plan: CanvasPlan): void {
    this.#arrangementKey = plan.arrangementKey;
    this.#canvas.arrange(
      {
        waiting: plan.waiting,
        notice: plan.notice,
        background: plan.background,
        tiles: plan.tiles.map(({ picture, ...tile }) => ({
          ...tile,
          ...(picture && { picture: new TileMemory(picture.memory, picture.width, picture.height) }),
        })),
      },
      clock.nowMs(),
    );
  }

  get pixels(): number {
    return this.plan.width * this.plan.height;
  }

  get waitMs(): number {
    return this.#clock.waitMs(clock.nowMs());
  }

  /** The picture that was composed last, as a small JPEG; null: there is none. */
  thumbnail(): Buffer | null {
    if (!this.#composed) return null;
    try {
      return thumbnailOf(this.#canvas.surface, thumbnailWidth);
    } catch (error) {
      log.error({ canvas: this.plan.id, reason: messageOf(error) }, 'a thumbnail cannot be made');
      return null;
    }
  }

  /** Opens one of the encoders that are not there yet; false when there is none, or none can be opened now. */
  openEncoder(): boolean {
    const nowMs = clock.nowMs();
    const plan = this.plan.encoders.find(({ id }) => !this.#encoders.has(id));
    if (!plan || nowMs - this.#failedMs < retryMs) return false;
    try {
      const encoder = new PictureEncoder(plan.id, plan.encoding, start.preset, shelf);
      this.#encoders.set(plan.id, encoder);
      this.#updateEncoder(encoder, plan);
      return true;
    } catch (error) {
      this.#failedMs = nowMs;
      log.error({ canvas: this.plan.id, reason: messageOf(error) }, 'an encoder cannot be opened');
      return false;
    }
  }

  encoder(id: string): PictureEncoder | undefined {
    return this.#encoders.get(id);
  }

  /** Makes all pictures that are due. */
  tick(): void {
    for (let index = this.#clock.due(clock.nowMs()); index !== null; index = this.#clock.due(clock.nowMs())) {
      const nowMs = clock.nowMs();
      if (nowMs - this.#failedMs < retryMs) continue;
      try {
        this.#make(index, nowMs);
      } catch (error) {
        this.#failedMs = nowMs;
        log.error({ canvas: this.plan.id, reason: messageOf(error) }, 'a picture cannot be made');
      }
    }
  }

  /** Since the last call, which was `seconds` ago. */
  takeStatistics(seconds: number, outputs: Record<string, OutputStatistics>, costs: Costs): void {
    costs[this.plan.id] = this.#composeMs / seconds;
    this.#composeMs = 0;
    for (const encoder of this.#encoders.values()) {
      costs[encoder.id] = encoder.takeCostMs() / seconds;
      const statistics = encoder.takeStatistics(seconds);
      for (const output of encoder.outputs) outputs[output] = statistics;
    }
  }

  close(): void {
    for (const encoder of this.#encoders.values()) encoder.close(clock.nowMs());
    this.#encoders.clear();
  }

  #make(index: number, nowMs: number): void {
    this.#composed = this.#canvas.compose(nowMs);
    this.#composeMs += clock.nowMs() - nowMs;
    if (!this.#composed) return;
    const tickMs = this.#clock.timeOf(index);
    const wallMs = clock.wallMs() - nowMs + tickMs;
    for (const encoder of this.#encoders.values()) {
      encoder.encode(this.#canvas.surface, index, tickMs, wallMs, clock);
    }
  }

  #updateEncoders(): void {
    const wanted = new Set(this.plan.encoders.map(({ id }) => id));
    for (const [id, encoder] of this.#encoders) {
      if (wanted.has(id)) continue;
      this.#encoders.delete(id);
      encoder.close(clock.nowMs());
    }
    for (const plan of this.plan.encoders) {
      const encoder = this.#encoders.get(plan.id);
      if (encoder) this.#updateEncoder(encoder, plan);
    }
  }

  #updateEncoder(encoder: PictureEncoder, { encoding, outputs, to }: CanvasPlan['encoders'][number]): void {
    encoder.bitrate = encoding.bitrate;
    encoder.outputs = outputs;
    encoder.ports = to.flatMap(index => streams.get(index) ?? []);
  }
}

function onPlan(conferenceId: string, plans: CanvasPlan[] | null): void {
  const runners = conferences.get(conferenceId) ?? new Map<string, CanvasRunner>();
  conferences.set(conferenceId, runners);
  const wanted = new Map((plans ?? []).map(plan => [plan.id, plan]));
  for (const [id, runner] of runners) {
    if (wanted.has(id)) continue;
    runners.delete(id);
    runner.close();
  }
  for (const [id, plan] of wanted) {
    // One canvas that cannot be made must not keep the others from being updated.
    try {
      const runner = runners.get(id);
      if (runner) runner.update(plan);
      else runners.set(id, new CanvasRunner(plan));
    } catch (error) {
      log.error(
        { conference: conferenceId, canvas: id, reason: messageOf(error) },
        'a canvas cannot be set up',
      );
    }
  }
  if (runners.size === 0) conferences.delete(conferenceId);
  inTurn = [...conferences.values()].flatMap(others => [...others.values()]);
  inTurn.sort((a, b) => a.pixels - b.pixels);
  if (msUntilDue() >= idleMs) openEncoder();
  schedule();
}

/** That takes as long as many pictures do: one at a time, when those that are due have been made. */
function openEncoder(): void {
  inTurn.some(runner => runner.openEncoder());
}

function msUntilDue(): number {
  return inTurn.reduce((least, runner) => Math.min(least, runner.waitMs), Infinity);
}

function onWish({ encoder, begins }: KeyframeWish): void {
  for (const runners of conferences.values()) {
    for (const runner of runners.values()) runner.encoder(encoder)?.requestKeyframe(begins);
  }
}

/** Somebody looks at what is seen; a few ms each, so not often. */
function onThumbnail(conferenceId: string, canvas: string): void {
  const jpeg = conferences.get(conferenceId)?.get(canvas)?.thumbnail() ?? null;
  parentPort!.postMessage({ type: 'thumbnail', conferenceId, jpeg } satisfies ComposeEvent);
}

function tick(): void {
  for (const runner of inTurn) runner.tick();
  openEncoder();
  schedule();
}

function schedule(): void {
  clearTimeout(timer);
  const waitMs = msUntilDue();
  if (waitMs < Infinity) timer = setTimeout(tick, Math.ceil(waitMs));
}

parentPort!.on('message', (command: ComposeCommand) => {
  if (command.type === 'plan') return onPlan(command.conferenceId, command.canvases);
  if (command.type === 'thumbnail') return onThumbnail(command.conferenceId, command.canvas);
  streams.set(command.index, command.port);
  command.port.on('message', onWish);
});

let lastMs = clock.nowMs();
setInterval(() => {
  const seconds = (clock.nowMs() - lastMs) / 1000;
  lastMs = clock.nowMs();
  const event: ComposeEvent & { type: 'statistics' } = { type: 'statistics', conferences: {} };
  for (const [conferenceId, runners] of conferences) {
    const { outputs, costs } = (event.conferences[conferenceId] = { outputs: {}, costs: {} });
    for (const runner of runners.values()) runner.takeStatistics(seconds, outputs, costs);
  }
  parentPort!.postMessage(event);
  shelf.sweep(clock.nowMs());
}, statisticsMs);
startHeart(heart);
