import { availableParallelism } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import type { Fit } from '../../codecs/mapping.js';
import { TextRenderer } from '../../codecs/text.js';
import { tilesOf } from '../../layouts/layout.js';
import type { Tile } from '../../layouts/tile.js';
import type { RtpSession } from '../../rtp/session.js';
import type { MediaProcessOptions } from '../media-process-options.js';
import { MediaThread } from '../media-thread.js';
import type { ConferencePlan, GraphNode, OutputStatistics, SourcePlan } from '../plan.js';
import { canvasGraph, type CanvasNode } from './graph.js';
import type {
  CanvasPlan,
  ComposeCommand,
  ComposeEvent,
  Costs,
  SharedTile,
  StreamCommand,
  StreamEvent,
  StreamSessionPlan,
  StreamStatistics,
  ThreadStart,
} from './messages.js';
import { graphNodes } from './graph-nodes.js';
import { Labels } from './labels.js';
import type { Mark } from './marks.js';
import type { Overlay } from './overlay.js';
import { Passing, passWishes, refusedForMs, type PassWish } from './passing.js';
import { TilePool } from './tile-pool.js';

export interface VideoThreadsOwner {
  keyframeNeeded(conferenceId: string, session: string): void;
  sessionFailed(conferenceId: string, session: string, reason: string): void;
}

/** What is known of a conference's picture side, to compare the next plan with. */
interface ConferenceVideo {
  plan: ConferencePlan;
  canvases: CanvasNode[];
  /** What is or may be sent on as it comes. */
  passes: PassWish[];
  passing: Passing;
  /** Sessions that go over from what was passed on to a canvas. */
  leaving: ReadonlySet<string>;
  /** By session, size and fit. */
  tiles: Map<string, SharedTile>;
  /** What each canvas paints, by its id. */
  painted: Map<string, CanvasPlan>;
  /** Thread of each session and canvas: they stay where they are. */
  streamOf: Map<string, number>;
  composerOf: Map<string, number>;
  statistics: StreamStatistics;
  outputs: Record<string, OutputStatistics>;
  costs: Costs;
}

const waitingText = '等待其他参会者 · Waiting for others';

/**
 * The picture side of all conferences: derives from each plan what every thread has to do, and tells it. Threads
 * start when there is more to do than the ones before can share. Nothing of one conference depends on another's plan.
 */
export class VideoThreads {
  readonly #streams: MediaThread<StreamCommand, StreamEvent>[] = [];
  readonly #composers: MediaThread<ComposeCommand, ComposeEvent>[] = [];
  readonly #mostStreams: number;
  readonly #mostComposers: number;
  readonly #conferences = new Map<string, ConferenceVideo>();
  readonly #labels: Labels;
  readonly #tilePool = new TilePool();
  /** Conferences whose names are being drawn. */
  readonly #unlabelled = new Set<string>();
  #ids = 0;

  constructor(
    options: MediaProcessOptions,
    private readonly start: ThreadStart,
    private readonly owner: VideoThreadsOwner,
  ) {
    const cores = availableParallelism();
    this.#mostStreams = options.decodeThreads || Math.max(1, cores - 1);
    this.#mostComposers = Math.max(1, Math.floor(cores / 2));
    this.#labels = new Labels(new TextRenderer(options.font));
    // One of each from the beginning: loading takes longer than all else that the first plan needs.
    this.#addStreams();
    this.#addComposer();
  }

  /** All threads' event loops turn. */
  get alive(): boolean {
    return [...this.#streams, ...this.#composers].every(thread => thread.alive);
  }

  setPlan(plan: ConferencePlan): void {
    this.#carryOut(plan);
    if (!this.#labels.pending) return;
    if (this.#unlabelled.size === 0) setImmediate(() => this.#drawLabels());
    this.#unlabelled.add(plan.conferenceId);
  }

  #carryOut(plan: ConferencePlan): void {
    const conference = this.#conferences.get(plan.conferenceId) ?? newConference(plan);
    conference.plan = plan;
    this.#conferences.set(plan.conferenceId, conference);
    const nowMs = performance.now();
    const wished = passWishes(plan);
    const passed = [...conference.passing.now.keys()];
    conference.passes = conference.passing.allowed(wished, nowMs);
    conference.leaving = new Set(passed.filter(to => !conference.passing.now.has(to)));
    if (conference.passes.length < wished.length)
      setTimeout(() => this.#again(plan), refusedForMs + 1).unref();
    const composed = withoutPassing(plan, conference.passing);
    conference.canvases = canvasGraph(
      composed,
      conference.canvases,
      () => `${plan.conferenceId}/${++this.#ids}`,
    );
    this.#place(plan, conference);
    const tiles = new Map<string, SharedTile>();
    const canvasPlans = conference.canvases.map(canvas => this.#canvasPlan(plan, conference, canvas, tiles));
    this.#giveBack(conference.tiles, tiles);
    conference.tiles = tiles;
    conference.painted = new Map(canvasPlans.map(canvas => [canvas.id, canvas]));
    // Of nodes that are gone, what they cost is forgotten.
    conference.costs = Object.fromEntries(
      graphNodes(conference).map(({ id, costMsPerS }) => [id, costMsPerS ?? 0]),
    );
    const sessionPlans = videoSessions(plan).map(session => sessionPlan(plan, conference, session));

    this.#streams.forEach((thread, index) => {
      const sessions = sessionPlans.filter(({ session }) => conference.streamOf.get(session.id) === index);
      thread.post({ type: 'plan', conferenceId: plan.conferenceId, sessions });
    });
    this.#composers.forEach((thread, index) => {
      const canvases = canvasPlans.filter(({ id }) => conference.composerOf.get(id) === index);
      thread.post({ type: 'plan', conferenceId: plan.conferenceId, canvases });
    });
  }

