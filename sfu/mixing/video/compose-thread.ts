import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { messageOf } from '../../../base/errors.js';
import { createLog } from '../../../base/log.js';
import { Blitter } from '../../codecs/blitter.js';
import { systemClock } from '../clock.js';
import type { OutputStatistics } from '../plan.js';
import { startHeart, type ThreadData } from '../media-thread.js';
import { Canvas } from './canvas.js';
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
const conferences = new Map<string, Map<string, CanvasRunner>>();
/** Of all conferences, the smallest pictures first: they do not wait for a recording's keyframe. */
let inTurn: CanvasRunner[] = [];
const streams = new Map<number, MessagePort>();
let timer: NodeJS.Timeout | undefined;

/** A canvas whose encoder fails is tried anew after this long. */
const retryMs = 1_000;
const statisticsMs = 1_000;

class CanvasRunner {
  readonly #canvas: Canvas;
  readonly #clock: FrameClock;
  readonly #encoders = new Map<string, PictureEncoder>();
  #arrangementKey: string | undefined;
  #failedMs = -Infinity;
  #composeMs = 0;

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
    for (const encoder of this.#encoders.values()) encoder.close();
    this.#encoders.clear();
  }

  #make(index: number, nowMs: number): void {
    if (this.#encoders.size < this.plan.encoders.length) this.#updateEncoders();
    const isComposed = this.#canvas.compose(nowMs);
    this.#composeMs += clock.nowMs() - nowMs;
    if (!isComposed) return;
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
      encoder.close();
    }
    for (const { id, encoding, outputs, to } of this.plan.encoders) {
      let encoder = this.#encoders.get(id);
      if (!encoder) {
        encoder = new PictureEncoder(id, encoding, start.preset);
        this.#encoders.set(id, encoder);
      }
      encoder.bitrate = encoding.bitrate;
      encoder.outputs = outputs;
      encoder.ports = to.flatMap(index => streams.get(index) ?? []);
    }
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
  schedule();
}

function onWish({ encoder, begins }: KeyframeWish): void {
  for (const runners of conferences.values()) {
    for (const runner of runners.values()) runner.encoder(encoder)?.requestKeyframe(begins);
  }
}

function tick(): void {
  for (const runner of inTurn) runner.tick();
  schedule();
}

function schedule(): void {
  clearTimeout(timer);
  let waitMs = Infinity;
  for (const runner of inTurn) waitMs = Math.min(waitMs, runner.waitMs);
  if (waitMs < Infinity) timer = setTimeout(tick, Math.ceil(waitMs));
}

parentPort!.on('message', (command: ComposeCommand) => {
  if (command.type === 'plan') return onPlan(command.conferenceId, command.canvases);
  streams.set(command.index, command.port);
  command.port.on('message', onWish);
});

let lastMs = clock.nowMs();
setInterval(() => {
  const seconds = (clock.nowMs() - lastMs) / 1000;
  lastMs = clock.nowMs();
  const event: ComposeEvent = { type: 'statistics', conferences: {} };
  for (const [conferenceId, runners] of conferences) {
    const { outputs, costs } = (event.conferences[conferenceId] = { outputs: {}, costs: {} });
    for (const runner of runners.values()) runner.takeStatistics(seconds, outputs, costs);
  }
  parentPort!.postMessage(event);
}, statisticsMs);
startHeart(heart);