  /** The same plan, unless there is a newer one. */
  #again(plan: ConferencePlan): void {
    if (this.#conferences.get(plan.conferenceId)?.plan === plan) this.#carryOut(plan);
  }

  removePlan(conferenceId: string): void {
    const conference = this.#conferences.get(conferenceId);
    if (!conference) return;
    this.#conferences.delete(conferenceId);
    this.#giveBack(conference.tiles, new Map());
    for (const thread of this.#streams) thread.post({ type: 'plan', conferenceId, sessions: null });
    for (const thread of this.#composers) thread.post({ type: 'plan', conferenceId, canvases: null });
  }

  /** Memory of tiles that are wanted no more. */
  #giveBack(before: Map<string, SharedTile>, wanted: Map<string, SharedTile>): void {
    const nowMs = performance.now();
    for (const [key, { memory }] of before) if (!wanted.has(key)) this.#tilePool.give(memory, nowMs);
  }

  requestKeyframe(session: string): void {
    for (const thread of this.#streams) thread.post({ type: 'requestKeyframe', session });
  }

  /** One text each turn of the event loop; then the plans are carried out again with what has been drawn. */
  #drawLabels(): void {
    if (this.#labels.pending) {
      this.#labels.drawNext();
      setImmediate(() => this.#drawLabels());
      return;
    }
    const waiting = [...this.#unlabelled].flatMap(id => this.#conferences.get(id) ?? []);
    for (const { plan } of waiting) this.#carryOut(plan);
    // What is missing even so does not fit into the cache: it waits for the next plan.
    this.#unlabelled.clear();
  }

  /** As the threads last reported. */
  statistics(conferenceId: string): Pick<ConferenceVideo, 'statistics' | 'outputs'> | undefined {
    return this.#conferences.get(conferenceId);
  }

  /** The conference's picture side as nodes, with who needs each and what it costs. */
  graph(conferenceId: string): GraphNode[] {
    const conference = this.#conferences.get(conferenceId);
    return conference ? graphNodes(conference) : [];
  }

  /** New sessions and canvases go to the thread with the least to do; a relay's two ends to the same one. */
  #place(plan: ConferencePlan, conference: ConferenceVideo): void {
    const { streamOf, composerOf } = conference;
    const sessions = new Set(videoSessions(plan).map(session => session.id));
    for (const id of streamOf.keys()) if (!sessions.has(id)) streamOf.delete(id);
    for (const id of sessions) {
      if (!streamOf.has(id)) streamOf.set(id, this.#leastStreams());
    }
    for (const { from, to } of plan.relays) {
      const index = streamOf.get(from);
      if (index !== undefined && sessions.has(to)) streamOf.set(to, index);
    }
    const canvases = new Set(conference.canvases.map(canvas => canvas.id));
    for (const id of composerOf.keys()) if (!canvases.has(id)) composerOf.delete(id);
    for (const id of canvases) {
      if (!composerOf.has(id)) composerOf.set(id, this.#leastCanvases());
    }
  }

  #leastStreams(): number {
    const loads = this.#loads(this.#streams.length, conference => conference.streamOf);
    const least = indexOfLeast(loads);
    if (least >= 0 && (loads[least] === 0 || this.#streams.length >= this.#mostStreams)) return least;
    return this.#addStreams();
  }

  #leastCanvases(): number {
    const loads = this.#loads(this.#composers.length, conference => conference.composerOf);
    const least = indexOfLeast(loads);
    if (least >= 0 && (loads[least] === 0 || this.#composers.length >= this.#mostComposers)) return least;
    return this.#addComposer();
  }

  #loads(count: number, placed: (conference: ConferenceVideo) => Map<string, number>): number[] {
    const loads = new Array<number>(count).fill(0);
    for (const conference of this.#conferences.values()) {
      for (const index of placed(conference).values()) loads[index]!++;
    }
    return loads;
  }

  #addStreams(): number {
    const index = this.#streams.length;
    const script = new URL('./stream-thread.js', import.meta.url);
    const thread = new MediaThread<StreamCommand, StreamEvent>(script, this.start, event =>
      this.#onStreamEvent(event),
    );
    this.#streams.forEach((other, n) => {
      const { port1, port2 } = new MessageChannel();
      thread.post({ type: 'stream', index: n, port: port1 }, [port1]);
      other.post({ type: 'stream', index, port: port2 }, [port2]);
    });
    this.#streams.push(thread);
    this.#composers.forEach((composer, n) => connect(thread, index, composer, n));
    return index;
  }

  #addComposer(): number {
    const index = this.#composers.length;
    const script = new URL('./compose-thread.js', import.meta.url);
    const thread = new MediaThread<ComposeCommand, ComposeEvent>(script, this.start, ({ conferences }) => {
      for (const [id, { outputs, costs }] of Object.entries(conferences)) {
        const conference = this.#conferences.get(id);
        if (!conference) continue;
        conference.outputs = { ...conference.outputs, ...outputs };
        Object.assign(conference.costs, costs);
      }
    });
    this.#composers.push(thread);
    this.#streams.forEach((streams, n) => connect(streams, n, thread, index));
    return index;
  }

  #onStreamEvent(event: StreamEvent): void {
    switch (event.type) {
      case 'keyframeNeeded':
        return this.owner.keyframeNeeded(event.conferenceId, event.session);
      case 'sessionFailed':
        return this.owner.sessionFailed(event.conferenceId, event.session, event.reason);
      case 'passing': {
        const conference = this.#conferences.get(event.conferenceId);
        if (!conference) return;
        conference.passing.note(event.session, event.from, performance.now());
        return this.#carryOut(conference.plan);
      }
      case 'statistics':
        for (const [id, { sessions, pictures, costs }] of Object.entries(event.conferences)) {
          const conference = this.#conferences.get(id);
          if (!conference) continue;
          Object.assign(conference.statistics.sessions, sessions);
          Object.assign(conference.statistics.pictures, pictures);
          Object.assign(conference.costs, costs);
        }
    }
  }

  /** Also notes in `tiles` the pictures that the canvas needs. */
  #canvasPlan(
    plan: ConferencePlan,
    conference: ConferenceVideo,
    canvas: CanvasNode,
    tiles: Map<string, SharedTile>,
  ): CanvasPlan {
    const { id, view, width, height, frameRate } = canvas;
    const seen = view.siteIds.filter(siteId => siteId !== null);
    const speaker = view.border && seen.length > 1 ? plan.speaker : undefined;
    const places = seen.length === 0 ? [] : tilesOf(view.layout, view.siteIds.length, { width, height });
    const placed = places.flatMap((place, n) => {
      const siteId = view.siteIds[n];
      const source = plan.sources.find(known => known.siteId === siteId);
      if (!siteId) return [];
      const fit = source?.content ? 'letterbox' : (view.fit ?? 'letterbox');
      const picture =
        source?.video === undefined ? undefined : this.#tile(conference, source.video, place, fit, tiles);
      return {
        place,
        border: siteId === speaker,
        ...(picture && { picture }),
        ...(view.labels && source && this.#textsOf(source, place)),
      };
    });
    const waiting =
      seen.length === 0 ? this.#labels.plain(waitingText, [], Math.round(height / 20), width) : null;
    const noticeSize = Math.round(height / 27);
    const notice = view.notice && this.#labels.block(view.notice, noticeSize, width - 4 * noticeSize);
    const texts = plan.sources
      .filter(({ siteId }) => view.labels && seen.includes(siteId))
      .map(({ name, muted, weak }) => [name, muted, weak]);
    return {
      id,
      width,
      height,
      frameRate,
      patient: canvas.encoders.some(({ outputs }) =>
        outputs.some(output => conference.leaving.has(output.session)),
      ),
      arrangementKey: JSON.stringify([
        view,
        waiting !== undefined,
        notice !== undefined,
        texts,
        placed.map(({ picture, border, label, name }) => [picture?.id, border, !!label, !!name]),
      ]),
      tiles: placed,
      ...(waiting && { waiting }),
      ...(notice && { notice }),
      background: view.background ?? 'dark',
      encoders: canvas.encoders.map(encoder => ({
        id: encoder.id,
        encoding: encoder.encoding,
        outputs: encoder.outputs.map(output => output.id),
        to: [...new Set(encoder.outputs.flatMap(({ session }) => conference.streamOf.get(session) ?? []))],
      })),
    };
  }

  #tile(
    conference: ConferenceVideo,
    session: string,
    { width, height }: Tile,
    fit: Fit,
    tiles: Map<string, SharedTile>,
  ): SharedTile {
    const key = `${width}×${height} ${fit} ${session}`;
    let tile = tiles.get(key) ?? conference.tiles.get(key);
    tile ??= {
      id: `scale:${++this.#ids}`,
      width,
      height,
      fit,
      memory: this.#tilePool.take(width, height, performance.now()),
    };
    tiles.set(key, tile);
    return tile;
  }

  /** Text below 10 pixels cannot be read, and above 36 a label is in the picture's way. */
  #textsOf({ name, muted, weak }: SourcePlan, { width, height }: Tile): { label?: Overlay; name?: Overlay } {
    const marks: Mark[] = [...(muted ? (['muted'] as const) : []), ...(weak ? (['weak'] as const) : [])];
    const labelSize = Math.min(36, Math.max(10, Math.round(height / 22)));
    const nameSize = Math.min(80, Math.max(12, Math.round(height / 10)));
    const label = this.#labels.plate(name, marks, labelSize, width - 3 * labelSize);
    const large = this.#labels.plain(name, marks, nameSize, width - 2 * nameSize);
    return { ...(label && { label }), ...(large && { name: large }) };
  }
}

function newConference(plan: ConferencePlan): ConferenceVideo {
  return {
    plan,
    canvases: [],
    passes: [],
    passing: new Passing(),
    leaving: new Set(),
    tiles: new Map(),
    painted: new Map(),
    streamOf: new Map(),
    composerOf: new Map(),
    statistics: { sessions: {}, pictures: {}, costs: {} },
    outputs: {},
    costs: {},
  };
}

function videoSessions(plan: ConferencePlan): RtpSession[] {
  return plan.sessions.filter(session => session.kind === 'video');
}

function sessionPlan(
  plan: ConferencePlan,
  conference: ConferenceVideo,
  session: RtpSession,
): StreamSessionPlan {
  const canvas = conference.canvases.find(({ encoders }) =>
    encoders.some(({ outputs }) => outputs.some(output => output.session === session.id)),
  );
  const encoder = canvas?.encoders.find(({ outputs }) =>
    outputs.some(output => output.session === session.id),
  );
  return {
    session,
    siteIds: plan.sources.filter(({ video }) => video === session.id).map(({ siteId }) => siteId),
    tiles: [...conference.tiles].filter(([key]) => key.endsWith(` ${session.id}`)).map(([, tile]) => tile),
    passTo: [
      ...new Set(
        conference.passes
          .filter(({ from }) => from === session.id)
          .flatMap(({ to }) => conference.streamOf.get(to) ?? []),
      ),
    ],
    ...passPlan(plan, conference, session),
    relayTo: plan.relays.filter(({ from }) => from === session.id).map(({ to }) => to),
    ...(canvas &&
      encoder && {
        encoder: {
          id: encoder.id,
          composer: conference.composerOf.get(canvas.id)!,
          codec: encoder.encoding.codec,
          packetizationMode: encoder.encoding.packetizationMode,
          frameRate: encoder.encoding.frameRate,
        },
      }),
  };
}

/** What it may send on as it comes. */
function passPlan(
  plan: ConferencePlan,
  conference: ConferenceVideo,
  session: RtpSession,
): Pick<StreamSessionPlan, 'pass'> {
  const wish = conference.passes.find(({ to }) => to === session.id);
  const encoder = plan.outputs.find(({ id }) => id === wish?.outputId)?.video?.encoder;
  if (!wish || !encoder) return {};
  const { width, height, profile, bitrate, keyframeIntervalS } = encoder;
  const limits = { width, height, profile, bitrate, sameShape: wish.isCropped };
  const thread = conference.streamOf.get(wish.from)!;
  return { pass: { from: wish.from, thread, limits, keyframeIntervalS } };
}

/** Who is sent something as it comes needs no canvas and no encoder. */
function withoutPassing(plan: ConferencePlan, { now }: Passing): ConferencePlan {
  if (now.size === 0) return plan;
  return { ...plan, outputs: plan.outputs.filter(({ video }) => !video || !now.has(video.session)) };
}

function connect(
  streams: MediaThread<StreamCommand, StreamEvent>,
  streamsIndex: number,
  composer: MediaThread<ComposeCommand, ComposeEvent>,
  composerIndex: number,
): void {
  const { port1, port2 } = new MessageChannel();
  streams.post({ type: 'composer', index: composerIndex, port: port1 }, [port1]);
  composer.post({ type: 'streams', index: streamsIndex, port: port2 }, [port2]);
}

function indexOfLeast(values: number[]): number {
  return values.indexOf(Math.min(...values));
}
